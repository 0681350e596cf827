"""Which column of a file is probably which field, by its name and by what stands in it. A proposal for a person to
confirm: nothing is imported by a guess.

Values overrule names: a column called "Email status" that holds no address is no e-mail.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time
from functools import lru_cache
from typing import Literal

import msgspec

from firstright.core.clean.email import Email, read_email
from firstright.core.clean.phone import Phone, read_phone
from firstright.core.clean.places import country_code
from firstright.core.clean.text import fold
from firstright.core.rules.fields import CATALOGUE, Catalogue
from firstright.intake.columnnames import NAMES, SYSTEM_WORDS
from firstright.intake.dateforms import Evidence
from firstright.intake.dates import When, moment
from firstright.intake.mapfile import ARRIVED, EVENT
from firstright.intake.shape import is_settable

Why = Literal["", "name", "values", "both"]

DATES = (
    "", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%m/%d/%Y %H:%M", "%m/%d/%Y",
    "%m/%d/%y", "%d/%m/%y", "%Y/%m/%d", "%Y-%m-%d %H:%M:%S", "%d-%m-%Y", "%m-%d-%Y", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p", "%d %b %Y", "%d-%b-%Y", "%b %d, %Y", "%B %d, %Y",
)  # fmt: skip
_FARTHEST = 40  # a name that is met rarely is still that name
_ENOUGH = 2.0  # points from which a column is proposed at all
_NTH = re.compile(r" \(\d+\)$")  # of columns of one name
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HOST = re.compile(r"(?:https?://)?(?:[\w-]+\.)+[a-z]{2,}(?:/\S*)?", re.IGNORECASE)
_PHONE = re.compile(r"[+(]?[\d\s()./+-]{6,24}(?:\s*(?:x|ext\.?)\s*\d{1,6})?", re.IGNORECASE)
_YES_NO = frozenset(
    ("yes", "no", "true", "false", "1", "0", "y", "n", "ja", "nein", "oui", "non", "si", "on", "off", "x")
)


class Guess(msgspec.Struct, frozen=True):
    """What one column probably is; `target` as in `mapfile.Choice`, "" for none.

    `dates` are the formats that read a column of arrival (see `dates_of`; "" is RFC 3339): more than one, and only a person
    can say which is meant.
    """

    column: str
    target: str = ""
    why: Why = ""
    dates: tuple[str, ...] = ()


def guess(
    header: Sequence[str], rows: Sequence[Sequence[str]], *, catalogue: Catalogue = CATALOGUE
) -> tuple[Guess, ...]:
    """One guess per column, in order; each target at most once. `rows` are the first of the file, as they are cut."""
    names = {**NAMES, **{f.name: (words(f.label), words(f.name)) for f in catalogue.values() if f.custom}}
    targets = [t for t in names if t in (EVENT, ARRIVED) or ((f := catalogue.lookup(t)) and is_settable(f))]
    columns = [
        [row[place].strip() for row in rows if place < len(row) and row[place].strip()]
        for place in range(len(header))
    ]
    judged = [_Column(name, values) for name, values in zip(header, columns, strict=True)]
    found: dict[int, tuple[str, Why]] = {}
    for _, place, target, why in _ranked(judged, targets, names):
        if place not in found and target not in (taken for taken, _ in found.values()):
            found[place] = (target, why)
    return tuple(_told(column, *found.get(place, ("", ""))) for place, column in enumerate(judged))


def words(name: str) -> str:
    """A column's name as the table of names writes it."""
    return fold(_CAMEL.sub(" ", _NTH.sub("", name)).replace("_", " "))


def _told(column: "_Column", target: str, why: Why) -> Guess:
    return Guess(column.name, target, why, dates_of(column.values) if target == ARRIVED else ())


class _Column:
    def __init__(self, name: str, values: list[str]) -> None:
        self.name = name
        self.values = values
        said = words(name).split()
        bare = [word for word in said if word not in SYSTEM_WORDS]
        self.said = " ".join(said)
        self.bare = " ".join(bare or said)
        self.squeezed = self.said.replace(" ", "")

    def share(self, fits: Callable[[str], bool]) -> float | None:
        """How much of what stands in it fits; None when nothing stands in it."""
        return sum(map(fits, self.values)) / len(self.values) if self.values else None


def _ranked(
    columns: Sequence[_Column], targets: Iterable[str], names: dict[str, tuple[str, ...]]
) -> list[tuple[float, int, str, Why]]:
    """Every proposal that is good enough, best first; of equals the one that stands further left."""
    found = []
    for target in targets:
        called = _called(names[target])
        for place, column in enumerate(columns):
            by_name = _by_name(column, called)
            by_values = _by_values(column, target, by_name)
            if by_name + by_values >= _ENOUGH:
                why: Why = "both" if by_name and by_values > 0 else "name" if by_name else "values"
                found.append((by_name + by_values, place, target, why))
    return sorted(found, key=lambda each: (-each[0], each[1]))


class _Called(msgspec.Struct, frozen=True):
    """Names of one field: their places, without blanks, and those that say it wherever they stand."""

    places: dict[str, int]
    squeezed: frozenset[str]
    clear: tuple[str, ...]


@lru_cache(256)
def _called(names: tuple[str, ...]) -> _Called:
    return _Called(
        {name: place for place, name in reversed(list(enumerate(names)))},
        frozenset(name.replace(" ", "") for name in names),
        tuple(f" {name} " for name in names if " " in name or name in _CLEAR),
    )


def _by_name(column: _Column, called: _Called) -> float:
    for worth, name in ((4.0, column.said), (3.5, column.bare)):
        place = called.places.get(name)
        if place is not None:
            return worth - min(place, _FARTHEST) / 100
    if column.squeezed in called.squeezed:
        return 3.5
    if column.said.endswith(" id"):
        return 0.0  # a number of something else
    said = f" {column.said} "
    inside = [len(name) - 2 for name in called.clear if name in said]
    return 2.0 + min(max(inside), _FARTHEST) / 100 if inside else 0.0


def _by_values(column: _Column, target: str, by_name: float) -> float:
    if target == ARRIVED and column.values:
        return 0.5 if (dates_of if by_name else readable)(column.values) else -4.0
    judge = _JUDGES.get(target)
    share = column.share(judge) if judge else None
    if share is None:
        return 0.0
    if share >= 0.6:
        return 2.0 if target == "email" else 1.0 if by_name and target in _TELLING else 0.2 * bool(by_name)
    return -4.0 if share < 0.2 else -1.0


def _is_email(text: str) -> bool:
    return "@" in text and isinstance(read_email(text), Email)


def _is_phone(text: str) -> bool:
    digits = sum(c.isdigit() for c in text)
    if not (_PHONE.fullmatch(text) and 6 <= digits <= 16) or readable([text]):
        return False
    return isinstance(read_phone(text, ""), Phone) or 7 <= digits <= 13


def _is_host(text: str) -> bool:
    return "@" not in text and _HOST.fullmatch(text) is not None


def _is_country(text: str) -> bool:
    return isinstance(country_code(text), str)


def _is_amount(text: str) -> bool:
    return any(c.isdigit() for c in text) and sum(c.isalpha() for c in text) <= 12


def _is_word(text: str) -> bool:
    return any(c.isalpha() for c in text) and "@" not in text


def _is_short(text: str) -> bool:
    return len(text) <= 12


_JUDGES: dict[str, Callable[[str], bool]] = {
    "email": _is_email,
    "phone": _is_phone,
    "website": _is_host,
    "country": _is_country,
    "employees": _is_amount,
    "revenue": _is_amount,
    "score": _is_amount,
    "postcode": _is_short,
    "consent": lambda text: text.casefold() in _YES_NO,
    "first_name": _is_word,
    "last_name": _is_word,
    "name": _is_word,
    "company": _is_word,
    "city": _is_word,
}
_TELLING = frozenset(("phone", "website", "country"))  # few other columns hold anything of the kind
# Words that name a column wherever they stand in its name; most words do not: "has company", "account source".
_CLEAR = frozenset(
    ("email", "phone", "telefon", "telephone", "website", "country", "postcode", "zip", "employees")
)


def readable(values: Sequence[str]) -> tuple[str, ...]:
    """The formats of dates under which every value is one."""
    found = tuple(form for form in DATES if values and all(_reads(form, value) for value in values))
    return found[:1] if found[:1] == ("",) else found


def dates_of(values: Sequence[str]) -> tuple[str, ...]:
    """The formats that read every value; failing that, those that read the most and more than half of them.

    One 31st of February among a hundred dates left a column unread, and nobody could say how its dates are written.
    """
    if found := readable(values):
        return found
    if form := _own_form(values):
        return form
    read = {form: sum(_reads(form, value) for value in values) for form in DATES}
    most = max(read.values())
    return tuple(form for form in DATES if read[form] == most) if 2 * most > len(values) else ()


def _own_form(values: Sequence[str]) -> tuple[str, ...]:
    """One that the list has not, where every value is written in it and in no other way."""
    evidence = Evidence()
    for value in values:
        evidence.take(value)
    form = evidence.formats()
    sure = bool(values) and len(form) == 1 and not evidence.unread and not evidence.doubts()
    return form if sure and all(_reads(form[0], value) for value in values) else ()


def _reads(form: str, text: str) -> bool:
    when = When("", (form,) if form else (), "UTC", at=time(12))
    return isinstance(moment(when, text, ""), datetime)
