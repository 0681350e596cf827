"""Who leaves: from that instant on they hold no open lead, however the roster came to say so, and their credit is the others'."""

from collections import Counter

import pytest

from desk.office import PEOPLE, RULES, Office, office, owner
from desk.test_assigning import ADA, MARA
from desk.views import faults
from firstright.desk.acting import Accept
from firstright.desk.assigning import Reassign
from firstright.desk.staff.staffing import LeaveAsked
from firstright.storage.standing import pool_standing
from routing import DAY, HOUR, KIM, MINUTE, MONDAY

NAMES = ("anna", "ben", "cara", "dora", "edda", "fine", "gina")


def settled(here: Office) -> None:
    """Does all that is due; each turn is a little later than the one before."""
    here.at += MINUTE / 60
    while here.desk.work_due(here.at)[0]:
        pass


def held(here: Office) -> Counter[str]:
    return Counter(
        str(rep)
        for (rep,) in here.rows("SELECT holder_id FROM lead WHERE holder_kind = 'rep' AND outcome = 'owner'")
    )


def planned(here: Office) -> list[tuple[str, str]]:
    return [
        (str(ref), str(state))
        for ref, state in here.rows(
            "SELECT ref_id, state FROM job WHERE cause = 'offboarded' AND lead_id IS NULL ORDER BY id"
        )
    ]


def test_at_that_instant_their_leads_go_to_the_others(database_url: str) -> None:
    with office(database_url) as here:
        told = {name: here.send(name) for name in NAMES}
        kims = [name for name in NAMES if owner(told[name]) == "kim"]
        assert len(kims) == 3
        here.desk.act(Accept(str(told[kims[0]]["lead"]), "kim"))
        here.desk.act(Reassign(str(told[kims[1]]["lead"]), MARA, "kim", "they know each other", epoch=None))
        here.desk.act(LeaveAsked("kim", "a new job", (MONDAY + 10 * MINUTE).isoformat()).work(ADA))
        assert held(here) == {"kim": 3, "noor": 2, "omar": 2}
        here.at = MONDAY + 9 * MINUTE
        settled(here)
        assert held(here)["kim"] == 3
        here.at = MONDAY + 10 * MINUTE
        settled(here)
        assert held(here) in ({"noor": 4, "omar": 3}, {"noor": 3, "omar": 4})
        causes = here.rows("SELECT cause FROM decision WHERE cause = 'offboarded'")
        assert len(causes) == 3
        for name in kims:
            told_again = here.lead(told[name])
            assert told_again.holder_id in {"noor", "omar"}
            assert {(rep, state) for rep, state in _tasks(here, told[name]) if state == "open"} == {
                (told_again.holder_id, "open")
            }
        assert faults(here) == []


def _tasks(here: Office, told: dict[str, object]) -> list[tuple[str, str]]:
    found = here.rows("SELECT rep_id, state FROM task WHERE lead_id = ?", str(told["lead"]))
    return [(str(rep), str(state)) for rep, state in found]


def test_the_most_urgent_lead_goes_first(database_url: str) -> None:
    with office(database_url) as here:
        told = [here.send(name) for name in NAMES]
        kims = [str(each["lead"]) for each in told if owner(each) == "kim"]
        here.change("UPDATE lead SET priority = 50 WHERE id = ?", kims[-1])
        here.desk.act(LeaveAsked("kim", "a new job").work(ADA))
        settled(here)
        order = here.rows("SELECT lead_id FROM decision WHERE cause = 'offboarded' ORDER BY turn, seq")
        assert [str(lead) for (lead,) in order] == [kims[-1], *kims[:-1]]


def test_their_credit_is_shared_among_those_who_stay(database_url: str) -> None:
    with office(database_url) as here:
        for name in NAMES:
            here.send(name)
        here.desk.act(LeaveAsked("kim", "a new job").work(ADA))
        settled(here)
        here.send("zora")
        [(data,)] = here.rows("SELECT data FROM standing WHERE scope = 'pool:sdr:main'")
        standing = pool_standing(str(data))
        credit = dict(zip(standing.members, standing.credit, strict=True))
        assert credit["kim"] == 0
        assert sum(credit.values()) == 0
        assert here.rows("SELECT DISTINCT rep FROM ledger WHERE kind = 'spread'") == [("kim",)]
        assert faults(here) == []


@pytest.mark.parametrize("how", ["left", "gone"])
def test_a_roster_written_by_hand_is_looked_through_too(database_url: str, how: str) -> None:
    with office(database_url) as here:
        for name in NAMES:
            here.send(name)
        left = KIM.replace('id = "kim"', 'id = "kim"\nleft = 2026-03-01')
        here.publish(people=PEOPLE.replace(KIM, left if how == "left" else ""))
        settled(here)
        assert set(held(here)) == {"noor", "omar"}
        assert faults(here) == []


def test_who_stays_after_all_keeps_what_they_have(database_url: str) -> None:
    with office(database_url) as here:
        for name in NAMES:
            here.send(name)
        here.desk.act(LeaveAsked("kim", "a new job", (MONDAY + HOUR).isoformat()).work(ADA))
        here.desk.act(LeaveAsked("kim", "better pay", stays=True).work(ADA))
        assert planned(here) == [("kim", "cancelled")]
        here.at = MONDAY + HOUR
        settled(here)
        assert held(here)["kim"] == 3


def test_each_roster_plans_anew_and_once(database_url: str) -> None:
    with office(database_url) as here:
        here.desk.act(LeaveAsked("kim", "a new job", (MONDAY + HOUR).isoformat()).work(ADA))
        here.desk.act(LeaveAsked("kim", "later", (MONDAY + DAY).isoformat()).work(ADA))
        here.desk.act(LeaveAsked("noor", "too", (MONDAY + 2 * DAY).isoformat()).work(ADA))
        here.publish(people=PEOPLE)
        assert Counter(planned(here)) == {("kim", "cancelled"): 3, ("noor", "cancelled"): 1}


def test_when_everybody_has_left_a_queue_has_the_leads(database_url: str) -> None:
    with office(database_url) as here:
        for name in NAMES:
            here.send(name)
        for rep in ("kim", "noor", "omar"):
            here.desk.act(LeaveAsked(rep, "closing down").work(MARA))
        settled(here)
        assert held(here) == {}
        assert faults(here) == []


def test_somebody_with_many_leads_keeps_intake_waiting_for_no_more_than_a_batch(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(RULES, PEOPLE)
        for n in range(90):
            here.send(f"lead{n}")
        here.desk.act(LeaveAsked("kim", "a new job").work(ADA))
        here.at += MINUTE / 60
        assert here.desk.work_due(here.at)[0] == 1  # that they leave
        assert here.rows("SELECT DISTINCT lane FROM job WHERE cause = 'offboarded' AND state = 'ready'") == [
            ("bulk",)
        ]
        settled(here)
        assert "kim" not in held(here)
        assert faults(here) == []
