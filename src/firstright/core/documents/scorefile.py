"""Reads [score] and its [[score.points]] of a policy. Whether a stage can be reached at all is `lint`'s business."""

import re

from firstright.core.documents.reading import Table, not_known
from firstright.core.documents.whenfile import read_when
from firstright.core.rules.fields import Catalogue, Kind, kind
from firstright.core.rules.predicates import AllOf, AnyOf, Condition, Not
from firstright.core.scoring import FIT, STAGES, URGENCY, YIELDED, Each, Points, Scorecard
from firstright.core.trail import MOST as LONGEST_TRAIL

MOST_POINTS = 1_000
MOST_TOTAL = 1_000_000

_HASH = re.compile(r"[0-9a-f]{64}")
_LATER = {*YIELDED, "territory"}  # known only when a lead has been scored


def read_score(root: Table, catalogue: Catalogue) -> Scorecard | None:
    """None where the policy scores nothing."""
    if not root.has("score"):
        return None
    table = root.table("score", "[score]")
    seen: dict[str, int] = {}
    points = tuple(_points(row, catalogue, seen) for row in table.rows("points", "points"))
    model = table.text("model")
    card = Scorecard(
        points=points,
        stages=_stages(table),
        fit_most=_most(table, "fit_most"),
        urgency_most=_most(table, "urgency_most"),
        model=model,
        model_hash=_hash(table, model),
        model_points=table.number("model_points", 0, MOST_POINTS, 0),
    )
    if table.has("model_points") and not model:
        text = "Points are given for the chance a model sees, and no model is named."
        table.report("score.no_model", "model_points", text)
    table.close()
    return card


def _most(table: Table, key: str) -> int | None:
    return table.number(key, 0, MOST_TOTAL, 0) if table.has(key) else None


def _stages(table: Table) -> tuple[tuple[str, int], ...]:
    """Those that are given, in the order leads pass through them."""
    found: list[tuple[str, int]] = []
    for name in STAGES:
        if not table.has(name):
            continue
        least = table.number(name, -MOST_TOTAL, MOST_TOTAL, 0)
        if found and least <= found[-1][1]:
            text = f"{name} begins at {least} and {found[-1][0]} at {found[-1][1]}; each stage needs more than the one before."
            table.report("score.not_ascending", name, text)
        found.append((name, least))
    return tuple(found)


def _hash(table: Table, model: str) -> str:
    found = table.text("model_hash", needed=bool(model))
    if found and not _HASH.fullmatch(found):
        table.report(
            "score.hash", "model_hash", "The hash of a model is the 64 digits that its training prints."
        )
    if found and not model:
        table.report("score.no_model", "model_hash", "A version is named, and no model.")
    return found


def _points(row: Table, catalogue: Catalogue, seen: dict[str, int]) -> Points:
    each = _each(row)
    when = read_when(row, catalogue, needed=each is None)
    if asked := sorted(_asked(when) & _LATER):
        text = f'"{asked[0]}" is known only when the points are counted, so no row of them can ask for it.'
        row.report("score.circle", "when", text)
    found = Points(
        id=row.id("points", seen),
        points=row.number("points", -MOST_POINTS, MOST_POINTS, 0),
        kind=_kind(row, each),
        when=when,
        half_life=row.duration("half_life"),
        since=_since(row, catalogue),
        each=each,
    )
    if not row.has("points"):
        row.report("key.missing", "points", '"points" is missing: how many points is it worth?')
    elif found.points == 0 and row.raw("points") == 0:
        row.report("score.no_points", "points", "0 points change no score; remove the row.", "warning")
    _judge_fading(row, found)
    return found


def _kind(row: Table, each: Each | None) -> str:
    found = row.text("kind", URGENCY if each else FIT)
    if found not in (FIT, URGENCY):
        row.unknown("value.unknown", "kind", found, (FIT, URGENCY))
        return FIT
    return found


def _since(row: Table, catalogue: Catalogue) -> str:
    name = row.text("since", "engagement.last")
    field = catalogue.lookup(name)
    if field is None:
        row.report("field.unknown", "since", not_known(name, catalogue, "The field"))
    elif kind(field) is not Kind.INSTANT:
        row.report("score.since", "since", f'"{name}" is no instant, so nothing can fade from it.')
    return name


def _each(row: Table) -> Each | None:
    if not row.has("each"):
        return None
    table = row.table("each")
    found = Each(
        kind=table.text("kind"), what=table.text("what"), most=table.number("most", 1, LONGEST_TRAIL, 10)
    )
    table.close()
    return found


def _judge_fading(row: Table, found: Points) -> None:
    if found.kind == FIT and found.half_life:
        text = "Who somebody is does not fade: a half-life is for points of urgency."
        row.report("score.fit_fades", "half_life", text)
    elif found.kind == FIT and found.each:
        text = 'What somebody does is urgency, not fit; write kind = "urgency".'
        row.report("score.fit_of_deeds", "each", text)
    elif found.kind == URGENCY and not row.has("half_life"):
        text = "Points of urgency without a half-life never fade: what a lead did a year ago counts as if it were today."
        row.report("score.never_fades", None, text, "warning")
    if row.has("since") and (found.half_life is None or found.each):
        what = "each engagement fades from its own instant" if found.each else "nothing fades here"
        row.report("key.no_effect", "since", f"It has no effect: {what}.", "warning")


def _asked(condition: Condition) -> set[str]:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return {name for part in parts for name in _asked(part)}
        case Not(part):
            return _asked(part)
        case _:
            return {condition.field}
