"""Being there otherwise than the calendar says: other hours on one day, and taking leads now, whatever hours and absences say.

Precedence is the core's: taking leads > absence > holiday > the hours of a day > shifts.
"""

import re
from datetime import date, datetime, timedelta

import msgspec

from firstright.core.authority import Actor
from firstright.core.calendar import DAY, DatedHours
from firstright.core.documents.repedits import hours_text
from firstright.core.roster import Document, Rep
from firstright.desk.batch import Batch
from firstright.desk.moments import Moments
from firstright.desk.staff.repwork import LONGEST, MINUTE, OWN, RosterWork, minute, told

MOST_DAYS = 400
_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)(\+1)?")


class HoursAsked(msgspec.Struct, frozen=True, tag_field="kind", tag="hours", forbid_unknown_fields=True):
    """Hours of one local day: none is closed, None is what the calendar says again."""

    rep: str
    reason: str
    date: date
    hours: tuple[str, ...] | None = None

    def work(self, actor: Actor) -> "SetHours":
        return SetHours(self, actor)


class OnAsked(msgspec.Struct, frozen=True, tag_field="kind", tag="on", forbid_unknown_fields=True):
    """Without `until` it is over now."""

    rep: str
    reason: str
    until: str | None = None

    def work(self, actor: Actor) -> "TakeLeads":
        return TakeLeads(self, actor)


class SetHours(RosterWork):
    """The hours of one day, instead of those of the calendar."""

    action = "hours"
    doing = "set hours for"

    def __init__(self, asked: HoursAsked, actor: Actor) -> None:
        super().__init__(asked.rep, actor, asked.reason)
        self.asked = asked
        self._spans = [_span(text) for text in asked.hours or ()]

    def refused(self, rep: Rep, document: Document, batch: Batch) -> list[str]:
        wrong = [
            f'hours: {text!r} is not a span of hours; write "09:00-12:00", or "22:00-02:00+1" for a night'
            for text, span in zip(self.asked.hours or (), self._spans, strict=True)
            if span is None
        ]
        day, today = self.asked.date, batch.turn.now.date()
        if not today - timedelta(days=1) <= day <= today + 2 * LONGEST:
            wrong.append("date: is today, or within two years")
        if len(rep.exceptions) >= MOST_DAYS:
            wrong.append(f"rep: has hours of their own for {MOST_DAYS} days already")
        return wrong

    def after(self, rep: Rep, now: datetime) -> Rep:
        others = tuple(each for each in rep.exceptions if each.date != self.asked.date)
        if self.asked.hours is None:
            return msgspec.structs.replace(rep, exceptions=others)
        wanted = DatedHours(self.asked.date, tuple(span for span in self._spans if span))
        return rep if wanted in rep.exceptions else msgspec.structs.replace(rep, exceptions=(*others, wanted))

    def says(self, rep: Rep) -> str:
        found = next((each for each in rep.exceptions if each.date == self.asked.date), None)
        if found is None:
            return f"{self.asked.date} as the calendar says"
        return f"{self.asked.date} {', '.join(hours_text(*span) for span in found.spans) or 'closed'}"


class TakeLeads(RosterWork):
    """To the minute, rounded up: themselves for a day at most, others for as long as their manager says. A pause still holds:
    whoever is paused resumes first."""

    action = "on"
    doing = "have leads come to"

    def __init__(self, asked: OnAsked, actor: Actor) -> None:
        super().__init__(asked.rep, actor, asked.reason)
        self.asked = asked
        self.until: datetime | None = None

    def refused(self, rep: Rep, document: Document, batch: Batch) -> list[str]:
        moments, now = Moments(rep, document), batch.turn.now
        self.until = until = moments.maybe("until", self.asked.until)
        if moments.wrong or until is None:
            return moments.wrong
        if until <= now:
            return [f"until: {told(until)} has passed"]
        if until > now + LONGEST:
            return ["until: is a year from now at most"]
        if not self.commands and until > now + OWN:
            return ["until: is a day from now at most where somebody says so for themselves"]
        if rep.paused_until and rep.paused_until > now:
            return [f"rep: is paused until {told(rep.paused_until)}; resume first"]
        return []

    def after(self, rep: Rep, now: datetime) -> Rep:
        if self.until is None:
            going_on = rep.on_until is not None and rep.on_until > now
            return msgspec.structs.replace(rep, on_until=minute(now)) if going_on else rep
        begun = minute(self.until)
        return msgspec.structs.replace(rep, on_until=begun if begun == self.until else begun + MINUTE)

    def says(self, rep: Rep) -> str:
        return f"until {told(rep.on_until)}" if rep.on_until else "as the calendar says"


def _span(text: str) -> tuple[int, int] | None:
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        return None
    opens, closes = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    return opens, closes + (DAY if match[5] else 0)
