"""Registering a calendar that is read by URL: under the turn, audited, its address sealed and never shown again in full.

It asks nobody for a calendar: the worker does, and `feeding` says what becomes of what comes back.
"""

from datetime import timedelta
from typing import assert_never
from urllib.parse import urlsplit

import msgspec

from firstright.core.authority import Actor, Right
from firstright.core.roster import FIRST, Document, Rep
from firstright.desk import Desk, addresses
from firstright.desk.acting import not_one
from firstright.desk.batch import Batch
from firstright.desk.destinations import Sealing
from firstright.desk.staff.absences import FeedCalendar
from firstright.desk.staff.repwork import Changed
from firstright.errors import FirstrightError, NoPolicy, Refused
from firstright.outbound.egress import Egress
from firstright.storage import audit, feeds
from firstright.storage.feeds import FeedRow

LONGEST_BUSY = timedelta(days=31)


class FeedAsked(msgspec.Struct, frozen=True, tag_field="kind", tag="feed", forbid_unknown_fields=True):
    """From now on this rep's calendar is read there. `busy_over` are seconds, as for a calendar that is handed over."""

    rep: str
    url: str
    busy_over: int | None = None


class FeedEnded(msgspec.Struct, frozen=True, tag_field="kind", tag="feed-ended", forbid_unknown_fields=True):
    """No longer: what it said of now and later goes with it."""

    rep: str
    reason: str = "their calendar is read no longer"


FeedChange = FeedAsked | FeedEnded


class Feeds:
    """What changes them: the key that seals addresses, and where this program may go."""

    def __init__(self, desk: Desk, sealing: Sealing, egress: Egress) -> None:
        self._desk = desk
        self._sealing = sealing
        self._egress = egress

    def change(self, asked: FeedChange, actor: Actor) -> Changed:
        """Raises Refused with everything that is wrong with it, NoPolicy before there is a roster; nothing is changed then."""
        match asked:
            case FeedAsked():
                asked = judged(asked, self._egress)
                return self._desk.act(SetFeed(asked, actor, self._sealing))
            case FeedEnded():
                return self._desk.act(EndFeed(asked, actor))
            case _:
                assert_never(asked)


def judged(asked: FeedAsked, egress: Egress) -> FeedAsked:
    """The same again when it can be registered; webcal:// is https:// by another name. Raises Refused."""
    url = asked.url.strip()
    if url[:9].casefold() == "webcal://":
        url = f"https://{url[9:]}"
    wrong = [f"url: {each}" for each in addresses.faults("calendar", url, egress)]
    if asked.busy_over is not None and not 60 <= asked.busy_over <= LONGEST_BUSY.total_seconds():
        wrong.append(f"busy_over: is a minute to {LONGEST_BUSY.days} days")
    if wrong:
        raise Refused(wrong)
    return msgspec.structs.replace(asked, url=url)


def host_of(url: str) -> str:
    """What may be shown of an address: paths and queries of calendars are secrets."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class SetFeed:
    """For themselves, or for whom they may pause. It is looked at soon, and the absences of the one before stay until then."""

    lane = "person"

    def __init__(self, asked: FeedAsked, actor: Actor, sealing: Sealing) -> None:
        self.asked = asked
        self.actor = actor
        self.sealing = sealing

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> Changed | FirstrightError:
        asked, actor, roster = self.asked, self.actor, batch.memory.roster
        if roster is None:
            return NoPolicy("roster")
        if not (actor.may(Right.PAUSE_OTHERS) and (actor.sees_all or asked.rep in actor.team)) and (
            asked.rep != actor.rep
        ):
            return Refused([f"rep: {actor.name} may not say for others where their calendar is"])
        if asked.rep not in roster.reps:
            return Refused([not_one(f'rep: "{asked.rep}"', asked.rep, tuple(roster.reps))])
        now, host = batch.turn.now, host_of(asked.url)
        sealed = self.sealing.seal(asked.url.encode(), feeds.sealed_about(asked.rep))
        feeds.put(batch.tx, FeedRow(asked.rep, host, sealed, asked.busy_over, now, actor.name, now))
        _audited(batch, actor, "set-feed", asked.rep, host)
        return Changed(asked.rep, roster.version, True, f"read from {host}")

    def rescue(self, batch: Batch, failure: Exception) -> Changed | FirstrightError:
        raise failure


class EndFeed(FeedCalendar):
    """An empty calendar, and nobody looks there again. What is over stays; of whom the roster has lost, only the address goes."""

    action = "end-feed"
    doing = "end the calendar of"

    def __init__(self, asked: FeedEnded, actor: Actor) -> None:
        super().__init__(asked.rep, actor, asked.reason, (), FIRST)

    def refused(self, rep: Rep, document: Document, batch: Batch) -> list[str]:
        self.since = batch.turn.now
        return []

    def perform(self, batch: Batch) -> Changed | FirstrightError:
        row, roster = feeds.one(batch.tx, self.rep), batch.memory.roster
        if row is None:
            return Refused([f'rep: no calendar of "{self.rep}" is read by URL'])
        done = super().perform(batch)
        if isinstance(done, FirstrightError):
            if roster is None or self.rep in roster.reps or not self.commands:
                return done
            done = Changed(self.rep, roster.version, True)
        feeds.remove(batch.tx, self.rep)
        _audited(batch, self.actor, self.action, self.rep, row.host)
        return Changed(self.rep, done.version, True, "is read from nowhere")

    def says(self, rep: Rep) -> str:
        return "no absence from a calendar any more"


def _audited(batch: Batch, actor: Actor, action: str, rep: str, host: str) -> None:
    now, turn = batch.turn.now, batch.turn.n
    audit.append(batch.tx, batch.new_id(), now, turn, actor.user, action, "rep", rep, {"host": host})
