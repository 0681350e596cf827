"""What a record keeps: all that the decision was made of, in less than four kilobytes however much a person wrote."""

from random import Random

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from chance import CALENDARS
from firstright.core.compiled import Compiled
from firstright.core.lead import Cause, Lead, Outcome
from firstright.core.matching import candidates
from firstright.core.record import Record, read_record, record_bytes
from firstright.core.replay import replay
from firstright.core.roster import Document, Membership, Rep, Roster
from firstright.core.world import Candidate, World
from routing import CATCH_ALL, DAY, MONDAY, TO_SDR, lead, policy, routed, world

LONGEST = {
    "first_name": 200,
    "title": 200,
    "campaign": 500,
    "landing_page": 2_048,
    "referrer": 2_048,
    "message": 20_000,
}
LETTERS = "abcdefghijklmnopqrstuvwxyzäöüß ,.-"
ASKS = """
[[rule]]
id = "help"
tier = "first"
when = { message = { contains = "help" } }
send_to = { queue = "desk" }
"""
IDS = [f"0190aaaa-bbbb-7000-8000-0000000001{n:02}" for n in range(20)]
PEOPLE = Roster(
    Document(
        "r" * 64,
        tuple(
            Rep(
                f"rep-{n:03}",
                f"Rep Number {n}",
                active=n % 7 > 0,
                calendar="berlin",
                capacity=5 if n % 3 else 1,
                memberships=(Membership("sdr", 1),),
            )
            for n in range(100)
        ),
        CALENDARS,
    )
)


@st.composite
def texts(draw: st.DrawFn) -> dict[str, str]:
    """Long texts that no packer makes short."""
    chance = Random(draw(st.integers(0, 2**32)))  # a drawn list of letters cannot be as long as a message
    lengths = {name: draw(st.sampled_from((5, 65, most))) for name, most in LONGEST.items()}
    return {name: "".join(chance.choices(LETTERS, k=length)) for name, length in lengths.items()}


def known_twenty(subject: Lead, before: dict[str, str]) -> World:
    ago = MONDAY - 9 * DAY
    was = msgspec.structs.replace(
        subject, id=IDS[0], outcome=Outcome.CLOSED, facts={**subject.facts, **before}
    )
    found = [Candidate("lead", was.id, "email", "rep-001", False, ago, lead=was)]
    for entity, mark in (("lead", "8"), ("account", "9"), ("opportunity", "a"), ("contact", "b")):
        found += [
            Candidate(entity, i.replace("8000", f"{mark}001"), "domain", "rep-002", True, ago, "Acme")
            for i in IDS
        ]
    loads = {f"rep-{n:03}": 1 for n in range(0, 100, 3)}
    return world(PEOPLE, known=found, about=subject, loads=loads)


def recorded(rules: Compiled, subject: Lead, where: World) -> tuple[bytes, Record]:
    record = record_bytes(
        subject,
        Cause.ARRIVED,
        routed(rules, subject, where),
        policy=rules.policy.hash,
        roster=where.roster.hash,
        turn=where.turn,
        as_of=where.as_of,
        candidates=candidates(subject, where),
        unread=rules.unread,
    )
    return record, read_record(record)


@given(texts(), texts())
@settings(deadline=None, max_examples=60)
def test_the_longest_texts_leave_a_record_below_four_kilobytes_that_replays(
    said: dict[str, str], before: dict[str, str]
) -> None:
    rules = policy(TO_SDR, CATCH_ALL)
    subject = lead(id="0190aaaa-bbbb-7000-8000-000000000001", **said)
    where = known_twenty(subject, before)
    assert len(candidates(subject, where)) == 20
    stored, record = recorded(rules, subject, where)
    assert len(stored) < 4096
    assert replay(record, rules, PEOPLE, {}) == ()


def test_a_text_that_a_rule_reads_is_kept_whole() -> None:
    said = "x" * 5_000 + " help"
    _, record = recorded(policy(ASKS, TO_SDR, CATCH_ALL), lead(message=said, title="t" * 200), world())
    assert record.lead.facts["message"] == said
    assert record.lead.facts["title"] == "t" * 24 + "…"
    assert record.decision().rule == "help"


def test_a_short_record_keeps_every_text_as_it_is() -> None:
    subject = lead(message="m" * 1_000)
    assert recorded(policy(TO_SDR, CATCH_ALL), subject, world())[1].lead == subject
