"""How a whole file writes its dates, found in one pass: 31/12/2026 says that the day stands first, wherever it is.

What no row decides is not guessed: a person is asked, with the two ways it could be written."""

import re

import msgspec

from firstright.intake.months import plain

INFER = "infer"  # instead of a format in a map

_TIME = r"(?:(?:,? | ?T)(\d{1,2}:\d\d)(:\d\d)?( ?[AaPp][Mm])?)?"
_NUMBERS = re.compile(rf"(\d{{1,2}})([./-])(\d{{1,2}})\2(\d{{4}}|\d\d){_TIME}")
_YEAR_FIRST = re.compile(rf"\d{{4}}([./-]|\. )\d{{1,2}}\1\d{{1,2}}(\.?){_TIME}")
_KANJI = re.compile(rf"\d{{4}}年\d{{1,2}}月\d{{1,2}}日{_TIME}")
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ].*)?")
_NAMED_DAY = re.compile(rf"\d{{1,2}}([ -])([A-Za-z]{{3,9}})\1(\d{{4}}|\d\d){_TIME}")
_NAMED_MONTH = re.compile(rf"([A-Za-z]{{3,9}}) \d{{1,2}}(,?) \d{{4}}{_TIME}")


class Order(msgspec.Struct):
    """What rows say of one separator: a value that can only be read one way, or none."""

    day_first: str = ""
    month_first: str = ""
    either: str = ""


class Evidence:
    """Takes the values of one column, one after the other; memory does not grow with them."""

    def __init__(self) -> None:
        self._orders: dict[str, Order] = {}
        self._shapes: dict[
            tuple[str, str, str], None
        ] = {}  # separator, year, time: of dates in numbers, as met
        self._forms: dict[str, None] = {}  # formats that say their own order
        self.unread = ""  # the first value that is no date at all

    def take(self, value: str) -> None:
        text = value.strip()
        if not text:
            return
        if found := _NUMBERS.fullmatch(text):
            self._number(text, found)
        elif _ISO.fullmatch(text):
            self._forms.setdefault("")
        elif form := _told(text) or _told(plain(text)):
            self._forms.setdefault(form)
        else:
            self.unread = self.unread or text

    def _number(self, text: str, found: re.Match[str]) -> None:
        first, separator, second, year = int(found[1]), found[2], int(found[3]), found[4]
        self._shapes.setdefault((separator, "%Y" if len(year) == 4 else "%y", _clock(found, 5)))
        order = self._orders.setdefault(separator, Order())
        if separator == "." or first > 12:
            order.day_first = order.day_first or text
        elif second > 12:
            order.month_first = order.month_first or text
        elif first != second:
            order.either = order.either or text

    def formats(self) -> tuple[str, ...]:
        """As `When.formats` has them, "" for RFC 3339; call it when there are no `doubts`."""
        found = dict(self._forms)
        for separator, year, clock in self._shapes:
            order = self._orders[separator]
            month_first = bool(order.month_first) and not order.day_first
            found.setdefault(_form(separator, year, clock, month_first=month_first))
        return tuple(found)

    def doubts(self) -> list[str]:
        """Why nobody can say which comes first; empty when every row can be read one way only."""
        said = []
        for separator, order in self._orders.items():
            ways = " or ".join(_form(separator, "%Y", "", month_first=way) for way in (False, True))
            if order.day_first and order.month_first:
                said.append(
                    f'"{order.day_first}" can only have the day first and "{order.month_first}" only the month: say which with {ways}'
                )
            elif order.either and not (order.day_first or order.month_first):
                said.append(
                    f'"{order.either}" can be read two ways and no row decides it: say which with {ways}'
                )
        return said


def alone(text: str) -> tuple[str, ...]:
    """The format of a value that has no file around it; nothing where it can be read two ways."""
    evidence = Evidence()
    evidence.take(text)
    return () if evidence.doubts() else evidence.formats()


def _form(separator: str, year: str, clock: str, *, month_first: bool) -> str:
    days = ("%m", "%d") if month_first else ("%d", "%m")
    return separator.join((*days, year)) + clock


def _told(text: str) -> str:
    """The format of a date that says its own order; empty when it is none."""
    if found := _YEAR_FIRST.fullmatch(text):
        return f"%Y{found[1]}%m{found[1]}%d{found[2]}{_clock(found, 3)}"
    if found := _KANJI.fullmatch(text):
        return f"%Y年%m月%d日{_clock(found, 1)}"
    if found := _NAMED_DAY.fullmatch(text):
        return f"%d{found[1]}{_month(found[2])}{found[1]}{'%Y' if len(found[3]) == 4 else '%y'}{_clock(found, 4)}"
    if found := _NAMED_MONTH.fullmatch(text):
        return f"{_month(found[1])} %d{found[2]} %Y{_clock(found, 3)}"
    return ""


def _month(name: str) -> str:
    return "%b" if len(name) == 3 else "%B"


def _clock(found: re.Match[str], at: int) -> str:
    if found[at] is None:
        return ""
    text = found[0][: found.start(at)]
    gap = text[len(text.rstrip(" T,")) :]
    half = found[at + 2]
    seconds = ":%S" if found[at + 1] else ""
    return f"{gap}{'%I' if half else '%H'}:%M{seconds}" + (
        f"{' ' if half.startswith(' ') else ''}%p" if half else ""
    )
