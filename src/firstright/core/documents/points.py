"""What is wrong with a points table as a whole: rows that never count, limits and stages nobody can reach.

It takes every row to be possible beside every other: a stage it finds out of reach is so for certain.
"""

from collections.abc import Iterator

from firstright.core.documents.case import Case
from firstright.core.documents.reach import never
from firstright.core.rules.findings import Finding, Severity
from firstright.core.scoring import FIT, URGENCY, Points, Scorecard


def points(case: Case) -> Iterator[Finding]:
    card = case.policy.score
    if card is None:
        return
    if not card.points and not card.model:
        yield _of_table(case, "score.empty", "There is no row of points and no model, so every score is 0.")
        return
    counting = []
    for index, row in enumerate(card.points):
        if reason := never(row.when, case.policy.catalogue):
            yield _of_row(case, index, row, "score.never_counts", f"It never counts: {reason}.")
        else:
            counting.append(row)
    if any(broken[:1] == ("score",) for broken in case.how.broken):
        return  # rows that did not read well may be what a stage lives by
    yield from _idle_limits(case, card, counting)
    yield from _out_of_reach(case, card, counting)


def _out_of_reach(case: Case, card: Scorecard, rows: list[Points]) -> Iterator[Finding]:
    highest = (
        _highest(rows, FIT, card.fit_most) + _highest(rows, URGENCY, card.urgency_most) + card.model_points
    )
    for name, least in card.stages:
        if least > highest:
            text = f"Nobody reaches {name}: all rows together give {highest} points and it begins at {least}."
            yield _of_table(case, "score.out_of_reach", text, name, "error")
    lowest = sum(min(0, row.points) * _times(row) for row in rows)
    if card.stages and card.stages[0][1] <= lowest:
        name, least = card.stages[0]
        text = f"Every lead is {name}: it begins at {least} and no score is below {lowest}."
        yield _of_table(case, "score.always", text, name)


def _idle_limits(case: Case, card: Scorecard, rows: list[Points]) -> Iterator[Finding]:
    for kind, most in ((FIT, card.fit_most), (URGENCY, card.urgency_most)):
        highest = _highest(rows, kind, None)
        if most is not None and highest <= most:
            text = f"It changes nothing: all rows of {kind} together give {highest} points."
            yield _of_table(case, "score.idle_limit", text, f"{kind}_most")


def _highest(rows: list[Points], kind: str, most: int | None) -> int:
    found = sum(max(0, row.points) * _times(row) for row in rows if row.kind == kind)
    return found if most is None else min(found, most)


def _times(row: Points) -> int:
    return row.each.most if row.each else 1


def _of_table(case: Case, code: str, text: str, key: str = "", severity: Severity = "warning") -> Finding:
    path = ("score", key) if key else ("score",)
    return case.how.finding(code, path, f"[score] {key}".rstrip(), text, severity)


def _of_row(case: Case, index: int, row: Points, code: str, text: str) -> Finding:
    path = ("score", "points", index, "when")
    return case.how.finding(code, path, f'points "{row.id}" when', text, "warning")
