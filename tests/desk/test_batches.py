"""Several leads in one turn: each sees what the ones before it did, as if each had had a turn of its own."""

import json
from collections.abc import Sequence
from typing import NoReturn

import pytest

from chaos.scene import arrival, broken, opened, person, publish, replayed, roster
from firstright.core.replay import Verdict
from firstright.core.world import Candidate, Key
from firstright.desk import Arrival, Desk, Reply
from firstright.desk.batch import Batch
from firstright.desk.receive import Receive


def in_one_turn(desk: Desk, arrivals: Sequence[Arrival]) -> list[Reply]:
    """The writer is held up with a first lead; what comes meanwhile is taken together."""
    with desk.database.write():
        held_up = desk.writer.submit(Receive(arrival(person(999), "held-up")))
        while desk.writer.depth()["intake"]:
            pass
        futures = [desk.writer.submit(Receive(each)) for each in arrivals]
    assert held_up.result().status == 201
    return [future.result() for future in futures]


def test_a_lead_that_changed_in_this_turn_is_known_as_changed_under_its_older_keys_too(
    database_url: str,
) -> None:
    """Lea wrote from another address before: whoever finds her by that one must find her new owner."""
    lea = {"first_name": "Lea", "last_name": "Lang", "phone": "+493012345678"}
    with opened(database_url) as desk:
        publish(desk, 1)
        desk.take_in([arrival({**lea, "email": "lea@old.example"}, "first")])
        desk.publish_roster(roster(["rep1", "rep2"]), file="r", by="mara", reason="rep0 has gone")
        replies = in_one_turn(
            desk,
            [
                arrival({**lea, "email": "lea@new.example"}, "second"),
                arrival({"last_name": "Lang", "email": "lea@old.example"}, "third"),
                arrival({**lea, "email": "lea@new.example"}, "fourth"),
            ],
        )
        told = [json.loads(reply.body) for reply in replies]
        assert len({each["lead"] for each in told}) == 1
        assert [(each["owner"]["id"], each["repeat"]) for each in told] == [
            ("rep2", False), ("rep2", True), ("rep2", True),
        ]  # fmt: skip
        assert broken(desk.database) == []
        assert set(replayed(desk.database)[0]) == {Verdict.EQUAL}


def test_keys_found_out_under_the_turn_show_leads_as_this_turn_left_them(database_url: str) -> None:
    lea = {"first_name": "Lea", "last_name": "Lang", "phone": "+493012345678"}
    with opened(database_url) as desk:
        publish(desk, 1)
        desk.take_in([arrival({**lea, "email": "lea@old.example"}, "first")])
        desk.publish_roster(roster(["rep1"]), file="r", by="mara", reason="rep0 has gone")
        work = LookAgain(arrival({**lea, "email": "lea@new.example"}, "second"), ("email", "lea@old.example"))
        before, after = desk.writer.submit(work).result()
    assert [candidate.owner for candidate in before] == []
    assert [(candidate.owner, candidate.lead and candidate.lead.epoch) for candidate in after] == [
        ("rep1", 2)
    ]


class LookAgain:
    """An arrival, and then a look at a key that nobody asked for before."""

    lane = "person"

    def __init__(self, one: Arrival, key: Key) -> None:
        self.receive = Receive(one)
        self.key = key

    def needs(self, batch: Batch) -> None:
        self.receive.needs(batch)

    def perform(self, batch: Batch) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
        before = batch.world.known.get(self.key, ())
        self.receive.perform(batch)
        batch.know([self.key])
        return before, batch.world.known.get(self.key, ())

    def rescue(self, batch: Batch, failure: Exception) -> NoReturn:
        raise failure


LEA = {"first_name": "Lea", "last_name": "Lang"}
STORIES = {
    "an address that a repeat enquiry brought": (
        {**LEA, "phone": "+493012345678", "email": "lea@old.example"},
        {**LEA, "phone": "+493012345678", "email": "lea@new.example"},
        {**LEA, "email": "lea@new.example"},
    ),
    "the address of one and the telephone of another": (
        {**LEA, "email": "lea@home.example"},
        {**LEA, "phone": "+493012345678"},
        {**LEA, "email": "lea@home.example", "phone": "+493012345678"},
        {**LEA, "phone": "+493012345678"},
        {**LEA, "email": "lea@home.example"},
    ),
}


@pytest.mark.parametrize("together", [True, False], ids=["in one turn", "one by one"])
@pytest.mark.parametrize(
    ("story", "leads"), list(zip(STORIES.values(), ([0, 0, 0], [0, 1, 0, 1, 0]), strict=True)), ids=STORIES
)
def test_people_are_told_apart_alike_together_and_one_by_one(
    database_url: str, story: Sequence[dict[str, str]], leads: list[int], *, together: bool
) -> None:
    arrivals = [arrival(raw, f"event-{n}") for n, raw in enumerate(story)]
    with opened(database_url) as desk:
        publish(desk, 3)
        replies = in_one_turn(desk, arrivals) if together else [desk.take_in([one])[0] for one in arrivals]
        told = [json.loads(reply.body)["lead"] for reply in replies]
        first_seen = list(dict.fromkeys(told))
        assert [first_seen.index(lead) for lead in told] == leads
        assert broken(desk.database) == []


def test_a_number_that_another_source_gave_means_nothing_at_this_one(database_url: str) -> None:
    """Lea is 7 in the chat; the 7 of the web form is somebody else."""
    with opened(database_url) as desk:
        publish(desk, 3)
        for source, raw in (
            ("web", {**LEA, "email": "lea@home.example"}),
            ("chat", {**LEA, "email": "lea@home.example", "external_id": "7"}),
        ):
            lea = json.loads(desk.take_in([arrival(raw, source, source=source)])[0].body)["lead"]
        mike = arrival({"last_name": "Mai", "external_id": "7", "email": "mike@home.example"}, "mike")
        chat = arrival({"last_name": "Lang", "external_id": "7"}, "again", source="chat")
        told = [json.loads(desk.take_in([one])[0].body)["lead"] for one in (mike, chat)]
    assert [lead == lea for lead in told] == [False, True]
