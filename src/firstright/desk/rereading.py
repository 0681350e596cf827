"""What lies in quarantine read again, all of it: events of a hook, arrivals of a source or of all. Each is taken in a turn of its own,
which also counts it, so that a node that dies takes and counts none twice.

One alone is read again at once: that is `hooking` and `quarantine`.
"""

import logging
from collections.abc import Callable, Sequence

import msgspec

from firstright.core.authority import Actor, Right
from firstright.desk.asked import operator
from firstright.desk.batch import Batch
from firstright.desk.desk import Desk
from firstright.desk.hooking import ReplayEvent, read_event
from firstright.desk.quarantine import Release, read_today
from firstright.desk.slices import Begun, Slice, begin
from firstright.errors import DatabaseError, FirstrightError, Refused
from firstright.storage import errands, hooks, quarantine
from firstright.storage.errands import Errand
from firstright.storage.quarantine import FIRST
from firstright.storage.transactions import Tx

SLICE = 20  # read at a time
FAILED = "failed"

log = logging.getLogger("firstright.errands")


class RereadAsked(msgspec.Struct, frozen=True, omit_defaults=True):
    """A hook, or a source; neither: all that came in through sources."""

    hook: str = ""
    source: str = ""


_asked = msgspec.json.Decoder(RereadAsked).decode


def asked_of(errand: Errand) -> RereadAsked:
    return _asked(errand.about)


def last(tx: Tx, asked: RereadAsked) -> Errand | None:
    """The last time that all of these were read again, or are."""
    kind = errands.HOOK if asked.hook else errands.QUARANTINE
    return errands.last(tx, kind, msgspec.json.encode(asked).decode())


class StartRereading:
    lane = "person"

    def __init__(self, asked: RereadAsked, actor: Actor) -> None:
        self.asked = asked
        self.actor = actor

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> Begun | FirstrightError:
        asked = self.asked
        if not self.actor.may(Right.EDIT_SOURCES):
            return Refused([f"{self.actor.name} may not let anything out of quarantine"])
        if asked.hook and asked.source:
            return Refused(["replay: name a hook or a source"])
        if asked.hook and hooks.one(batch.tx, asked.hook) is None:
            return Refused([f"{asked.hook[:80]}: is no hook; firstright hook list shows all"])
        kind = errands.HOOK if asked.hook else errands.QUARANTINE
        return Begun(begin(batch, kind, asked, self.actor.user))

    def rescue(self, batch: Batch, failure: Exception) -> Begun | FirstrightError:
        raise failure


def events_slice(desk: Desk, errand: Errand) -> Slice:
    """The next events of a hook that were in quarantine when this was asked for, oldest first."""
    name = asked_of(errand).hook
    with desk.read() as tx:
        hook = hooks.one(tx, name)
        found = {row.id: row for row in hooks.aside_after(tx, name, _after(errand), errand.id, SLICE)}
        total = errand.total or hooks.aside_before(tx, name, errand.id)
    if hook is None:
        raise Refused([f"{name}: is no hook any more"])
    settings = hook.settings

    def work(event: str) -> ReplayEvent:
        row = found[event]
        return ReplayEvent(event, read_event(desk, name, settings, row.event_id, row.raw), errand.id)

    return _slice(desk, list(found), work, total)


def arrivals_slice(desk: Desk, errand: Errand) -> Slice:
    """The same for arrivals; those that came under another's name are left for somebody to look at."""
    source, actor = asked_of(errand).source, operator(errand.asked_by)
    with desk.read() as tx:
        names = quarantine.after(tx, source, _after(errand), errand.id, SLICE)
        total = errand.total or quarantine.before(tx, source, errand.id)
    return _slice(desk, names, lambda name: Release(*read_today(desk, name), actor, errand.id), total)


def _after(errand: Errand) -> str:
    return errand.place or FIRST


def _slice(
    desk: Desk, names: Sequence[str], work: Callable[[str], ReplayEvent | Release], total: int
) -> Slice:
    """All are handed in before the first is waited for: they share their turns. One that cannot be read or taken keeps the others
    from nothing."""
    failed, waiting = 0, []
    for name in names:
        try:
            waiting.append(desk.writer.submit(work(name)))
        except Exception:
            log.exception("errand.not_read", extra={"job": name})
            failed += 1
    for future in waiting:
        try:
            failed += isinstance(future.result(), FirstrightError)
        except DatabaseError:
            raise
        except Exception:
            log.exception("errand.not_taken")
            failed += 1
    counts = {FAILED: failed} if failed else {}
    return Slice(names[-1] if names else "", failed, counts, total, over=len(names) < SLICE)
