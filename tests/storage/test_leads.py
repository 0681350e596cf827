"""A lead comes back from the database as it went in, with the reps it was tried with."""

from datetime import timedelta

from firstright.core.lead import Holder, HolderKind, Lead, Outcome, Waiting
from firstright.storage import decisions, leads
from firstright.storage.rows import EndedAssignment, Rows
from firstright.storage.transactions import Database
from storage.inbound import FIVE, NOON, assignment, lead, routed, uid

ROUTED = Lead(
    {"email": "mara@hill.example", "employees": 120}, "web", NOON, uid("lead", 1), uid("person", 1),
    outcome=Outcome.OWNER, rule="smb", holder=Holder(HolderKind.REP, "ada"), epoch=1, status="routed", tried=("ada",),
)  # fmt: skip


def write(database: Database, rows: Rows) -> None:
    with database.write() as tx:
        decisions.write(tx, rows)


def test_rows_come_back_as_they_were_written(database: Database) -> None:
    held = lead(
        2, locked_to="noor", locked_until=NOON + FIVE, waiting_rule="smb", waiting_until=NOON, touched=True
    )
    rows = Rows()
    rows.leads += [lead(1), held]
    write(database, rows)
    with database.read() as tx:
        asked = [uid("lead", n) for n in (1, 2, 3)]
        assert leads.rows(tx, asked) == {uid("lead", 1): lead(1), uid("lead", 2): held}


def test_a_lead_has_been_tried_with_its_holder(database: Database) -> None:
    write(database, routed(1))
    with database.read() as tx:
        assert leads.load(tx, [uid("lead", 1)]) == {uid("lead", 1): (ROUTED, uid("person", 1))}


def test_a_lead_remembers_the_reps_of_this_cycle_only(database: Database) -> None:
    rows = routed(1)
    for epoch, holder, cycle in ((2, "noor", 2), (3, "lena", 2), (4, "noor", 2)):
        rows.ended_assignments.append(EndedAssignment(uid("lead", 1), epoch - 1, NOON))
        rows.assignments.append(assignment(1, epoch, holder_id=holder, cycle=cycle))
    rows.lead_changes.append(lead(1, epoch=4, cycle=2, holder_id="noor"))
    write(database, rows)
    with database.read() as tx:
        assert leads.load(tx, [uid("lead", 1)])[uid("lead", 1)][0].tried == ("lena", "noor")


def test_facts_and_a_hold_survive_the_way_through_the_database(database: Database) -> None:
    facts = {"name": 'Zoë \u2028 \\ "', "employees": -3, "demo": True, "languages": ("de", "fr")}
    rows = Rows()
    rows.leads.append(
        lead(1, facts=leads.facts_text(facts), outcome="waiting", holder_kind="none", holder_id="",
             waiting_rule="smb", waiting_until=NOON + timedelta(microseconds=1), locked_to="ada", locked_until=NOON)
    )  # fmt: skip
    write(database, rows)
    with database.read() as tx:
        found, _ = leads.load(tx, [uid("lead", 1)])[uid("lead", 1)]
    assert found == Lead(
        facts, "web", NOON, uid("lead", 1), uid("person", 1), outcome=Outcome.WAITING, rule="smb", epoch=1,
        status="routed", locked_to="ada", locked_until=NOON, waiting=Waiting("smb", NOON + timedelta(microseconds=1)),
    )  # fmt: skip


def test_a_repeat_enquiry_raises_the_priority_and_never_lowers_it(database: Database) -> None:
    write(database, routed(1, 2))
    with database.write() as tx:
        leads.raise_priority(tx, [(uid("lead", 1), 2), (uid("lead", 1), 1)], NOON + FIVE)
    with database.read() as tx:
        found = leads.rows(tx, [uid("lead", 1), uid("lead", 2)])
    assert [found[uid("lead", n)].priority for n in (1, 2)] == [2, 0]
    assert [found[uid("lead", n)].updated_at for n in (1, 2)] == [NOON + FIVE, NOON]


def test_a_merge_is_one_pointer_that_can_be_taken_back(database: Database) -> None:
    write(database, routed(1, 2))
    with database.write() as tx:
        leads.merge(tx, uid("lead", 1), uid("lead", 2), NOON)
        assert leads.rows(tx, [uid("lead", 1)])[uid("lead", 1)].merged_into == uid("lead", 2)
        leads.merge(tx, uid("lead", 1), None, NOON)
        assert leads.rows(tx, [uid("lead", 1)])[uid("lead", 1)] == lead(1)
