"""Several leads in one turn: each sees what the ones before it did, as if each had had a turn of its own."""

import json
from collections.abc import Sequence
from typing import NoReturn

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
