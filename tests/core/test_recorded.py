"""Decisions as earlier versions recorded them: those of this engine come out the same, those of others can still be read."""

from collections import Counter

import msgspec
import pytest

from firstright.core.decision import ENGINE, Turned
from firstright.core.record import read_record
from firstright.core.replay import Difference, replay
from recording import FOLDER, METHODS, Recorded, compiled

NAMES = sorted(path.name for path in FOLDER.glob("engine*.json"))
OURS = [name for name in NAMES if name.removesuffix(".json").partition("-")[0] == f"engine{ENGINE}"]
OTHERS = [name for name in NAMES if name not in OURS]


def recorded(name: str) -> Recorded:
    return msgspec.json.decode((FOLDER / name).read_bytes(), type=Recorded)


@pytest.mark.parametrize("name", OURS)
def test_every_decision_of_this_engine_comes_out_the_same(name: str) -> None:
    """If it does not: what a decision means has changed, and the engine needs its next number (see `recording`)."""
    made = recorded(name)
    how, people = compiled(made)
    told: dict[int, tuple[Difference, ...]] = {}
    for n, (text, standing) in enumerate(made.decisions):
        pools = {(pool, lane): where for pool, lane, where in standing}
        if found := replay(read_record(text.encode()), how, people, pools):
            told[n] = found
    assert told == {}


def test_the_decisions_of_this_engine_are_of_every_method_and_many_outcomes() -> None:
    decisions = [
        read_record(text.encode()).decision() for text, _ in recorded(f"engine{ENGINE}.json").decisions
    ]
    turns = Counter(
        change.pool for decision in decisions for change in decision.credits if isinstance(change, Turned)
    )
    assert {*METHODS, "sun", "sdr"} == set(turns)
    assert {"owner", "waiting"} <= {decision.outcome for decision in decisions}


def test_some_of_them_knew_more_of_a_lead_than_it_said() -> None:
    records = [read_record(text.encode()) for text, _ in recorded(f"engine{ENGINE}-known.json").decisions]
    decided = [record.decision() for record in records]
    assert {"rule:junk", "rule:ripe", "repeat-enquiry", "maybe-known"} <= {each.reason for each in decided}
    assert {"score", "intent_by", "junk_by"} <= {fact for record in records for fact in record.lead.facts}
    assert any(candidate.unsure for record in records for candidate in record.candidates)


@pytest.mark.parametrize("name", OTHERS)
def test_decisions_of_an_earlier_engine_are_read_and_named_as_such(name: str) -> None:
    """They are told and explained, and never decided again: `replaying` says other-engine."""
    records = [read_record(text.encode()) for text, _ in recorded(name).decisions]
    assert {f"engine{record.engine}.json" for record in records} == {name}
    assert all(record.decision().reason for record in records)
    assert all(record.engine < ENGINE for record in records)
