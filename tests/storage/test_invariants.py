"""A sound workspace violates nothing; for every check there is a damage that it finds."""

import pytest

from firstright.core.world import Load, PoolStanding, Standing
from firstright.storage import decisions, invariants, people, policies, standing, turns
from firstright.storage.milechecks import MILE
from firstright.storage.rows import DeliveryRow, EligibleSetRow, EndedAssignment, LedgerRow, Rows
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database, Tx
from storage.inbound import FIVE, NOON, assignment, audit, decision, lead, routed, uid

# Noor and Ada in turn: 1 and 3 to Ada, 2 and 4 to Noor.
WINNERS = {1: "ada", 2: "noor", 3: "ada", 4: "noor"}


TWO = Load(2, 2_000_000_000, 2)


def sound() -> Rows:
    rows = routed(*WINNERS)
    for table in (rows.leads, rows.assignments, rows.decisions):
        for row, winner in zip(table, WINNERS.values(), strict=True):
            row.holder_id = winner
    rows.tasks.clear()
    for row, winner in zip(rows.ledger, WINNERS.values(), strict=True):
        row.rep = winner
    after = PoolStanding(4, ("ada", "noor"), (0, 0), (3, 4))
    rows.standing = [
        *standing.rows(Standing(
            changed_pools={("smb", "main"): after},
            changed_loads={"ada": TWO, "noor": TWO, "lena": Load()},
        ), 1)
    ]  # fmt: skip
    return rows


def store(database: Database, rows: Rows) -> None:
    with database.write() as tx:
        turns.take(tx, "ada", NOON)
        policies.publish(tx, "policy", "h1", NOON, "mara", "start")
        people.publish(tx, "roster", "h2", NOON, "mara", "start")
        decisions.write(tx, rows)


def violated(tx: Tx) -> list[str]:
    return [violation.check.name for violation in invariants.run(tx)]


def test_an_empty_workspace_and_a_sound_one_violate_nothing(database: Database) -> None:
    with database.read() as tx:
        assert invariants.run(tx) == []
    store(database, sound())
    with database.read() as tx:
        assert invariants.run(tx) == []


def test_a_lead_that_ended_needs_no_alarm(database: Database) -> None:
    rows = sound()
    rows.leads[0].outcome, rows.leads[0].next_at = "closed", None
    del rows.jobs[0]
    store(database, rows)
    with database.read() as tx:
        assert invariants.run(tx) == []


SQL = {
    "acknowledged-leads-exist": "UPDATE arrival SET lead_id = NULL WHERE event_id = 'event-1'",
    "arrivals-were-decided": "UPDATE decision SET trigger_id = 'x' WHERE seq = 1",
    "leads-arrived": "DELETE FROM arrival WHERE event_id = 'event-1'",
    "holders-follow-from-decisions": "DELETE FROM decision WHERE seq = 1",
    "the-winner-has-the-lead": "UPDATE ledger SET rep = 'ada' WHERE seq = 2",
    "merged-leads-say-by-what": "UPDATE lead SET merged_into = id WHERE id = (SELECT id FROM lead ORDER BY id LIMIT 1)",
    "merged-leads-are-with-nobody": "UPDATE lead SET merged_into = id",
    "one-holder-at-a-time": "DELETE FROM assignment WHERE holder_id = 'noor'",
    "lead-names-its-holder": "UPDATE lead SET epoch = 2",
    "decisions-name-published-versions": "DELETE FROM roster_version",
    "decisions-have-a-turn": "UPDATE turn SET n = 0",
    "a-next-instant": "UPDATE lead SET next_at = NULL",
    "an-alarm-for-it": "UPDATE job SET state = 'dead'",
    "ledger-without-gap": "DELETE FROM ledger WHERE seq = 2",
    "standing-at-the-end-of-its-ledger": "UPDATE standing SET data = '[3,[],[],[]]' WHERE scope LIKE 'pool:%'",
    "load-is-what-is-held": "UPDATE standing SET data = '[2,2000000000,1,0,0]' WHERE scope LIKE 'rep:%'",
    "tasks-in-hand-are-open-tasks": "UPDATE lead SET load = '[1000000000,0,[\"call\"]]'",
    "ledger-names-its-set": "DELETE FROM eligible_set",
    "ledger-follows-from-decisions": "UPDATE ledger SET decision_id = NULL",
    "credits-sum-to-what-was-given": "UPDATE standing SET data = '[4,[\"ada\",\"noor\"],[5,0],[3,4]]' WHERE scope LIKE 'pool:%'",
    "credit-is-given-back-once": "UPDATE ledger SET kind = 'returned' WHERE seq = 2",
    "fair-within-one": "UPDATE ledger SET rep = 'ada'",
    "epochs-without-gap": "UPDATE assignment SET epoch = 3",
    "versions-never-go-back": "UPDATE decision SET roster_version = 0 WHERE seq = 4",
}


class Undo(Exception):
    """Leaves a transaction so that the next damage meets a sound workspace."""


def test_each_damage_is_found(database: Database) -> None:
    store(database, sound())
    found = {}
    for name, damage in SQL.items():
        with pytest.raises(Undo), database.write() as tx:
            tx.run(Statement(damage))
            found[name] = name in violated(tx)
            raise Undo
    assert found == dict.fromkeys(SQL, True)


def test_two_leads_of_one_person_are_found_only_while_both_are_worked(database: Database) -> None:
    rows = sound()
    rows.match_keys[2].value = rows.match_keys[0].value
    store(database, rows)
    with database.write() as tx:
        assert violated(tx) == ["one-person-one-lead"]
        tx.run(Statement("UPDATE lead SET outcome = 'closed' WHERE id = ?"), (uid("lead", 1),))
        assert violated(tx) == []


def test_a_holder_who_came_too_early_is_found(database: Database) -> None:
    rows = sound()
    rows.ended_assignments.append(EndedAssignment(uid("lead", 1), 1, NOON + FIVE))
    rows.assignments.append(assignment(1, 2, started_at=NOON))
    rows.lead_changes.append(lead(1, epoch=2))
    store(database, rows)
    with database.read() as tx:
        assert violated(tx) == ["holders-do-not-overlap"]


def test_a_delivery_for_a_holder_who_never_was_is_found(database: Database) -> None:
    rows = sound()
    rows.deliveries.append(
        DeliveryRow(uid("other", 1), uid("lead", 1), 2, "slack:ada", "slack", "told", "ada", "ready", NOON)
    )
    store(database, rows)
    with database.read() as tx:
        assert violated(tx) == ["deliveries-follow-from-a-holder"]


def test_decisions_and_audit_rows_that_do_not_pair_are_found(database: Database) -> None:
    rows = sound()
    rows.decisions.append(decision(9, lead_id=uid("lead", 1)))
    rows.audits.append(audit(8))
    store(database, rows)
    with database.read() as tx:
        assert violated(tx) == ["decisions-are-audited-once", "audit-names-decisions"]


def test_a_second_birth_is_found(database: Database) -> None:
    rows = sound()
    rows.arrivals[1].lead_id = uid("lead", 1)
    store(database, rows)
    with database.read() as tx:
        assert violated(tx) == ["one-birth-per-lead", "arrivals-were-decided", "leads-arrived"]


def test_a_pool_whose_members_changed_is_not_called_unfair(database: Database) -> None:
    """Only over a set that never changed do counts follow from weights alone."""
    rows = sound()
    rows.eligible_sets.append(EligibleSetRow("set-2", "smb", '[["ada",1]]'))
    rows.ledger = [
        LedgerRow("smb", "main", n, "turned", "ada", 10**9, "set-2", uid("decision", n), NOON)
        for n in WINNERS
    ]
    rows.ledger[0].eligible = "set-1"
    store(database, rows)
    with database.read() as tx:
        assert "fair-within-one" not in violated(tx)


def test_what_a_constraint_refuses_is_checked_all_the_same() -> None:
    """These cannot be damaged without dropping a constraint first; the rest is damaged above."""
    guarded = {"one-outcome-per-event", "arrivals-are-labelled", "one-decision-per-trigger"}
    shown = {*SQL, "one-person-one-lead", "holders-do-not-overlap", "deliveries-follow-from-a-holder"}
    shown |= {"decisions-are-audited-once", "audit-names-decisions", "one-birth-per-lead"}
    assert {check.name for check in invariants.CHECKS} - {check.name for check in MILE} == guarded | shown
