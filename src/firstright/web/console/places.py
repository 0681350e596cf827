"""How each destination is doing, in words: what is registered, and what nobody registered although something is sent there.

It reads what it is handed and shows no more of an address than the row does.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import msgspec

from firstright.desk.breaker import BROKEN, is_paused
from firstright.desk.outgoing import ADD, place_of
from firstright.storage import deliveries, destinations, sendlists
from firstright.storage.deliveries import Count
from firstright.storage.destinations import DestinationRow
from firstright.storage.transactions import Tx
from firstright.web.console.saying import several

ORDER = ("bad", "warn", "good")  # the worst first


class Place(msgspec.Struct, frozen=True):
    """One destination. `since` is when the trouble began, `until` when it is asked again; `command` mends what is missing."""

    name: str
    url: str = ""
    state: str = "on"
    tone: str = "good"
    why: str = ""
    since: datetime | None = None
    until: datetime | None = None
    command: str = ""
    waiting: int = 0
    dead: int = 0
    oldest: datetime | None = None  # since when the longest waiting one has been due


class Outbox(msgspec.Struct, frozen=True):
    """Every destination, those in trouble first, and how much there is in all."""

    places: tuple[Place, ...]
    waiting: int
    dead: int

    @property
    def troubled(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places if place.tone != "good")


def outbox(tx: Tx, now: datetime) -> Outbox:
    rows = destinations.load(tx)
    told = deliveries.counts(tx)
    found: dict[str, Place] = {
        name: _registered(row, now, None if row.enabled else sendlists.switched_at(tx, name))
        for name, row in rows.items()
    }
    for each in told:
        name = _name(each.destination, rows)
        found.setdefault(name, _missing(name))
    counted = [_counted(place, told, rows) for place in found.values()]
    counted.sort(key=lambda place: (ORDER.index(place.tone), place.name))
    return Outbox(tuple(counted), sum(p.waiting for p in counted), sum(p.dead for p in counted))


def _registered(row: DestinationRow, now: datetime, switched: datetime | None) -> Place:
    place = Place(row.name, row.url)
    if not row.enabled:
        why = row.off_reason or "nobody said why"
        on = f"firstright destination on {row.name}"
        return _in(place, "off", "bad", why, since=switched, command=on)
    failed = several(row.failures, "failure") + " in a row"
    if is_paused(row, now):
        failed = failed if row.failures else "it asked to be left alone"
        return _in(place, "paused", "warn", failed, since=row.failing_since, until=row.paused_until)
    if row.failures:
        tone = "bad" if row.failures >= BROKEN else "warn"
        return _in(place, "failing", tone, failed, since=row.failing_since)
    return place


def _in(
    place: Place,
    state: str,
    tone: str,
    why: str,
    *,
    since: datetime | None,
    until: datetime | None = None,
    command: str = "",
) -> Place:
    return msgspec.structs.replace(
        place, state=state, tone=tone, why=why, since=since, until=until, command=command
    )


def _missing(name: str) -> Place:
    return Place(
        name,
        state="not registered",
        tone="bad",
        why="nobody registered where it is, so what is sent there dies",
        command=f"{ADD} {name} URL",
    )


def _name(destination: str, rows: dict[str, DestinationRow]) -> str:
    """Whose health a delivery depends on: "email" for "email:kim"."""
    place = place_of(destination, rows)
    if place is not None:
        return place.name
    kind = destination.partition(":")[0]
    return destination if kind == "webhook" else kind


def _counted(place: Place, told: Iterable[Count], rows: dict[str, DestinationRow]) -> Place:
    number: Counter[str] = Counter()
    oldest = None
    for each in told:
        if _name(each.destination, rows) == place.name:
            number["dead" if each.state == "dead" else "waiting"] += each.number
            if each.state != "dead":
                oldest = min(oldest or each.oldest_due, each.oldest_due)
    return msgspec.structs.replace(place, waiting=number["waiting"], dead=number["dead"], oldest=oldest)
