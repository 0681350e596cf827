"""Leads with their outcomes as a training set: rows of values, cut by column, by time or by chance. It learns nothing.

Whole numbers, truths and texts, as facts are; what a file calls unknown is missing.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from zlib import crc32

import msgspec

from firstright.core.lead import Value

# "NA" is Namibia, and "none" may be an answer.
UNKNOWN = frozenset(("", "unknown", "n/a", "null", "?", "-", "(unknown)", "not known"))
# In a column of numbers these are no number; elsewhere each may be an answer (NA is Namibia).
_NO_NUMBER = UNKNOWN | frozenset(
    (
        "na",
        "nan",
        "none",
        "nil",
        "nd",
        "n.a.",
        "k.a.",
        "#n/a",
        "missing",
        "nicht bekannt",
        "inconnu",
        "--",
        ".",
    )
)
_WHOLE = re.compile(r"[+-]?[0-9]{1,15}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?[0-9]{1,15}[.,][0-9]+", re.ASCII)
_CODE = re.compile(r"0[0-9]+", re.ASCII)  # 01067 is a postcode: nothing is more or less of it
_HUNDRED = 100


class Examples(msgspec.Struct, frozen=True):
    """Rows in order of time where there is one. `days` are ISO days, empty where unknown; `later` says of a field in how many
    rows it was filled only after the decision."""

    rows: Sequence[Mapping[str, Value]]
    had: Sequence[bool]
    outcome: str
    source: str = ""
    days: Sequence[str] = ()
    later: Mapping[str, int] = {}

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(sorted({name for row in self.rows for name in row}))

    @property
    def positive(self) -> int:
        return sum(self.had)

    def without(self, fields: Iterable[str]) -> "Examples":
        gone = frozenset(fields)
        rows = [{name: value for name, value in row.items() if name not in gone} for row in self.rows]
        return msgspec.structs.replace(self, rows=rows)

    def picked(self, wanted: Callable[[int], bool]) -> "Examples":
        """The rows of these positions, in their order."""
        kept = [place for place in range(len(self.rows)) if wanted(place)]
        return msgspec.structs.replace(
            self,
            rows=[self.rows[place] for place in kept],
            had=[self.had[place] for place in kept],
            days=[self.days[place] for place in kept] if self.days else (),
        )

    def between(self, first: str, last: str) -> "Examples":
        """Days from `first` on and before `last`; an empty one is no limit. Rows without a day are left out."""
        if not first and not last:
            return self
        days = self.days
        return self.picked(
            lambda n: bool(days and days[n]) and first <= days[n] and (not last or days[n] < last)
        )

    def by_time(self, percent: int) -> tuple["Examples", "Examples"]:
        """The first so many per cent, and what came after them."""
        cut = len(self.rows) * percent // _HUNDRED
        return self.picked(lambda n: n < cut), self.picked(lambda n: n >= cut)

    def by_chance(self, percent: int) -> tuple["Examples", "Examples"]:
        """So many per cent, strewn over all of them, the same ones each time."""
        early = [crc32(b"%d" % n) % _HUNDRED < percent for n in range(len(self.rows))]
        return self.picked(lambda n: early[n]), self.picked(lambda n: not early[n])


def from_texts(
    records: Sequence[Mapping[str, str]],
    outcome: str,
    yes: frozenset[str],
    *,
    fields: Mapping[str, str] | None = None,
    dropped: frozenset[str] = frozenset(),
    at: str = "",
    source: str = "",
) -> Examples:
    """Rows of a file. `outcome` is the column whose value is one of `yes` (folded) where it came to it; `fields` are the fields
    of columns that are called otherwise; `at` is a column of ISO days, by which rows are put in order.

    A column of whole numbers, or of decimals, which are rounded, is of numbers, whatever it calls unknown; one with numbers that
    begin with a zero, and every other one, is of texts.
    """
    if at:
        records = sorted(records, key=lambda record: record.get(at, ""))
    columns = [c for c in (records[0] if records else {}) if c not in dropped | {outcome, at}]
    read = {column: _reader(records, column) for column in columns}
    called = fields or {}
    rows = []
    for record in records:
        found = {
            called.get(c, c): value for c in columns if (value := read[c](record.get(c, ""))) is not None
        }
        rows.append(found)
    return Examples(
        rows=rows,
        had=[record.get(outcome, "").strip().casefold() in yes for record in records],
        outcome=f"{outcome}={'|'.join(sorted(yes))}",
        source=source,
        days=[record.get(at, "")[:10] for record in records] if at else (),
    )


def _reader(records: Sequence[Mapping[str, str]], column: str) -> Callable[[str], Value | None]:
    every = (record.get(column, "").strip() for record in records)
    filled = [text for text in every if text.casefold() not in _NO_NUMBER]
    if any(_CODE.fullmatch(text) for text in filled):
        return _text
    if filled and all(_WHOLE.fullmatch(text) for text in filled):
        return _whole
    if filled and all(_WHOLE.fullmatch(text) or _DECIMAL.fullmatch(text) for text in filled):
        return _rounded
    return _text


def _whole(text: str) -> Value | None:
    text = text.strip()
    return None if text.casefold() in _NO_NUMBER else int(text)


def _rounded(text: str) -> Value | None:
    text = text.strip()
    return None if text.casefold() in _NO_NUMBER else round(float(text.replace(",", ".")))


def _text(text: str) -> Value | None:
    text = text.strip()
    return None if text.casefold() in UNKNOWN else text
