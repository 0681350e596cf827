"""Which row of the table speaks, when what it gives is due, by which channel, and what is kept back until a lead is qualified."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from firstright.core.actions import (
    SHIPPED_NEXT,
    WRONG,
    FirstAction,
    NextAction,
    Situation,
    channel_of,
    chosen,
    with_wrong,
)
from firstright.core.causes.nextaction import next_action, with_next
from firstright.core.compiled import Compiled
from firstright.core.decide import decide
from firstright.core.decision import TaskGiven
from firstright.core.firstaction import gated, in_business
from firstright.core.lead import Act, Cause, Holder, HolderKind, Lead, Outcome
from firstright.core.pipeline import Moved
from firstright.core.policy import Rule, Target, TargetKind
from firstright.core.routing import kept
from firstright.core.rules.predicates import AllOf
from firstright.core.sequences import Enrolled, Sequence
from firstright.core.statuses import STATUSES
from firstright.core.theirwords import asked
from routing import CATCH_ALL, HEAD, MINUTE, MONDAY, SATURDAY, TO_SDR, effects, lead, policy, world

RESULTS = ("", "no-answer", "left-message", "connected", "sent", "wrong-number", "no-show", "met")
CHANNELS = ("call", "email", "sms", "chat", "meeting")
SHIPPED = policy(TO_SDR, CATCH_ALL, head=HEAD + "\n[next_actions]\n")
rows = st.builds(
    NextAction,
    st.uuids().map(str),
    st.just("call"),
    causes=st.sampled_from([(), ("touched",), ("no-reply",)]),
    results=st.lists(st.sampled_from(RESULTS[1:]), max_size=2, unique=True).map(tuple),
    channels=st.lists(st.sampled_from(CHANNELS), max_size=2, unique=True).map(tuple),
    statuses=st.lists(st.sampled_from(STATUSES), max_size=2, unique=True).map(tuple),
    tries=st.integers(0, 3),
)
situations = st.builds(
    Situation,
    st.sampled_from(["touched", "no-reply"]),
    st.just("to-sdr"),
    st.just(""),
    st.sampled_from(STATUSES),
    st.sampled_from(CHANNELS),
    st.sampled_from(RESULTS),
    st.integers(0, 4),
)


def speaks(row: NextAction, now: Situation) -> bool:
    """In plain words: everything it asks is so."""
    if row.causes and now.cause not in row.causes:
        return False
    if row.results and now.result not in row.results:
        return False
    if row.channels and now.channel not in row.channels:
        return False
    return (not row.statuses or now.status in row.statuses) and now.tries >= row.tries


@given(st.lists(rows, max_size=6).map(tuple), situations)
def test_the_first_row_that_fits_speaks(table: tuple[NextAction, ...], now: Situation) -> None:
    wanted = next((row for row in table if speaks(row, now)), None)
    assert chosen(table, now, {}, MONDAY) == wanted


@given(situations)
def test_every_shipped_row_names_an_action_that_is_there(now: Situation) -> None:
    found = next_action(now, {}, SHIPPED, world())
    row = chosen(SHIPPED_NEXT, now, {}, MONDAY)
    assert (found is None) == (row is None)
    assert found is None or (row is not None and found[1].id == row.action)


def minute_walk(start: datetime, minutes: int) -> datetime:
    """Berlin, nine to five from Monday to Friday: minute by minute."""
    at, left = start, minutes
    while left:
        local = at + timedelta(hours=1)  # March, before the clocks change
        if local.isoweekday() < 6 and 9 <= local.hour < 17:
            left -= 1
        at += MINUTE
    return at


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 7 * 24 * 60), st.integers(1, 16 * 60))
def test_a_task_is_due_in_business_time_as_a_walk_of_minutes_says(offset: int, minutes: int) -> None:
    here = world(as_of=MONDAY + offset * MINUTE)
    due = in_business("kim", here, timedelta(minutes=minutes))
    assert due == minute_walk(here.as_of, minutes)


@pytest.mark.parametrize("status", STATUSES)
def test_a_gate_opens_when_the_lead_is_qualified_and_not_before(status: str) -> None:
    rule = Rule("r", "first", AllOf(), Target(TargetKind.POOL, "sdr"), outreach="after-qualified")
    plain = Rule("r", "first", AllOf(), Target(TargetKind.POOL, "sdr"))
    anna = lead()
    assert gated(anna, plain, status) == gated(anna, None, status) == ""
    assert gated(anna, rule, status) == (
        "" if status in ("qualified", "scheduled", "won") else "after-qualified"
    )


@given(
    st.lists(st.sampled_from(CHANNELS), min_size=1, unique=True).map(tuple),
    st.sampled_from(("", "phone", "email", "sms", "fax")),
    st.booleans(),
    st.booleans(),
    st.sampled_from((None, "call", "email", "sms")),
)
def test_the_channel_a_lead_prefers_is_taken_where_it_can_be(
    channels: tuple[str, ...], wish: str, phone: bool, email: bool, wrong: str | None
) -> None:
    facts: dict[str, str | tuple[str, ...]] = {}
    if wish:
        facts["preferred_channel"] = wish
    facts |= {"phone": "+4930123"} if phone else {}
    facts |= {"email": "a@b.example"} if email else {}
    if wrong:
        facts[WRONG] = with_wrong(facts, wrong)
    needs = {"call": "phone", "sms": "phone", "email": "email"}
    barred = {"call": {"call", "sms"}, "sms": {"call", "sms"}, "email": {"email"}}.get(wrong or "", set())
    usable = [c for c in channels if c not in barred and (c not in needs or needs[c] in facts)]
    wanted = {"phone": "call"}.get(wish, wish)
    expected = wanted if wanted in usable else usable[0] if usable else "chat"
    assert channel_of(FirstAction("a", "t", "chat", channels=channels), facts) == expected


def held() -> Lead:
    """Anna, with Kim under the rule to-sdr."""
    return replace(
        lead(phone="+4930123"),
        outcome=Outcome.OWNER,
        rule="to-sdr",
        holder=Holder(HolderKind.REP, "kim"),
        epoch=1,
        status="routed",
    )


def test_without_a_table_a_touch_is_followed_by_nothing_more() -> None:
    plain = policy(TO_SDR, CATCH_ALL)
    anna = replace(held(), act=Act(by="kim", channel="call", result="no-answer", at=MONDAY))
    given_ = effects(decide(anna, Cause.TOUCHED, plain, world()), TaskGiven)
    assert given_ == []
    assert effects(decide(anna, Cause.TOUCHED, SHIPPED, world()), TaskGiven) == [
        TaskGiven("write-instead", "email", "kim", MONDAY + timedelta(hours=2))
    ]


def test_what_comes_at_night_is_due_when_its_owner_opens() -> None:
    sat = world(as_of=SATURDAY)
    written = TO_SDR.replace('first_action = "call"', 'first_action = "write"').replace("sdr", "sun")
    rules = policy(written, CATCH_ALL, head=HEAD + "\n[next_actions]\n")
    person = replace(lead(), arrived_at=SATURDAY)
    (task,) = effects(decide(person, Cause.ARRIVED, rules, sat), TaskGiven)
    assert (task.rep, task.due) == ("zoe", task.due)
    assert task.due <= SATURDAY + timedelta(days=1)  # Zoe is there at all hours


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("Hi there,\nCan the arm lift 40 kg?\nBest, Mara", "Can the arm lift 40 kg?"),
        ("We need a quote for three arms. Could you call +49 30 1234567?", "Could you call?"),
        ("Please send prices\n> on Monday you wrote\n> hello", "Please send prices"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_what_they_asked_is_told_in_their_own_words(message: str, words: str) -> None:
    assert asked({"message": message}) == words


@given(st.text(max_size=2_000))
def test_whatever_they_wrote_is_one_line_that_is_not_long(message: str) -> None:
    found = asked({"message": message})
    assert len(found) <= 160 and found.splitlines() in ([], [found])


def test_what_a_rule_kept_back_begins_when_the_lead_is_qualified() -> None:
    rules = policy(
        TO_SDR.replace('first_action = "call"', 'first_action = "call"\noutreach = "after-qualified"'),
        CATCH_ALL,
    )
    known = rules.policy
    actions = {**known.actions, "call": replace(known.actions["call"], sequence="welcome")}
    compiled = Compiled(replace(known, actions=actions, sequences={"welcome": Sequence("welcome")}))
    anna = held()
    first = decide(lead(), Cause.ARRIVED, compiled, world())
    assert effects(first, Enrolled) == []
    moved = Act(by="kim", moved=Moved("qualified"))
    qualified = kept(anna, "moved", status="qualified")
    assert effects(with_next(qualified, anna, moved, compiled, world()), Enrolled) == [Enrolled("welcome")]
    contacted = kept(anna, "moved", status="contacted")
    assert with_next(contacted, anna, moved, compiled, world()) == contacted
