"""The words likeness knows: nicknames, short forms, words that say little, streets and lands. Read once, at import; a workspace
learns its own frequencies with `rarity`."""

from collections.abc import Iterator
from importlib.resources import files

from firstright.core.clean.text import fold

_DATA = files("firstright.core.likeness").joinpath("data")


def _lines(name: str) -> Iterator[str]:
    for row in _DATA.joinpath(name).read_text("utf-8").splitlines():
        if row and not row.startswith("#"):
            yield row


def _pairs(name: str) -> dict[str, str]:
    return {fold(written): meant for written, meant in (row.split(",") for row in _lines(name))}


def _families() -> dict[str, frozenset[str]]:
    roots: dict[str, set[str]] = {}
    for row in _lines("nicknames.txt"):
        forms = fold(row).split()
        for form in forms:
            roots.setdefault(form, set()).add(forms[0])
    return {form: frozenset(found) for form, found in roots.items()}


def _common(feature: str) -> dict[str, int]:
    rows = (row.partition(":") for row in _lines("common_names.txt"))
    found: dict[str, int] = {}
    for head, _, names in rows:
        kind, weight = head.split()
        if kind == feature:
            found.update((name, int(weight)) for name in names.split() if name not in found)
    return found


NAME_ROOTS = _families()  # a form of a given name -> the names it may stand for
FAMILY_WEIGHTS = _common("family")
GIVEN_WEIGHTS = _common("given")
COMPANY_WORDS = _pairs("company_words.csv")
WORD_WEIGHTS = {word: int(weight) for word, weight in (row.split() for row in _lines("generic_words.txt"))}
STREET_WORDS = _pairs("street_words.csv")
LANDS = {word: row.split()[0] for row in _lines("lands.txt") for word in row.split()}
