"""Whom to ask for what a lead did not say: as data. Asking is done by the worker, far from any decision."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from firstright.core.clean.following import stale
from firstright.core.lead import Fact, Facts
from firstright.core.rules.conditions import AllOf, Condition, Truth, evaluate

ASKS = ("domain", "email", "phone", "company")  # facts that can be sent
FILLED_FROM = (
    "filled_from"  # the fact that says where others came from: "zone:postcode", "employees:clearfield"
)
FROM_POSTCODE = ("state", "city", "zone")
FROM_PHONE = ("country",)
FROM_ACCOUNT = ("industry", "employees", "revenue", "country", "state", "city")
ACCOUNT = "account "  # how the origin of what an account said begins; its name follows


class Provider(msgspec.Struct, frozen=True):
    """`ask` names the fact that is sent; `fields` says which of their answer (a path such as "company.size") becomes which
    of our fields. Where it is and what it is asked with is no part of a policy: it is registered, like a destination.
    """

    id: str
    ask: str
    fields: dict[str, str] = {}
    when: Condition = AllOf()
    when_missing: tuple[str, ...] = ()  # only leads that lack one of these; empty: that lack one of `fields`
    overwrite: tuple[str, ...] = ()  # our fields in which it is believed before the person
    same: str = ""  # a path that must lead to what was asked for: else the answer is about somebody else
    budget: int | None = None  # requests a month, in UTC
    most_per_minute: int | None = None
    timeout: timedelta = timedelta(seconds=10)
    fresh_for: timedelta = timedelta(days=90)  # an answer, also "unknown", is not asked for again before
    give_up_after: timedelta = timedelta(hours=24)
    name: str = ""  # as people call it


class Filling(msgspec.Struct, frozen=True):
    """Which facts are filled in before the decision, out of a postcode (US and Canada), out of a phone number, and out of the
    account the lead matches."""

    from_postcode: tuple[str, ...] = FROM_POSTCODE
    from_phone: tuple[str, ...] = ()
    from_account: tuple[str, ...] = FROM_ACCOUNT
    collect: timedelta = timedelta(seconds=30)  # how long answers wait for those of other providers


FILLING = Filling()


def origins(facts: Mapping[str, Fact]) -> tuple[str, ...]:
    """Where facts that nobody said came from: "field:origin"."""
    found = facts.get(FILLED_FROM, ())
    return found if isinstance(found, tuple) else ()


def said_over(facts: Mapping[str, Fact], said: Mapping[str, Fact]) -> dict[str, Fact]:
    """The facts with what was said now: where it takes the place of something filled in, that came from nowhere else any more.
    What was said may have been filled in, too."""
    gone = stale(facts, said)
    now = {**{name: fact for name, fact in facts.items() if name not in gone}, **said}
    filled = (*[each for each in origins(facts) if each.partition(":")[0] not in said], *origins(said))
    if filled:
        now[FILLED_FROM] = filled
    else:
        now.pop(FILLED_FROM, None)
    return now


def origin_of(facts: Mapping[str, Fact], field: str) -> str:
    """What a fact was filled in from: "postcode", "phone", "account Acme", or a provider; empty when it was said."""
    return next((each[len(field) + 1 :] for each in origins(facts) if each.startswith(f"{field}:")), "")


class Told(msgspec.Struct, frozen=True):
    """What one provider said of a lead, cleaned; `believed` are the fields in which it comes before the person."""

    provider: str
    facts: dict[str, Fact]
    believed: tuple[str, ...] = ()


def key_of(provider: Provider, facts: Facts, as_of: datetime) -> str:
    """What this provider is to be asked about; empty when there is nothing to ask, or nothing to ask it about."""
    key = facts.get(provider.ask)
    if not isinstance(key, str) or not key.strip():
        return ""
    wanted = provider.when_missing or tuple(
        f for f in provider.fields.values() if f not in provider.overwrite
    )
    if wanted and all(field in facts for field in wanted):
        return ""
    return key if evaluate(provider.when, facts, as_of) is Truth.TRUE else ""


def unsaid_by(provider: Provider, said: Mapping[str, Fact], facts: Facts) -> Facts:
    """`facts` without what this provider has said, by `said`: it is asked about somebody else now."""
    theirs = {field for field in provider.fields.values() if origin_of(said, field) == provider.id}
    return {name: fact for name, fact in facts.items() if name not in theirs} if theirs else facts


def learnt(facts: Mapping[str, Fact], told: Sequence[Told]) -> dict[str, Fact]:
    """What becomes known: changed and new facts, and `filled_from` with where each came from; nothing when nothing does.

    What the person said stays, and what their account says, but where a provider is believed before them; what was guessed from
    a phone number does not.
    Of two providers the first in `told` is believed.
    """
    found: dict[str, Fact] = {}
    by: dict[str, str] = {}
    for each in told:
        for field, value in each.facts.items():
            origin = origin_of(facts, field)
            free = field not in facts or origin in ("phone", each.provider)
            free = free or (
                field in each.believed and (origin in ("", "postcode") or origin.startswith(ACCOUNT))
            )
            if field not in by and free and field != FILLED_FROM:
                by[field] = each.provider
                if facts.get(field) != value:
                    found[field] = value
    if not found:
        return {}
    kept = [each for each in origins(facts) if each.partition(":")[0] not in found]
    found[FILLED_FROM] = (*kept, *[f"{field}:{by[field]}" for field in found])
    return found
