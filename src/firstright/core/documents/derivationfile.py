"""Reads the tables that say what a lead is: [[lead_type]], [[junk]], [[intent]], [[segment]], and which shipped junk checks run.

Rows that nobody reaches are `derivations`' business.
"""

from collections.abc import Iterable

from firstright.core.clean.text import fold
from firstright.core.deriving import BY, DERIVED, NONE, SPOKEN, Derivation
from firstright.core.documents.reading import Table, not_known, sentence
from firstright.core.documents.whenfile import read_when
from firstright.core.junk import CHECKS, NO_CHECKS, SHIPPED, JunkChecks
from firstright.core.rules.conditions import Condition, fields_of
from firstright.core.rules.fields import Catalogue, Field, Kind, check, kind
from firstright.core.scoring import YIELDED

LONGEST = 200  # characters of a word or phrase


def read_derivations(root: Table, catalogue: Catalogue) -> tuple[Derivation, ...]:
    """All rows, field by field in the order of DERIVED, each in document order."""
    found: list[Derivation] = []
    for field in DERIVED:
        seen: dict[str, int] = {}
        found += [_row(row, field, catalogue, seen) for row in root.rows(field, field)]
    return tuple(found)


def read_checks(head: Table, *, asked: bool) -> JunkChecks:
    """`shipped_junk` is true, false, or the checks that run; without it all do where somebody has `asked` about junk."""
    own = tuple(
        domain.casefold() for domain in head.checked("own_domains", _no_domain, "own_domains.invalid")
    )
    given = head.raw("shipped_junk")
    if given is None or isinstance(given, bool):
        return JunkChecks(SHIPPED.ids, own) if (asked if given is None else given) else NO_CHECKS
    wanted = head.texts("shipped_junk")
    for name in wanted:
        if name not in CHECKS:
            head.report("junk.unknown_check", "shipped_junk", not_known(name, CHECKS, "The check"))
    return JunkChecks(tuple(name for name in CHECKS if name in wanted), own)


def asks_about_junk(
    gate: tuple[str, ...], rows: tuple[Derivation, ...], conditions: Iterable[Condition]
) -> bool:
    """Whether anything comes of it that a lead is junk: a gate, a row of the table, a rule."""
    if gate or any(row.field == "junk" for row in rows):
        return True
    asked = {name for condition in conditions for name in fields_of(condition)}
    return not asked.isdisjoint(("junk", BY["junk"]))


def _row(row: Table, field: str, catalogue: Catalogue, seen: dict[str, int]) -> Derivation:
    name = row.id(field, seen)
    value = _value(row, catalogue[field])
    when = read_when(row, catalogue, needed=False)
    words, over = _words(row), row.flag("over", False)
    words_in = _words_in(row, catalogue)
    _no_circle(row, field, fields_of(when) | {*words_in})
    if row.has("words_in") and not words:
        row.report("key.no_effect", "words_in", '"words_in" has no effect without "words".', "warning")
    lists = row.texts("lists")
    if over and value == NONE:
        row.report(
            "derivation.over_nothing", "over", f'"{NONE}" cannot be over what was said: say what is meant.'
        )
    return Derivation(name, field, value, when, words, lists, words_in, over)


def _value(row: Table, field: Field) -> str:
    value = row.text("is", needed=True)
    if value and value != NONE and (problem := check(field, value)):
        row.report("derivation.value", "is", sentence(problem.reason))
    return value


def _words(row: Table) -> tuple[str, ...]:
    def wrong(word: str) -> str | None:
        if len(word) > LONGEST:
            return f"is longer than {LONGEST} characters"
        return None if fold(word) else "has no letter and no digit, so that it is never found"

    return row.checked("words", wrong, "derivation.word")


def _words_in(row: Table, catalogue: Catalogue) -> tuple[str, ...]:
    """Fields of text that exist; without any the ones where people write."""

    def wrong(name: str) -> str | None:
        field = catalogue.lookup(name)
        if field is None:
            return f"is no field; {not_known(name, catalogue)}".rstrip(".")
        return None if kind(field) is Kind.TEXT else "is no text, so that nothing is written there"

    return row.checked("words_in", wrong, "derivation.words_in") or SPOKEN


def _no_circle(row: Table, field: str, asked: frozenset[str]) -> None:
    """A row sees what stands before it only: what comes of it, and after it, it cannot ask about."""
    later = DERIVED[DERIVED.index(field) :]
    for name in sorted(asked & {*later, *(BY[each] for each in later), *YIELDED}):
        text = f'"{name}" is not known yet when {field} is derived; the order is {", ".join(DERIVED)}, then the score.'
        row.report("derivation.circle", "when", text)


def _no_domain(text: str) -> str | None:
    return (
        None
        if "." in text.strip(".") and "@" not in text and " " not in text
        else "is no domain such as acme.example"
    )
