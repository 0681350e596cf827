"""What was ever given beside what its rep can take: by hand is counted and named, by itself is a broken promise."""

import pytest

from desk.office import PEOPLE, Office, office, owner
from desk.test_acting import act
from desk.test_merging import merge, unmerge
from desk.views import faults
from firstright.core.assignment import stood
from firstright.core.authority import Actor, Role
from firstright.desk.acting import Claim, Decline
from firstright.desk.assigning import Reassign
from firstright.desk.explain.overfull import Over, overfull
from routing import CATCH_ALL, HEAD, TO_SDR

MARA = Actor("u-mara", "Mara Diaz", Role.OPERATIONS)
NAMES = ("anna", "bert", "cleo", "dora", "emil", "fay", "gus", "hana")
JOBS = """
[[rule]]
id = "jobs"
tier = "first"
when = { intent = "job" }
send_to = { queue = "desk" }
"""
RULES = HEAD.replace('tell = ["ada"]\n', "") + JOBS + TO_SDR + CATCH_ALL


def few(most: int = 2) -> str:
    """Kim, Noor and Omar take so many each."""
    people = PEOPLE
    for name in ("kim", "noor", "omar"):
        people = people.replace(f'id = "{name}"', f'id = "{name}"\ncapacity = {most}')
    return people


def over(here: Office) -> list[tuple[str, str, int, int, bool]]:
    with here.desk.read() as tx:
        found: list[Over] = overfull(tx)
    return [(each.rep, each.cause, each.has, each.capacity, each.by_hand) for each in found]


def test_who_got_one_by_hand_is_held_to_their_capacity_all_the_same(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES, few())
        told = [here.send(name) for name in NAMES]
        assert [owner(each) for each in told[6:]] == ["waiting", "waiting"]
        job = here.send("ivo", intent="job")
        assert over(here) == []
        kims = next(each for each in told if owner(each) == "noor")
        act(here, Reassign(str(kims["lead"]), MARA, "kim", "they know each other"))
        act(here, Claim(str(job["lead"]), "kim"))
        assert over(here) == [("kim", "overridden", 3, 2, True), ("kim", "claimed", 4, 2, True)]
        again = here.send("iris")
        assert owner(again) in ("noor", "waiting")  # nothing more by itself
        assert not [each for each in over(here) if not each[4]]
        assert faults(here) == []


def test_a_pool_that_forgets_who_is_full_is_found_also_for_who_got_one_by_hand(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""
    with office(database_url, published=False) as here:
        here.publish(RULES, few(1))
        anna = here.send("anna")
        who = next(each for each in ("kim", "noor", "omar") if each != owner(anna))
        act(here, Reassign(str(anna["lead"]), MARA, who, "they know each other"))
        monkeypatch.setattr(stood, "_full", lambda *given: 0)
        for name in NAMES[1:5]:
            here.send(name)
        found = over(here)
        assert {each[0] for each in found if not each[4]} >= {who}
        assert all(cause == "arrived" for _, cause, _, _, by_hand in found if not by_hand)


def test_a_capacity_that_was_lowered_afterwards_is_no_fault_and_counts_from_then_on(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES, few(2))
        told = [here.send(name) for name in NAMES[:6]]
        here.publish(RULES, few(1))
        act(here, Decline(str(told[0]["lead"]), owner(told[0]), "busy"))
        assert here.lead(told[0]).outcome == "waiting"
        assert over(here) == []


def test_a_lead_that_is_one_with_another_and_two_again_is_counted_once(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(RULES, few(1))
        told = [here.send(name) for name in NAMES[:3]]
        merge(here, told[1], told[0])
        fourth = here.send("dora")
        assert owner(fourth) == owner(told[1])
        unmerge(here, told[1])  # who had it is full by now
        assert here.lead(told[1]).outcome == "waiting"
        assert over(here) == []
