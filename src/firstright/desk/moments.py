"""Times as people write them about a rep: an instant with its offset, or a day or a time on the clock where that rep lives."""

from datetime import UTC, date, datetime, time

from firstright.core.calendar import zone_of
from firstright.core.clean.problem import Refusal, shown
from firstright.core.clean.timestamp import YEARS, instant
from firstright.core.roster import Document, Rep


def zone_name(rep: Rep, document: Document) -> str:
    """Of a rep's calendar; without one, the roster's."""
    found = next((each.zone for each in document.calendars if each.id == rep.calendar), "")
    return found or document.zone


class Moments:
    """Reads times about one rep, and gathers what is wrong with them, each with the name of its field."""

    def __init__(self, rep: Rep, document: Document) -> None:
        self._zone = zone_of(zone_name(rep, document))
        self.wrong: list[str] = []

    def read(self, field: str, text: str) -> datetime:
        """In UTC; a day is its midnight. What cannot be read is the earliest time there is, and noted."""
        try:
            local = _local(text.strip())
        except ValueError:
            local = None
        if local is not None and local.year in YEARS:
            return local.replace(tzinfo=self._zone).astimezone(UTC)
        found = instant(text)
        if isinstance(found, Refusal):
            self.wrong.append(
                f"{field}: {shown(text)} is neither a day such as 2026-03-01 nor a time such as 2026-03-01T09:30Z"
            )
            return datetime.min.replace(tzinfo=UTC)
        return found

    def maybe(self, field: str, text: str | None) -> datetime | None:
        return self.read(field, text) if text else None


def _local(text: str) -> datetime | None:
    """A day, or a time without an offset; None for a time that has one."""
    if len(text) == 10:
        return datetime.combine(date.fromisoformat(text), time())
    found = datetime.fromisoformat(text)
    return found if found.tzinfo is None else None
