"""Reads [stewards] of a policy: who answers for which part of it, for all parts, by kind and by part."""

from datetime import date, datetime, timedelta

from firstright.core.documents.reading import Table
from firstright.core.rules.durations import format_duration
from firstright.core.rules.fields import Catalogue, shown
from firstright.core.stewards import KINDS, STEWARDS, Answers, Stewards

WORDS = ("responsible", "accountable", "inform", "every", "review_by")
SHORTEST = timedelta(days=1)


def read_stewards(root: Table, catalogue: Catalogue) -> Stewards:
    """Nobody answers for what nothing is said of."""
    if not root.has("stewards"):
        return STEWARDS
    table = root.table("stewards", "[stewards]")
    general, kinds, parts = _answers(table), {}, {}
    for key, kind in KINDS.items():
        if not table.has(key):
            continue
        of_kind = table.table(key, f"[stewards.{key}]")
        kinds[kind] = _answers(of_kind)
        for name in of_kind.data:
            if kind != "score" and name not in WORDS:
                part = of_kind.table(name, f'steward of {kind} "{name}"')
                parts[f"{kind}:{name}"] = _answers(part)
                part.close()
        of_kind.close()
    table.close()
    return Stewards(general, kinds, parts)


def _answers(table: Table) -> Answers:
    return Answers(
        table.text("responsible"),
        table.text("accountable"),
        table.texts("inform") if table.has("inform") else None,
        _every(table),
        _day(table, "review_by"),
    )


def _every(table: Table) -> timedelta | None:
    found = table.duration("every")
    if found is not None and found < SHORTEST:
        table.report("stewards.too_often", "every", f"It can be {format_duration(SHORTEST)} or more.")
        return None
    return found


def _day(table: Table, key: str) -> date | None:
    value = table.raw(key)
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    elif isinstance(value, date) and not isinstance(value, datetime):
        return value
    if value is not None:
        table.report("time.invalid", key, f"{shown(value)} is not a day such as 2026-12-01.")
    return None
