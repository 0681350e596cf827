"""Being away: an absence written into the roster and taken out again, and those that come from somebody's calendar.

An absence has a type, which says what it does to credit, and may name who stands in. It says nothing about leads in hand.
"""

import re
from datetime import datetime, timedelta

import msgspec

from firstright.core.authority import Actor
from firstright.core.roster import FIRST, Absence, Document, Rep
from firstright.core.slots import Open
from firstright.desk.batch import Batch
from firstright.desk.moments import Moments
from firstright.desk.staff.repwork import Changed, RosterWork, minute, told, unknown_rep
from firstright.errors import FirstrightError
from firstright.storage import meetings

TYPES = ("vacation", "sick", "parental", "training", "other")  # offered; a roster may use others
MOST_ABSENCES = 500
LONGEST_ABSENCE = timedelta(days=5 * 366)
EARLIEST = timedelta(days=31)  # before now: what was forgotten to be said
_TYPE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class AbsenceAsked(msgspec.Struct, frozen=True, tag_field="kind", tag="absence", forbid_unknown_fields=True):
    """Days and times are those where the rep lives, unless they say their offset; `ends` is when they are back."""

    rep: str
    reason: str
    type: str
    starts: str
    ends: str
    backup: str = ""

    def work(self, actor: Actor) -> "AddAbsence":
        return AddAbsence(self, actor)


class AbsenceEnded(
    msgspec.Struct, frozen=True, tag_field="kind", tag="absence-ended", forbid_unknown_fields=True
):
    """The absence that began, or is to begin, at that instant."""

    rep: str
    reason: str
    starts: str

    def work(self, actor: Actor) -> "EndAbsence":
        return EndAbsence(self, actor)


class AddAbsence(RosterWork):
    """Their own by themselves, others' by who may pause them. To be asked for twice changes nothing."""

    action = "absence"
    doing = "say when to be away for"

    def __init__(self, asked: AbsenceAsked, actor: Actor) -> None:
        super().__init__(asked.rep, actor, asked.reason)
        self.asked = asked
        self.absence = Absence(asked.type.strip(), FIRST, FIRST, asked.backup.strip())

    def refused(self, rep: Rep, document: Document, batch: Batch) -> list[str]:
        moments, now = Moments(rep, document), batch.turn.now
        starts, ends = moments.read("from", self.asked.starts), moments.read("until", self.asked.ends)
        self.absence = wanted = msgspec.structs.replace(self.absence, starts=starts, ends=ends)
        wrong = unknown_rep("backup", wanted.backup, rep, document)
        if not _TYPE.fullmatch(wanted.type):
            wrong.append('type: is a word of small letters, digits and dashes, such as "vacation"')
        if moments.wrong:
            return wrong + moments.wrong
        if wanted.ends <= wanted.starts:
            wrong.append("until: is not after from, so nobody would be away")
        elif wanted.ends <= now:
            wrong.append(f"until: {told(wanted.ends)} has passed")
        elif wanted.ends - wanted.starts > LONGEST_ABSENCE:
            wrong.append("until: is five years after from at most; who does not come back leaves")
        if wanted.starts < now - EARLIEST:
            wrong.append("from: is a month ago at most")
        if len(rep.absences) >= MOST_ABSENCES:
            wrong.append(f"rep: has {MOST_ABSENCES} absences already")
        other = next((each for each in rep.absences if not each.feed and each.starts == wanted.starts), None)
        if other is not None and other != wanted:
            wrong.append(f"from: {_said(other)} begins then already; end that one first")
        return wrong

    def after(self, rep: Rep, now: datetime) -> Rep:
        if self.absence in rep.absences:
            return rep
        return msgspec.structs.replace(rep, absences=(*rep.absences, self.absence))

    def says(self, rep: Rep) -> str:
        return _said(self.absence)


class EndAbsence(RosterWork):
    """Back as of now, or not away at all when it had not begun. One that a calendar says is ended there."""

    action = "end-absence"
    doing = "say when to be away for"

    def __init__(self, asked: AbsenceEnded, actor: Actor) -> None:
        super().__init__(asked.rep, actor, asked.reason)
        self.asked = asked
        self.starts = FIRST

    def refused(self, rep: Rep, document: Document, batch: Batch) -> list[str]:
        moments = Moments(rep, document)
        self.starts = moments.read("from", self.asked.starts)
        if moments.wrong:
            return moments.wrong
        found = [each for each in rep.absences if each.starts == self.starts]
        own = next((each for each in found if not each.feed), None)
        if found and own is None:
            return ["from: this absence is read from their calendar; end it there, or have them take leads"]
        if own is None:
            begins = ", ".join(f"{each.starts:%Y-%m-%dT%H:%M:%SZ}" for each in rep.absences if not each.feed)
            return [f"from: no absence begins at {told(self.starts)}{begins and f'; there are {begins}'}"]
        return [f"from: that absence is over since {told(own.ends)}"] if own.ends <= batch.turn.now else []

    def after(self, rep: Rep, now: datetime) -> Rep:
        back = minute(now)
        kept = [
            msgspec.structs.replace(each, ends=back) if each.starts == self.starts and not each.feed else each
            for each in rep.absences
        ]
        return msgspec.structs.replace(rep, absences=tuple(each for each in kept if each.starts < each.ends))

    def says(self, rep: Rep) -> str:
        return f"from {told(self.starts)}"


class FeedCalendar(RosterWork):
    """What their calendar says, instead of what it said before. What others wrote, and what is over, stays. Appointments that are
    no absence close slots of meetings, and do nothing else."""

    action = "calendar"
    doing = "say when to be away for"

    def __init__(
        self,
        rep: str,
        actor: Actor,
        reason: str,
        fed: tuple[Absence, ...],
        since: datetime,
        busy: tuple[Open, ...] = (),
    ) -> None:
        super().__init__(rep, actor, reason)
        self.fed = fed
        self.since = since
        self.busy = busy

    def perform(self, batch: Batch) -> Changed | FirstrightError:
        done = super().perform(batch)
        if not isinstance(done, FirstrightError):
            meetings.set_appointments(batch.tx, self.rep, self.busy)
        return done

    def refused(self, rep: Rep, document: Document, batch: Batch) -> list[str]:
        return []

    def after(self, rep: Rep, now: datetime) -> Rep:
        wanted = set(self.fed)
        kept = tuple(
            each for each in rep.absences if not each.feed or each.ends <= self.since or each in wanted
        )
        more = tuple(each for each in self.fed if each not in kept)
        return msgspec.structs.replace(rep, absences=kept + more)

    def says(self, rep: Rep) -> str:
        count = len(self.fed)
        return f"{count} absence{'' if count == 1 else 's'} from the calendar"


def _said(absence: Absence) -> str:
    backup = f", {absence.backup} stands in" if absence.backup else ""
    return f"{absence.type} from {told(absence.starts)} to {told(absence.ends)}{backup}"
