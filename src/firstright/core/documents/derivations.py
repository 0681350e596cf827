"""Judges the tables that say what a lead is: rows nobody reaches, types nobody is of, domains of our own that are everybody's.

Never a false alarm: only rows of one table are compared, and what is not sure is not said.
"""

from collections.abc import Iterator

from firstright.core.clean.domain import company_domain
from firstright.core.deriving import DERIVED, Derivation
from firstright.core.documents.case import Case
from firstright.core.documents.reach import implies, never
from firstright.core.documents.reading import not_known
from firstright.core.leadtypes import ANY_NAME
from firstright.core.rules.findings import Finding, Severity

MOST_COMPARED = 20_000  # pairs of rows of one table


def derivations(case: Case) -> Iterator[Finding]:
    for field in DERIVED:
        rows = [row for row in case.policy.derivations if row.field == field]
        yield from _unreached(case, field, rows)
    yield from _types(case)
    for domain in case.policy.junk.own_domains:
        if company_domain(domain) is None:
            text = f'At "{domain}" anybody may have a mailbox or a page: whoever writes from there would be our own staff.'
            yield case.of_policy("own_domains.shared", text, "own_domains")


def _types(case: Case) -> Iterator[Finding]:
    """A type no row ever says; and somebody who is asked and is not there."""
    rows = [row for row in case.policy.derivations if row.field == "lead_type"]
    said = {row.value for row in rows}
    reps = {rep.id for rep in case.roster.reps} if case.roster else None
    for kind in case.policy.types.values():
        name = kind.id or ANY_NAME
        if kind.id and kind.id not in said:
            text = f'No row of [[lead_type]] says "{kind.id}", so that no lead is ever of this type.'
            yield case.of_named("types", name, "type.never", text, severity="warning")
        if kind.ask and reps is not None and kind.ask not in reps:
            text = not_known(kind.ask, reps, "The rep")
            yield case.of_named("types", name, "rep.unknown", text, "ask")


def _unreached(case: Case, field: str, rows: list[Derivation]) -> Iterator[Finding]:
    """In the order rows are asked: those that are over what was said come first."""
    order = sorted(range(len(rows)), key=lambda at: (not rows[at].over, at))
    asked: list[int] = []
    compared = 0
    for at in order:
        row = rows[at]
        if (field, at) in case.how.broken:
            continue
        if reason := never(row.when, case.policy.catalogue):
            yield _finding(
                case, at, row, "derivation.contradiction", f"The row never holds: {reason}.", "when"
            )
            continue
        for other in asked if compared < MOST_COMPARED else ():
            compared += 1
            if _takes_all_of(rows[other], row):
                text = f'The row is never reached: "{rows[other].id}" holds for every lead it holds for.'
                yield _finding(case, at, row, "derivation.unreachable", text)
                break
        asked.append(at)


def _takes_all_of(earlier: Derivation, row: Derivation) -> bool:
    """Whether the earlier row holds wherever the later one does. One that is over what was said is asked more often."""
    return (earlier.over or not row.over) and _names_all_of(earlier, row) and implies(row.when, earlier.when)


def _names_all_of(earlier: Derivation, row: Derivation) -> bool:
    if not earlier.words and not earlier.lists:
        return True
    if not row.words and not row.lists:
        return False
    words = set(row.words) <= set(earlier.words) and set(row.words_in) <= set(earlier.words_in)
    return (words or not row.words) and set(row.lists) <= set(earlier.lists)


def _finding(
    case: Case, at: int, row: Derivation, code: str, text: str, key: str = "", severity: Severity = "warning"
) -> Finding:
    path = (row.field, at, *([key] if key else ()))
    return case.how.finding(code, path, f'{row.field} "{row.id}" {key}'.rstrip(), text, severity)
