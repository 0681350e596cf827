"""The repair after a bad publish: wrong decisions found, made again, once, whatever dies meanwhile; what people have begun
to work on is left alone."""

from collections import Counter

import pytest

from desk.office import PEOPLE, Note, Office, office, owner
from desk.test_acting import untouched
from desk.views import LOUD, faults, owners, reasons, tasks
from firstright.core.authority import Actor, Role
from firstright.core.causes.correcting import Selection
from firstright.desk.acting import Accept, LogTouch
from firstright.desk.assigning import Reassign, Reroute
from firstright.desk.batch import Batch
from firstright.desk.errands import carry_out
from firstright.desk.previewing import StartPreview
from firstright.desk.previewseen import Seen, seen_of
from firstright.desk.repairing import DECIDE, StartRepair, StopRepair
from firstright.errors import NotFound, Refused
from firstright.storage import errands, invariants, jobs, previews, repairs
from routing import HOUR, MINUTE, MONDAY, TO_SDR

MARA = Actor("u-mara", "Mara Diaz", Role.OPERATIONS)
KIM = Actor("u-kim", "Kim Larsen", Role.REP, "kim", frozenset({"kim"}))
WRONG = LOUD.replace(TO_SDR, TO_SDR.replace('send_to = { pool = "sdr" }', 'send_to = { rep = "zoe" }'))
WHY = "version 2 sent everything to Zoe"
BAD = Selection(versions=(2,))


def begin(here: Office, chosen: Selection = BAD) -> str:
    return here.desk.act(StartRepair(chosen, MARA, WHY)).repair


def work(here: Office) -> None:
    """Until nothing is due, a minute later."""
    here.at += MINUTE
    while here.desk.work_due(here.at)[0]:
        pass


def stands(here: Office, repair: str) -> repairs.Standing:
    with here.desk.read() as tx:
        return repairs.standing(tx, repair)


def preview(here: Office, chosen: Selection = BAD) -> Seen:
    """As it is kept, once it is worked out."""
    name = here.desk.act(StartPreview(chosen, MARA)).errand
    carry_out(here.desk, name, lambda: here.at + MINUTE, lambda done, of: None)
    return kept(here, name)


def kept(here: Office, name: str) -> Seen:
    with here.desk.read() as tx:
        errand = errands.one(tx, name)
        assert errand is not None
        return seen_of(tx, errand)


def misplaced(here: Office, n: int = 3) -> list[dict[str, object]]:
    """So many leads that a bad publish gave to Zoe; the rules of now would not."""
    here.publish(LOUD)
    here.publish(WRONG)
    told = [here.send(f"anna{i}") for i in range(n)]
    here.at += MINUTE
    here.publish(LOUD)
    here.at += MINUTE
    return told


def test_leads_that_a_bad_version_placed_are_decided_again_and_what_it_began_ends(database_url: str) -> None:
    with office(database_url, published=False) as here:
        told = misplaced(here)
        assert {owner(each) for each in told} == {"zoe"}
        name = begin(here)
        work(here)
        found = stands(here, name)
        assert found.counts == {"waiting": 0, "moved": 3, "stayed": 0, "kept": 0, "failed": 0}
        assert Counter(owners(here, each)[-1][:2] for each in told) == {
            ("kim", "corrected"): 1,
            ("noor", "corrected"): 1,
            ("omar", "corrected"): 1,
        }
        assert found.did == (("deliveries", "cancelled", 3), ("tasks", "cancelled", 3))
        assert [state for _, _, state, _ in tasks(here, told[0])] == ["cancelled", "open"]
        assert reasons(here, told[0])[-1][0] == "corrected"
        with here.desk.read() as tx:
            asked = repairs.one(tx, name)
        assert asked is not None
        assert (asked.state, asked.asked_by, asked.reason, asked.found) == ("done", "u-mara", WHY, 3)
        assert faults(here) == []


def test_who_was_touched_or_accepted_meanwhile_is_left_alone_and_listed(database_url: str) -> None:
    with office(database_url, published=False) as here:
        touched, accepted, neither = misplaced(here)
        here.desk.act(LogTouch(str(touched["lead"]), "zoe", "call"))
        here.desk.act(Accept(str(accepted["lead"]), "zoe"))
        name = begin(here)
        work(here)
        found = stands(here, name)
        assert (found.counts["moved"], found.kept) == (1, {"accepted": 1, "touched": 1})
        assert [owners(here, each)[-1][0] for each in (touched, accepted)] == ["zoe", "zoe"]
        assert owners(here, neither)[-1][0] == "kim"
        here.at += MINUTE
        again = begin(here, Selection(versions=(2,), also_touched=True))
        work(here)
        assert (stands(here, again).counts["moved"], stands(here, again).kept) == (2, {"moved-since": 1})
        assert faults(here) == []


def test_what_somebody_said_by_hand_or_has_moved_since_is_left_alone(database_url: str) -> None:
    with office(database_url, published=False) as here:
        mine, moved, wrong = misplaced(here)
        here.desk.act(
            Reassign(str(mine["lead"]), MARA, "zoe", "they know each other")
        )  # theirs already: nothing
        here.desk.act(Reassign(str(mine["lead"]), MARA, "noor", "they know each other"))
        here.desk.act(Reroute(str(moved["lead"]), MARA, "let them decide"))
        name = begin(here)
        work(here)
        found = stands(here, name)
        assert (found.counts["moved"], found.kept) == (1, {"by-hand": 1, "moved-since": 1})
        assert owners(here, mine)[-1][0] == "noor"
        assert owners(here, wrong)[-1][1] == "corrected"


def test_twice_is_once(database_url: str) -> None:
    with office(database_url, published=False) as here:
        told = misplaced(here)
        begin(here)
        work(here)
        here.at += MINUTE
        before = [owners(here, each) for each in told]
        again = begin(here)
        work(here)
        assert (stands(here, again).counts["kept"], stands(here, again).kept) == (3, {"moved-since": 3})
        assert [owners(here, each) for each in told] == before


def test_one_that_is_where_it_belongs_stays_and_costs_nobody_a_turn(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(WRONG)
        told = here.send("anna")
        here.at += MINUTE
        name = begin(here, Selection(versions=(1,)))
        work(here)
        assert (stands(here, name).counts["stayed"], reasons(here, told)[-1]) == (
            1,
            ("corrected", "right-already"),
        )
        assert here.rows("SELECT count(*) FROM ledger") == [(0,)]


def test_one_that_waits_for_the_same_is_not_told_as_moved(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        here.at += 12 * HOUR  # the pool sleeps
        anna = here.send("anna")
        assert anna["outcome"] == "waiting"
        here.at += MINUTE
        chosen = Selection(versions=(1,))
        assert preview(here, chosen).told.states == {"moved": 0, "stayed": 1, "kept": 0, "failed": 0}
        name = begin(here, chosen)
        work(here)
        assert stands(here, name).counts == {"waiting": 0, "moved": 0, "stayed": 1, "kept": 0, "failed": 0}


def test_a_turn_that_wrong_rules_had_cost_is_given_back(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD.replace('{ pool = "sdr" }', '{ pool = "sun" }'))
        told = [here.send("anna"), here.send("ben")]
        assert [owner(each) for each in told] == ["zoe", "zoe"]
        here.at += MINUTE
        here.publish(LOUD)
        here.at += MINUTE
        begin(here, Selection(rules=("to-sdr",), since=MONDAY - HOUR))
        work(here)
        kinds = here.rows("SELECT kind, rep, pool FROM ledger WHERE kind = 'returned'")
        assert kinds == [("returned", "zoe", "sun")] * 2
        assert (
            here.rows("SELECT rep, reason, state FROM credit_request") == [("zoe", "corrected", "given")] * 2
        )
        assert faults(here) == []


def test_what_was_wrongly_rejected_begins_a_new_cycle(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(
            LOUD.replace('send_to = { pool = "sdr" }', 'send_to = { reject = "test" }', 1).replace(
                'first_action = "call"', "", 1
            )
        )
        told = here.send("anna")
        assert owner(told) == "rejected"
        here.at += HOUR
        here.publish(LOUD)
        here.at += MINUTE
        name = begin(here, Selection(versions=(1,)))
        work(here)
        assert stands(here, name).counts["moved"] == 1
        row = here.lead(told)
        assert (row.holder_id, row.cycle, row.outcome) == ("kim", 2, "owner")
        assert faults(here) == []


def test_a_node_that_dies_in_the_middle_leaves_the_rest_to_the_next_and_nobody_is_decided_twice(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        told = misplaced(here, 45)
        name = begin(here)
        assert here.desk.work_due(here.at)[0] == 1  # found
        assert len(here.desk.work_due(here.at)[1]) == DECIDE
        here.desk.writer.submit(Note("person", _leased)).result()  # a worker has it and is gone
        at = here.at + MINUTE
    with office(database_url, "bob", at, published=False) as there:
        assert stands(there, name).counts["waiting"] == 45 - DECIDE
        there.desk.work_due(at)  # takes the lease back
        work(there)
        assert stands(there, name).counts == {"waiting": 0, "moved": 45, "stayed": 0, "kept": 0, "failed": 0}
        decided = there.rows("SELECT count(*) FROM decision WHERE trigger_id = ?", f"repair:{name}")
        assert decided == [(45,)]
        assert Counter(owners(there, each)[-1][0] for each in told) == {"kim": 15, "noor": 15, "omar": 15}
        assert faults(there) == []


def _leased(batch: Batch) -> None:
    claimed = jobs.claim_due(batch.tx, batch.turn.now, 10, "gone", 14, lane="bulk", kinds=("route",))
    assert len(claimed) == 1


def test_a_lead_that_nobody_can_decide_is_told_of_and_keeps_the_others_from_nothing(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        told = misplaced(here)
        name = begin(here)
        here.desk.work_due(here.at)
        broken = str(told[1]["lead"])
        here.change("UPDATE lead SET load = 'no json' WHERE id = ?", broken)
        work(here)
        found = stands(here, name)
        assert (found.counts["moved"], found.counts["failed"]) == (2, 1)
        with here.desk.read() as tx:
            assert [each.lead for each in repairs.listed(tx, name, "failed")] == [broken]


def test_a_repair_that_is_stopped_decides_no_more(database_url: str) -> None:
    with office(database_url, published=False) as here:
        misplaced(here, 25)
        name = begin(here)
        here.desk.work_due(here.at)
        here.desk.work_due(here.at)
        here.desk.act(StopRepair(name, MARA))
        work(here)
        assert stands(here, name).counts["waiting"] == 25 - DECIDE
        assert here.rows("SELECT state FROM repair") == [("stopped",)]
        assert here.rows("SELECT action FROM audit WHERE subject_kind = 'repair' ORDER BY id") == [
            ("repair",),
            ("stop-repair",),
        ]


def test_a_repair_takes_a_reason_something_to_repair_and_who_may(database_url: str) -> None:
    with office(database_url) as here:
        with pytest.raises(Refused) as refused:
            here.desk.act(StartRepair(Selection(since=MONDAY, until=MONDAY - HOUR), MARA, " "))
        assert refused.value.reasons == (
            "until: is not after since, so nothing lies between them",
            "reason: is needed, in a few words of your own",
        )
        with pytest.raises(Refused) as refused:
            here.desk.act(StartRepair(Selection(), KIM, WHY))
        assert refused.value.reasons == ("repair: Kim Larsen may not have decisions repaired",)
        name = begin(here, Selection(rules=("none",)))
        with pytest.raises(Refused) as refused:
            begin(here)
        assert refused.value.reasons == (f"repair: {name} is under way; wait for it, or stop it",)
        with pytest.raises(NotFound):
            here.desk.act(StopRepair("0190a000-0000-7000-8000-000000000000", MARA))


def test_people_and_sources_narrow_what_is_meant(database_url: str) -> None:
    with office(database_url, published=False) as here:
        misplaced(here)
        with here.desk.read() as tx:
            assert len(repairs.selected(tx, Selection(versions=(2,), sources=("web",)))) == 3
            assert repairs.selected(tx, Selection(versions=(2,), sources=("chat",))) == []
            assert repairs.selected(tx, Selection(versions=(2,), rules=("rest",))) == []
            assert repairs.selected(tx, Selection(since=MONDAY + HOUR)) == []


def test_what_a_repair_would_come_to_is_told_and_nothing_is_written(database_url: str) -> None:
    with office(database_url, published=False) as here:
        touched, one, other = misplaced(here)
        here.desk.act(LogTouch(str(touched["lead"]), "zoe", "call"))
        here.at += MINUTE
        before = [each for each in untouched(here) if "ready" not in each]
        told = preview(here)
        assert [each for each in untouched(here) if "ready" not in each and each[1:] != ("done", 0)] == before
        states, reasons_ = told.told.states, told.told.reasons
        assert states == {"moved": 2, "stayed": 0, "kept": 1, "failed": 0}
        assert ("kept", "touched", 1) in reasons_
        assert told.told.moves == (("rep:zoe", "rep:kim", 1), ("rep:zoe", "rep:noor", 1))
        assert told.told.owners == (("rep:zoe", 3, 1), ("rep:kim", 0, 1), ("rep:noor", 0, 1))
        assert told.begun == {
            "tasks": 2,
            "deliveries": 2,
            "sequence": 0,
            "meetings": 0,
            "sent": 0,
            "touches": 0,
        }
        with here.desk.read() as tx:
            moved = [each.lead for each in previews.listed(tx, told.preview, "moved")]
        assert moved == [one["lead"], other["lead"]]
        name = begin(here)
        work(here)
        moves = [(was[1], now[1], n) for was, now, n in stands(here, name).moves]
        assert moves == [("zoe", "kim", 1), ("zoe", "noor", 1)]  # as it was told


def test_whoever_the_rules_of_now_could_have_chosen_keeps_the_lead_whose_turn_it_is_or_not(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        told = [here.send(f"anna{i}") for i in range(4)]
        before = [owners(here, each)[-1][0] for each in told]
        here.at += MINUTE
        name = begin(here, Selection(versions=(1,)))
        work(here)
        assert stands(here, name).counts["stayed"] == 4
        assert [owners(here, each)[-1][0] for each in told] == before
        assert here.rows("SELECT count(*), max(kind) FROM ledger") == [(4, "turned")]
        assert faults(here) == []


def test_who_lacks_what_the_rules_of_now_ask_for_does_not_keep_it(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        told = here.send("anna", language="de")
        assert owner(told) == "kim"
        here.at += MINUTE
        asks = TO_SDR.replace('first_action = "call"', 'first_action = "call"\nneeds = { language = "de" }')
        here.publish(
            LOUD.replace(TO_SDR, asks), PEOPLE.replace('id = "noor"', 'id = "noor"\nlanguages = ["de"]')
        )
        here.at += MINUTE
        name = begin(here, Selection(versions=(1,)))
        work(here)
        assert (stands(here, name).counts["moved"], owners(here, told)[-1][0]) == (1, "noor")
        assert faults(here) == []


def test_damage_to_a_repair_is_found(database_url: str) -> None:
    with office(database_url, published=False) as here:
        told = misplaced(here)
        begin(here)
        work(here)
        assert faults(here) == []
        here.change(
            "UPDATE repaired SET state = 'waiting', decision_id = NULL WHERE lead_id = ?",
            str(told[0]["lead"]),
        )
        here.change("UPDATE reassigned SET epoch = 9 WHERE lead_id = ?", str(told[1]["lead"]))
        with here.desk.read() as tx:
            found = {each.check.name for each in invariants.run(tx)}
        assert found == {"a-saga-is-of-a-holder", "repaired-once", "a-repair-that-is-done-leaves-nothing"}
        here.change("UPDATE repair SET state = 'running'")
        with here.desk.read() as tx:
            assert "a-repair-goes-on" in {each.check.name for each in invariants.run(tx)}
