"""The saga of a lead that changes hands: what the last one had begun is cancelled, moved or kept by the policy's word, once,
and told in one entry."""

import msgspec

from desk.office import Office, office, owner
from desk.views import LOUD, Told, faults, letters, tasks
from firstright.core.authority import Actor, Role
from firstright.desk.acting import Decline
from firstright.desk.assigning import Reassign
from firstright.storage import reassigned, timeline
from routing import MINUTE, MONDAY

MARA = Actor("u-mara", "Mara Diaz", Role.OPERATIONS)
MOVING = (
    LOUD
    + """
[reassignment]
tasks = "move"

[reassignment.declined]
tasks = "cancel"
"""
)


def sagas(here: Office, told: Told) -> list[tuple[int, str, str, tuple[tuple[str, str, int], ...]]]:
    with here.desk.read() as tx:
        found = reassigned.of_lead(tx, str(told["lead"]))
    return [(each.epoch, each.was[1], each.now[1], each.did) for each in found]


def entries(here: Office, told: Told) -> list[tuple[str, object]]:
    with here.desk.read() as tx:
        page = timeline.page(tx, str(told["lead"]))
    return [
        (each.kind, msgspec.json.decode(each.told)["did"])
        for each in page
        if each.kind in ("reassigned", "repair")
    ]


def test_what_the_last_owner_had_begun_is_cancelled_and_told_in_one_entry(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        anna = here.send("anna")
        here.at += MINUTE
        here.desk.act(Reassign(str(anna["lead"]), MARA, "noor", "they know each other"))
        did = (("tasks", "cancelled", 1), ("deliveries", "cancelled", 1))
        assert sagas(here, anna) == [(2, "kim", "noor", did)]
        assert entries(here, anna) == [("reassigned", [list(each) for each in did])]
        assert [(to, what, state) for to, what, state in letters(here, anna) if to == "email:kim"] == [
            ("email:kim", "lead.assigned", "cancelled"),
            ("email:kim", "lead.assigned", "ready"),  # that it is with somebody else now
        ]
        assert faults(here) == []


def test_a_lead_whose_owner_had_begun_nothing_has_no_entry(database_url: str) -> None:
    with office(database_url) as here:
        anna = here.send("anna")
        here.change("UPDATE task SET state = 'done'")
        here.change("UPDATE delivery SET state = 'sent'")
        here.change("UPDATE lead SET load = '[1000000000,0,[]]'")
        here.at += MINUTE
        here.desk.act(Reassign(str(anna["lead"]), MARA, "noor", "they know each other"))
        assert sagas(here, anna) == []


def test_tasks_go_along_where_the_policy_says_so_and_count_to_who_has_them(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(MOVING)
        anna = here.send("anna")
        here.at += MINUTE
        here.desk.act(Reassign(str(anna["lead"]), MARA, "noor", "they know each other"))
        assert [(who, state) for who, _, state, _ in tasks(here, anna)] == [
            ("noor", "open"),
            ("noor", "open"),
        ]
        assert sagas(here, anna)[0][3] == (("deliveries", "cancelled", 1), ("tasks", "moved", 1))
        assert faults(here) == []
        here.at += MINUTE
        here.desk.act(Reassign(str(anna["lead"]), MARA, "omar", "he knows them better"))
        assert {who for who, _, state, _ in tasks(here, anna) if state == "open"} == {"omar"}
        assert faults(here) == []


def test_a_cause_can_say_otherwise(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(MOVING)
        anna = here.send("anna")
        here.at += MINUTE
        here.desk.act(Decline(str(anna["lead"]), "kim", "busy"))
        assert [(who, state) for who, _, state, _ in tasks(here, anna)] == [
            ("kim", "cancelled"),
            ("noor", "open"),
        ]
        assert faults(here) == []


def test_moved_twice_in_one_batch_each_is_told_of_what_was_theirs(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(MOVING)
        anna = here.send("anna")
        here.at += MINUTE
        with here.held():
            waits = [
                here.desk.writer.submit(Reassign(str(anna["lead"]), MARA, to, "in one breath"))
                for to in ("noor", "omar")
            ]
        assert [wait.result().owner for wait in waits] == ["noor", "omar"]
        assert [(epoch, was, now) for epoch, was, now, _ in sagas(here, anna)] == [
            (2, "kim", "noor"),
            (3, "noor", "omar"),
        ]
        assert {(who, state) for who, _, state, _ in tasks(here, anna)} == {("omar", "open")}
        assert faults(here) == []


def test_tasks_are_cancelled_where_nobody_of_ours_has_it_next(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(MOVING)
        anna = here.send("anna")
        assert owner(anna) == "kim"
        here.at = MONDAY + MINUTE
        here.desk.act(Decline(str(anna["lead"]), "kim", "spam"))  # a person looks at it
        assert [state for _, _, state, _ in tasks(here, anna)] == ["cancelled"]
        assert faults(here) == []
