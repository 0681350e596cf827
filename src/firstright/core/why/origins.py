"""Where facts came from that nobody said: a postcode, a telephone number, their account, a provider that was asked; and where an
account says something else than the lead. In words."""

from collections.abc import Mapping

import msgspec

from firstright.core.accountfacts import AT_ODDS
from firstright.core.lead import Fact, Value
from firstright.core.policy import Policy
from firstright.core.providers import ACCOUNT, FILLED_FROM
from firstright.core.rules.phrases import label

HEADING = "What was filled in"
OTHERWISE = "What its account says otherwise"
_WORDS = {"postcode": "the postcode", "phone": "the phone number"}


class FilledSaid(msgspec.Struct, frozen=True):
    """One fact and its origin: "postcode", "phone", "account Acme", or the name of a provider in the policy; `by` is what people
    call that."""

    field: str
    value: Value
    origin: str
    by: str


class OddsSaid(msgspec.Struct, frozen=True):
    """A fact of the lead of which its account says something else: `value`."""

    field: str
    value: str
    by: str


def filled_said(policy: Policy | None, facts: Mapping[str, Value]) -> tuple[FilledSaid, ...]:
    """In the order in which they were filled in."""
    found = facts.get(FILLED_FROM, ())
    said = [each.partition(":") for each in found] if isinstance(found, tuple) else []
    return tuple(
        FilledSaid(field, facts[field], origin, origin_words(origin, policy))
        for field, _, origin in said
        if field in facts
    )


def origin_words(origin: str, policy: Policy | None) -> str:
    if words := _WORDS.get(origin):
        return words
    if origin.startswith(ACCOUNT.strip() + " ") or origin == ACCOUNT.strip():
        return f"the {origin}"
    provider = policy.providers.get(origin) if policy else None
    return provider.name if provider and provider.name else origin


def odds_said(facts: Mapping[str, Value]) -> tuple[OddsSaid, ...]:
    found = facts.get(AT_ODDS, ())
    said = [each.split(":", 2) for each in found] if isinstance(found, tuple) else []
    return tuple([OddsSaid(field, value, f"the {by}") for field, by, value in said])


def odds_lines(odds: tuple[OddsSaid, ...]) -> list[str]:
    return [f"{_named(each.field)}: {each.by} says {each.value}." for each in odds]


def filled_lines(filled: tuple[FilledSaid, ...]) -> list[str]:
    return [_line(each) for each in filled]


def _line(each: FilledSaid) -> str:
    return f"{_named(each.field)} {value_words(each.value)}, from {each.by}."


def _named(field: str) -> str:
    name = label(field)
    return f"{name[:1].upper()}{name[1:]}"


def value_words(value: Value | Fact) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
