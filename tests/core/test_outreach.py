"""Whether somebody may be written to just now: every no with its code, its datum, and the next instant it may be tried."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from firstright.core.outreach import (
    ALL,
    ALLOWED,
    WEEK,
    Asks,
    Consent,
    Contact,
    No,
    Other,
    Outreach,
    Refused,
    Touching,
    judge,
    not_quiet,
    objections,
    zones_of,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANNA = Contact("anna@acme.example", zones=("Europe/Berlin",))
EMAIL, SMS = Touching("email"), Touching("sms")
RULES = Outreach()
HOUR = timedelta(hours=1)
ZONES = ("UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia")


def test_somebody_known_who_said_nothing_may_be_written_to_and_not_texted() -> None:
    assert judge(EMAIL, ANNA, RULES, NOON) == ALLOWED
    assert judge(SMS, ANNA, RULES, NOON) == Refused(No.NO_CONSENT, "sms sales")


@pytest.mark.parametrize(
    ("changes", "no"),
    [
        ({"address": ""}, Refused(No.NO_ADDRESS, "email")),
        ({"invalid": True}, Refused(No.INVALID, "email")),
        ({"suppressed": (("domain", "competitor"),)}, Refused(No.SUPPRESSED, "domain: competitor")),
        (
            {"consents": (Consent("email", ALL, "withdrawn", NOON - HOUR),)},
            Refused(No.WITHDRAWN, "2026-03-02T11:00:00+00:00"),
        ),
        ({"zones": ("Asia/Tokyo",)}, Refused(No.QUIET, "Asia/Tokyo", datetime(2026, 3, 2, 23, tzinfo=UTC))),
        (
            {"touches": tuple(NOON - n * HOUR for n in (50, 40, 30, 20, 10))},
            Refused(No.WEEKLY, "5", NOON - 50 * HOUR + WEEK),
        ),
        ({"others": (Other("kim", NOON - HOUR, account=True),)}, Refused(No.OTHERS, "kim", NOON + 23 * HOUR)),
    ],
)
def test_each_no_has_its_code_its_datum_and_when_it_may_be_tried(
    changes: dict[str, object], no: Refused
) -> None:
    assert judge(EMAIL, replace(ANNA, **changes), RULES, NOON) == no


def test_what_is_final_is_told_before_what_is_put_off() -> None:
    told = replace(ANNA, zones=("Asia/Tokyo",), suppressed=(("email", "asked"),))
    assert [no.code for no in objections(EMAIL, told, RULES, NOON)] == [No.SUPPRESSED, No.QUIET]
    assert judge(EMAIL, told, RULES, NOON) == Refused(No.SUPPRESSED, "email: asked")


def test_the_last_word_counts_and_one_about_everything_counts_for_each_purpose() -> None:
    yes, no = Consent("sms", "sales", "given", NOON - 2 * HOUR), Consent("sms", ALL, "withdrawn", NOON - HOUR)
    assert judge(SMS, replace(ANNA, consents=(yes,)), RULES, NOON) == ALLOWED
    assert judge(SMS, replace(ANNA, consents=(no, yes)), RULES, NOON) == Refused(
        No.WITHDRAWN, no.at.isoformat()
    )
    again = Consent("sms", "sales", "given", NOON)
    assert judge(SMS, replace(ANNA, consents=(yes, no, again)), RULES, NOON) == ALLOWED
    other = Consent("sms", "newsletter", "given", NOON)
    assert judge(SMS, replace(ANNA, consents=(other,)), RULES, NOON) == Refused(No.NO_CONSENT, "sms sales")


def test_a_policy_may_ask_for_a_yes_before_any_mail() -> None:
    strict = Outreach(consent=(("email", Asks.OPT_IN),))
    assert judge(EMAIL, ANNA, strict, NOON) == Refused(No.NO_CONSENT, "email sales")


def test_clocks_are_the_leads_own_its_countrys_or_both_of_ours() -> None:
    assert zones_of({"zone": "Asia/Tokyo", "country": "DE"}, "Europe/Paris", "UTC") == ("Asia/Tokyo",)
    assert zones_of({"country": "JP"}, "Europe/Paris", "UTC") == ("Asia/Tokyo",)
    assert zones_of({"country": "US"}, "Europe/Paris", "Europe/Berlin") == ("Europe/Paris", "Europe/Berlin")
    assert zones_of({}, "", "UTC") == ("UTC",)


def test_of_two_clocks_the_stricter_counts() -> None:
    both = ("Europe/Berlin", "America/New_York")
    morning = datetime(2026, 3, 2, 8, tzinfo=UTC)  # three in New York
    assert not_quiet(both, RULES, morning) == datetime(2026, 3, 2, 13, tzinfo=UTC)


minutes = st.integers(0, 24 * 60 - 1)
instants = st.integers(-400 * 86_400, 600 * 86_400).map(lambda s: NOON + timedelta(seconds=s))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True), minutes, minutes, instants)
def test_nobody_is_written_to_in_their_quiet_hours_nor_later_than_needed(
    zones: list[str], begins: int, ends: int, at: datetime
) -> None:
    rules = Outreach(quiet_from=begins, quiet_until=ends)
    found = not_quiet(tuple(zones), rules, at)
    assert found >= at
    if len(zones) == 1 and begins != ends:
        assert not _quiet(zones[0], rules, found)
        if found > at:
            assert all(_quiet(zones[0], rules, at + (found - at) * n / 10) for n in range(10))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(instants, max_size=12),
    st.integers(1, 6),
    st.lists(st.tuples(st.sampled_from(("kim", "noor")), instants), max_size=3),
)
def test_what_is_put_off_is_let_through_in_the_end_and_never_before(
    touches: list[datetime], most: int, others: list[tuple[str, datetime]]
) -> None:
    """Tried at each instant a refusal names, it is allowed after few tries, and at none of them is a rule broken."""
    rules = Outreach(most_a_week=most)
    past = tuple(sorted(at for at in touches if at <= NOON))
    seen = tuple(Other(rep, at) for rep, at in others if at <= NOON)
    contact, at = replace(ANNA, touches=past, others=seen), NOON
    for _ in range(50):
        judged = judge(EMAIL, contact, rules, at)
        if judged == ALLOWED:
            break
        assert isinstance(judged, Refused) and judged.until is not None and judged.until > at
        at = judged.until
    assert judged == ALLOWED
    assert not _quiet("Europe/Berlin", rules, at)
    assert sum(at - WEEK < touch <= at for touch in past) < most
    assert all(at >= other.at + rules.apart for other in seen)


def _quiet(zone: str, rules: Outreach, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    if rules.quiet_from <= rules.quiet_until:
        return rules.quiet_from <= minute < rules.quiet_until
    return minute >= rules.quiet_from or minute < rules.quiet_until
