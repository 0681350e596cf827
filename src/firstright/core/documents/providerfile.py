"""Reads [enrich] and [enrich.NAME] of a policy: what is filled in at once, and whom to ask for the rest."""

from collections.abc import Mapping
from datetime import timedelta

from firstright.core.clean.normalize import FIELDS
from firstright.core.documents.reading import Table
from firstright.core.documents.whenfile import read_when
from firstright.core.providers import (
    ASKS,
    FILLING,
    FROM_ACCOUNT,
    FROM_PHONE,
    FROM_POSTCODE,
    Filling,
    Provider,
)
from firstright.core.rules.fields import Catalogue

SHORTEST, LONGEST = timedelta(seconds=1), timedelta(seconds=25)  # of one request: a worker's lease is longer
LONGEST_COLLECT = timedelta(hours=1)
LONGEST_TRY = timedelta(days=7)
MOST_BUDGET = 10_000_000
# What only the person, or the place they came from, can say.
NOT_LEARNT = frozenset({"consent", "source", "external_id", "occurred_at", "message", "score", "intent"})
_SETTINGS = ("from_postcode", "from_phone", "from_account", "collect")


def read_filling(root: Table) -> Filling:
    """What is filled in before the decision, and how long answers wait for each other."""
    row = root.table("enrich")
    places = _known(row, "from_postcode", FROM_POSTCODE) if row.has("from_postcode") else FROM_POSTCODE
    phone = _known(row, "from_phone", FROM_PHONE)
    account = _known(row, "from_account", FROM_ACCOUNT) if row.has("from_account") else FROM_ACCOUNT
    collect = row.duration("collect", zero=True)
    if collect is not None and collect > LONGEST_COLLECT:
        row.report(
            "value.range", "collect", f'"collect" is at most {LONGEST_COLLECT}; a lead waits that long.'
        )
    return Filling(places, phone, account, FILLING.collect if collect is None else collect)


def read_providers(root: Table, catalogue: Catalogue) -> dict[str, Provider]:
    """Providers by name, in document order: of two that answer the same, the first is believed."""
    holder = root.table("enrich")
    names = [name for name in holder.data if name not in _SETTINGS]
    tables = root.at(("enrich",), {name: holder.data[name] for name in names}, "enrich")
    inner = root.at((), {"enrich": tables.data}, "")
    return {name: _provider(name, row, catalogue) for name, row in inner.named("enrich", "provider")}


def _provider(name: str, row: Table, catalogue: Catalogue) -> Provider:
    fields = _fields(row, catalogue)
    learnt = tuple(dict.fromkeys(fields.values()))
    budget = row.number("budget", 0, MOST_BUDGET, 0) if row.has("budget") else None
    rate = row.number("most_per_minute", 1, 100_000, 1) if row.has("most_per_minute") else None
    return Provider(
        id=name,
        ask=_asked(row),
        fields=fields,
        when=read_when(row, catalogue, needed=False),
        when_missing=_known(row, "when_missing", catalogue),
        overwrite=_known(row, "overwrite", learnt),
        same=row.text("same"),
        budget=budget,
        most_per_minute=rate,
        timeout=_within(row, "timeout", SHORTEST, LONGEST, timedelta(seconds=10)),
        fresh_for=_within(row, "fresh_for", timedelta(minutes=1), timedelta(days=3660), timedelta(days=90)),
        give_up_after=_within(row, "give_up_after", SHORTEST, LONGEST_TRY, timedelta(hours=24)),
        name=row.text("name"),
    )


def _asked(row: Table) -> str:
    ask = row.text("ask", needed=True)
    if ask and ask not in ASKS:
        row.unknown("provider.ask", "ask", ask, ASKS)
    return ask


def _fields(row: Table, catalogue: Catalogue) -> dict[str, str]:
    """Path of their answer -> our field. Only what can be cleaned like anything a person says."""
    if not row.has("fields"):
        row.report(
            "key.missing", "fields", '"fields" is missing; write fields = { "company.size" = "employees" }.'
        )
    inner = row.table("fields")
    learnable = [field for field in FIELDS if field not in NOT_LEARNT]
    learnable += [name for name, field in catalogue.items() if field.custom]
    found: dict[str, str] = {}
    for path in inner.data:
        field = inner.text(path)
        if not all(path.split(".")):
            inner.report(
                "provider.path", path, f'"{path}" is no path such as "company.size" or "people.0.name".'
            )
        elif field and field not in learnable:
            inner.unknown("provider.field", path, field, learnable)
        elif field:
            found[path] = field
    if row.has("fields") and not inner.data:
        row.report("provider.no_fields", "fields", "Nothing of the answer is used; name one field at least.")
    return found


def _known(row: Table, key: str, known: Mapping[str, object] | tuple[str, ...]) -> tuple[str, ...]:
    given = row.texts(key)
    for name in given:
        if name not in known:
            row.unknown("field.unknown", key, name, known)
    return tuple(name for name in given if name in known)


def _within(row: Table, key: str, low: timedelta, high: timedelta, default: timedelta) -> timedelta:
    found = row.duration(key)
    if found is not None and not low <= found <= high:
        row.report("value.range", key, f'"{key}" is not between {low} and {high}.')
        return default
    return default if found is None else found
