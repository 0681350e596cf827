"""What a report reads of a decision record: the same as the whole record says, of whatever shape."""

from datetime import UTC, datetime

import pytest

from firstright.core.decision import Asked, Code, Decision, Trace, Turned
from firstright.core.glimpse import NOTHING, Glimpse, glimpse
from firstright.core.lead import Cause, Fact, Lead, Outcome
from firstright.core.pools import LEAD
from firstright.core.record import LONG, read_record, record_bytes

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ASKED = (
    Asked("ent", 2, ((Code.LOAD_FULL, "3"),)),
    Asked("smb", 3, ((Code.PAUSED, "2"), (Code.ABSENT, "6")), "ada"),
    Asked("other", 1, (), "kim"),
)


def recorded(**facts: Fact) -> bytes:
    turned = Turned("smb", "main", 1, "ada", LEAD, "1")
    decision = Decision(Outcome.OWNER, "rule:smb", credits=(turned,), trace=Trace((), ASKED))
    lead = Lead({"email": "mara@hill.example", **facts}, "web", NOON)
    return record_bytes(
        lead, Cause.ARRIVED, decision, policy="p", roster="r", turn=1, as_of=NOON, candidates=()
    )


def test_the_pool_that_gave_it_tells_whom_it_ruled_out() -> None:
    assert glimpse(recorded(score=40), "smb") == Glimpse(40, ((Code.PAUSED, 2), (Code.ABSENT, 6)))
    assert glimpse(recorded(score=40), "other") == Glimpse(40, ())
    assert glimpse(recorded(), "ent") == Glimpse(None, ())


def test_a_long_record_is_deflated_and_tells_the_same() -> None:
    long = recorded(score=7, message="".join(f"{n:x}" for n in range(4 * LONG)))
    assert long[:1] == b"\x78"
    assert glimpse(long, "smb") == Glimpse(7, ((Code.PAUSED, 2), (Code.ABSENT, 6)))
    assert read_record(long).lead.facts["score"] == 7


@pytest.mark.parametrize("score", ["forty", True, ("40",)])
def test_what_is_no_number_is_no_score(score: Fact) -> None:
    assert glimpse(recorded(score=score), "smb").score is None


@pytest.mark.parametrize("record", [b"", b"{", b"\x78nonsense", b"[]"])
def test_what_cannot_be_read_tells_nothing(record: bytes) -> None:
    assert glimpse(record, "smb") == NOTHING
