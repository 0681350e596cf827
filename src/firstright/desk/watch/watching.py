"""The watch over sources: once an hour one node compares what each sent lately with what it sent before, and raises or ends alarms.

What is alarming is `core.watching`'s. It reads without a turn, and judges nothing that nobody sent.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta

import msgspec

from firstright.core.calendar import public_holidays
from firstright.core.hygiene import Hygiene
from firstright.core.watching import (
    LATELY,
    OF_FIELDS,
    OF_SOURCES,
    SILENT,
    WEEK,
    Alarming,
    FieldProfile,
    Profile,
    judge_rhythm,
    look,
)
from firstright.core.why.alarmwords import alarm_sentence
from firstright.desk.alarming import silence, sound
from firstright.desk.batch import Batch
from firstright.desk.desk import Desk
from firstright.desk.watch.rounds import Claim, Finish
from firstright.storage import access, alarms, profiles
from firstright.storage.alarms import Alarm
from firstright.storage.profiles import Count
from firstright.storage.transactions import Tx

ROUND = "watch"
LEASE = timedelta(minutes=10)
QUIET = timedelta(hours=6)  # without being raised again, before an alarm about a field ends by itself
Timed = list[tuple[datetime, Profile]]

log = logging.getLogger("firstright.watching")


class Verdict(msgspec.Struct, frozen=True):
    """Of one source. `judged`: whether enough came to say that what is not alarming is over."""

    source: str
    alarming: tuple[Alarming, ...]
    judged: bool
    silent: bool


def watch_due(
    desk: Desk, now: datetime, *, asked: bool = False, stop: Callable[[], bool] = lambda: False
) -> tuple[Verdict, ...] | None:
    """Watches when it is time to, or somebody asked; None when it is not, or another node is at it."""
    hygiene = desk.policy.policy.hygiene if desk.policy else None
    if hygiene is None:
        return None
    claim = Claim(ROUND, -LEASE if asked else hygiene.watch_every, LEASE)
    if not claim.taken(desk, now):
        return None
    desk.profiling.put_down()
    with desk.read() as tx:
        verdicts = tuple(verdicts_of(tx, desk.instant(tx, now), hygiene))
    for verdict in verdicts:
        if stop():
            return None  # begun anew when the lease is over
        desk.writer.submit(Heed(verdict)).result()
    found = {"sources": len(verdicts), "alarming": sum(len(each.alarming) for each in verdicts)}
    desk.writer.submit(Finish(ROUND, found, lambda tx, at: profiles.forget_old(tx, at))).result()
    return verdicts


def verdicts_of(tx: Tx, now: datetime, hygiene: Hygiene) -> Iterable[Verdict]:
    """Every source that sent anything in the time it is judged by."""
    known = access.sources(tx)
    accepted = alarms.accepted(tx)
    for source in profiles.sources(tx, now - hygiene.against):
        row = known.get(source)
        if row is not None and not row.enabled:
            continue
        closed = _closed(row.country if row else "", now)
        yield _verdict(tx, source, now, hygiene, accepted, closed)


def _verdict(
    tx: Tx,
    source: str,
    now: datetime,
    hygiene: Hygiene,
    accepted: Mapping[tuple[str, str], datetime],
    closed: frozenset[date],
) -> Verdict:
    hours = _profiles(profiles.counts(tx, source, profiles.HOUR, now - WEEK, now))
    days = _profiles(profiles.counts(tx, source, profiles.DAY, now - hygiene.against, now))
    found, judged = look(hours, days, now, hygiene)
    kept = [
        each for each in found if _still(each, hours, days, now, hygiene, accepted.get((source, each.field)))
    ]
    rhythm = profiles.rhythm(tx, source, now - hygiene.against)
    since = accepted.get((source, ""))
    wild = [
        each
        for each in judge_rhythm(rhythm, now, closed, hygiene)
        if since is None
        or (each.kind == SILENT and max(rhythm) > since)
        or (each.kind != SILENT and now - since > LATELY)
    ]
    silent = any(each.kind == SILENT for each in wild)
    return Verdict(source, (*wild, *kept), judged, silent)


def _still(
    each: Alarming, hours: Timed, days: Timed, now: datetime, hygiene: Hygiene, since: datetime | None
) -> bool:
    """What somebody has accepted is the past from then on: judged only by what came after."""
    if since is None:
        return True
    late_hours, late_days = ([row for row in span if row[0] >= since] for span in (hours, days))
    return any(again.field == each.field for again in look(late_hours, late_days, now, hygiene)[0])


def _profiles(counts: Iterable[Count]) -> Timed:
    found: dict[datetime, Profile] = {}
    for at, field, what, word, n in counts:
        profile = found.setdefault(at, Profile(0, {}))
        if what == profiles.ARRIVED:
            profile.arrivals += 0 if field else n  # of a field it is a synonym of it that was used
            continue
        of = profile.fields.setdefault(field, FieldProfile(shapes={}))
        if what == profiles.FILLED:
            of.filled += n
        elif what == profiles.WRONG:
            of.wrong += n
        elif what == profiles.UNMAPPED:
            of.unmapped += n
        else:
            of.shapes[word] = of.shapes.get(word, 0) + n
    return sorted(found.items())


def _closed(country: str, now: datetime) -> frozenset[date]:
    """Public holidays where a source's leads come from, of this year and the one before; none where that is not known."""
    try:
        return (
            frozenset(public_holidays(country, None, range(now.year - 1, now.year + 1)))
            if country
            else frozenset()
        )
    except ValueError:
        return frozenset()


class Heed:
    """Raises and ends the alarms of one source. A field has one alarm: what else is wrong with it is the same break."""

    lane = "bulk"

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> None:
        verdict = self.verdict
        mine = [each for each in alarms.open_alarms(batch.tx) if each.source == verdict.source]
        of_field = {each.field: each.kind for each in mine if each.kind in OF_FIELDS}
        raised: set[tuple[str, str]] = set()
        for each in verdict.alarming:
            kind = of_field.get(each.field, each.kind) if each.kind in OF_FIELDS else each.kind
            raised.add((kind, each.field))
            self._raise(batch, kind, each)
        for alarm in mine:
            if (alarm.kind, alarm.field) not in raised and self._is_over(alarm, batch.turn.now):
                silence(batch, alarm.kind, alarm.subject)

    def rescue(self, batch: Batch, failure: Exception) -> None:
        raise failure

    def _raise(self, batch: Batch, kind: str, each: Alarming) -> None:
        source = self.verdict.source
        figures = {
            "kind": each.kind,
            "before": list(each.before),
            "after": list(each.after),
            "word": each.word,
        }
        sound(
            batch,
            kind,
            f"{source} {each.field}".strip(),
            alarm_sentence(source, each),
            source=source,
            field=each.field,
            severity=each.severity,
            detail=figures,
        )

    def _is_over(self, alarm: Alarm, now: datetime) -> bool:
        if alarm.kind == SILENT:
            return not self.verdict.silent
        if alarm.kind in OF_SOURCES:
            return alarm.last_at <= now - QUIET
        return alarm.kind in OF_FIELDS and self.verdict.judged and alarm.last_at <= now - QUIET
