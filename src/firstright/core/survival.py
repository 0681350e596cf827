"""Which values survive when several records are one: a rule per field, and of every value the record it came from.

Computed from the records as they are, each time: nothing is written over them, so a merge can be undone. Points are not
added up: what the policy derives is derived again from what survives.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from firstright.core.deriving import BY, DERIVED
from firstright.core.lead import Fact, Facts, Value
from firstright.core.matchrules import Matching
from firstright.core.scoring import YIELDED

NEWEST, TRUSTED, LONGEST = "newest", "trusted", "longest"
RULES = (NEWEST, TRUSTED, LONGEST)
# What follows from another field comes from the record that field came from, or one would contradict the other.
FOLLOWS = {
    "email_domain": "email",
    "email_kind": "email",
    "email_confusable": "email",
    "email_hint": "email",
    "email_bounced": "email",
    "phone_country": "phone",
    "phone_zone": "phone",
    "phone_kind": "phone",
    "phone_invalid": "phone",
    "employees_band": "employees",
    "revenue_band": "revenue",
    "sector": "industry",
    "seniority": "title",
    "function": "title",
    "first_name": "last_name",
    "name": "last_name",
}
ADDRESS = ("state", "city", "postcode")  # mean something only in their country
# How somebody came, and what we work out about them, is the master's alone: an id of another source would name another record.
STAYS = frozenset(
    {
        *DERIVED,
        *BY.values(),
        *YIELDED,
        "external_id",
        "source",
        "medium",
        "campaign",
        "channel",
        "landing_page",
        "referrer",
        "referrer_site",
        "term",
        "content",
        "occurred_at",
        "urgency",
        "region",
        "territory",
        "trail",
    }
)
STAYS_IN = ("first.", "score.", "account.", "opportunity.", "contact.", "source.", "engagement.", "time.")
IDENTIFYING = ("external_id", "email", "phone", "last_name")


class Record(msgspec.Struct, frozen=True):
    """One of the records that are one person. `at` is when its enquiry began."""

    id: str
    source: str
    at: datetime
    facts: Mapping[str, Fact]


class Survivor(msgspec.Struct, frozen=True):
    """A value, the record it came from, and the rule by which it was taken: one of `RULES`, "only", "master", "joined"
    (a list holds what any of them held) or "with" the field it follows."""

    value: Fact
    origin: str
    rule: str


def is_choosable(field: str) -> bool:
    """Whether a policy may say how this field survives; others follow another field, or are the master's."""
    return field not in FOLLOWS and not _stays(field)


def survived(master: Record, children: Sequence[Record], rules: Matching) -> dict[str, Survivor]:
    """Facts of the master as they are once its children count, by field in a fixed order. A child alone changes nothing
    of what is the master's to say; of records that arrived at the same instant the master's value stands."""
    records = (master, *sorted(children, key=lambda r: (r.at, r.id)))
    found: dict[str, Survivor] = {}
    names = sorted({name for record in records for name in record.facts if _has(record.facts, name)})
    for name in names:
        if _stays(name):
            if _has(master.facts, name):
                found[name] = Survivor(master.facts[name], master.id, "master")
        elif name not in FOLLOWS and name not in ADDRESS:
            found[name] = _survivor(name, records, rules)
    _address(records, rules, found)
    _followers(names, records, found, rules)
    return dict(sorted(found.items()))


def facts_of(found: Mapping[str, Survivor]) -> dict[str, Fact]:
    return {name: each.value for name, each in found.items()}


def _survivor(name: str, records: Sequence[Record], rules: Matching) -> Survivor:
    having = [record for record in records if _has(record.facts, name)]
    known = [record for record in having if not _is_anonymous(record)] or having
    if all(isinstance(record.facts[name], tuple) for record in having):
        return _joined(name, having)
    if len({record.facts[name] for record in having}) == 1:
        first = having[0]
        return Survivor(first.facts[name], first.id, "only" if len(having) == 1 else NEWEST)
    rule = rules.survives.get(name, NEWEST)
    taken = _newest(known)
    if rule == TRUSTED:
        ranks = {source: place for place, source in enumerate(rules.trusted)}
        best = min(ranks.get(record.source, len(ranks)) for record in known)
        taken = _newest([r for r in known if ranks.get(r.source, len(ranks)) == best])
    elif rule == LONGEST:
        most = max(len(str(record.facts[name])) for record in known)
        taken = _newest([r for r in known if len(str(r.facts[name])) == most])
    return Survivor(taken.facts[name], taken.id, rule)


def _newest(records: Sequence[Record]) -> Record:
    """The first is the master where it is among them: it stands at equal instants."""
    latest = max(record.at for record in records)
    return next(record for record in records if record.at == latest)


def _joined(name: str, having: Sequence[Record]) -> Survivor:
    """Lists hold what any of the records held, oldest first, each once."""
    oldest = sorted(having, key=lambda record: (record.at, record.id))
    parts = [part for record in oldest for part in _texts(record.facts[name])]
    latest = oldest[-1]
    return Survivor(tuple(dict.fromkeys(parts)), latest.id, "joined" if len(having) > 1 else "only")


def _address(records: Sequence[Record], rules: Matching, found: dict[str, Survivor]) -> None:
    """Parts of an address only from records that do not say another country."""
    country = found["country"].value if "country" in found else None
    there = [record for record in records if (record.facts.get("country") or country) == country]
    for name in ADDRESS:
        if any(_has(record.facts, name) for record in there):
            found[name] = _survivor(name, there, rules)


def _followers(
    names: Sequence[str], records: Sequence[Record], found: dict[str, Survivor], rules: Matching
) -> None:
    """A field that follows another comes with it; where nobody has that one, it survives like any other."""
    by_id = {record.id: record for record in records}
    for name in names:
        if name not in FOLLOWS:
            continue
        leading = found.get(FOLLOWS[name])
        if leading is None:
            found[name] = _survivor(name, records, rules)
        elif _has(facts := by_id[leading.origin].facts, name):
            found[name] = Survivor(facts[name], leading.origin, f"with {FOLLOWS[name]}")


def _stays(name: str) -> bool:
    return name in STAYS or name.startswith(STAYS_IN)


def _has(facts: Facts, name: str) -> bool:
    value: Value | None = facts.get(name)
    return value is not None and value != "" and value != ()


def _is_anonymous(record: Record) -> bool:
    """Whether nothing in it names a person: what such a record holds fills a gap, and replaces nobody's value."""
    return not any(_has(record.facts, name) for name in IDENTIFYING)


def _texts(value: Fact) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
