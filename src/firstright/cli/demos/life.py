"""The life of the demo: for ten minutes leads keep coming, and simulated reps answer some of them through the acts people use.

It has a thread of its own, which ends with the server. Reps whom somebody can sign in as are left to them.
"""

import csv
import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from firstright.cli.exits import Stop
from firstright.core.authority import Actor, Role
from firstright.desk import Desk
from firstright.desk.acting import Accept, Acted, Decline, LogTouch
from firstright.desk.arrival import Arrival, Source, cleaned, fingerprint
from firstright.desk.moving import MoveStatus
from firstright.desk.writer import Work
from firstright.errors import FirstrightError, for_log
from firstright.intake.fieldmap import FieldMap, read_map
from firstright.intake.mapping import apply_map
from firstright.simulate.fresh import EVENT, Fresh
from firstright.simulate.workload import Draws
from firstright.storage import inbox, users
from firstright.storage.inbox import Entry, Scope

LASTS = timedelta(minutes=10)
PAUSE = (2_000, 5_000)  # ms between two leads
BURST = 8  # one lead in so many is the first of a burst
NOTICED = timedelta(seconds=20)  # nobody answers sooner
OLD = timedelta(days=1)  # what has lain longer has been worked
RESULTS = (("call", "connected"), ("call", "no-answer"), ("call", "left-message"), ("email", "sent"))
CALLS = RESULTS[:3]
WON, LOST = ("won", ""), ("lost", "Went with a supplier nearer to their plant")
LATER = ("lost", "No budget this year; asks again next spring")
OPEN = ("", "")
# What became of the leads of the file, one after the other: of those who asked to buy, and of the others.
BUYERS = (WON, OPEN, LOST, OPEN, ("disqualified", "no-budget"), OPEN, WON, OPEN, LATER)
OTHERS = (OPEN, ("disqualified", "no-need"), OPEN, LATER, ("disqualified", "unreachable"), OPEN)
ASK_TO_BUY = frozenset({"demo", "pricing", "trial"})

log = logging.getLogger("firstright.demo")
ByRep = Work[Acted | FirstrightError]


class Life:
    """Use it as a context, inside that of the server."""

    def __init__(
        self, desk: Desk, examples: Path, now: Callable[[], datetime], lasts: timedelta = LASTS
    ) -> None:
        self._desk = desk
        self._now = now
        self._ends = now() + lasts
        self._next = int(now().timestamp())  # the number of the next lead: no run sends one of the run before
        self._draws = Draws(self._next)
        self._fresh, self._map = fresh_leads(examples), example_map(examples, desk)
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._live, name="demo", daemon=True)

    def __enter__(self) -> "Life":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def _live(self) -> None:
        while not self._stopped.wait(self._pause()) and self._now() < self._ends:
            if not self._desk.writer.is_calm:
                continue  # real leads first
            try:
                self.come(3 + self._draws.below(4) if self._draws.below(BURST) == 0 else 1)
                self.answer()
            except (
                FirstrightError
            ) as error:  # a database that is away comes back; a lead that moved on is somebody else's
                log.info("demo.skipped", extra=for_log(error))

    def _pause(self) -> float:
        least, most = PAUSE
        return (least + self._draws.below(most - least)) / 1_000

    def come(self, count: int) -> None:
        """That many leads at once."""
        arrivals = [self._arrival(self._next + number) for number in range(count)]
        self._next += count
        self._desk.take_in(arrivals)

    def _arrival(self, number: int) -> Arrival:
        row = self._fresh.row(number)
        raw = apply_map(self._map, row).raw
        return arrival(self._desk, raw, row[EVENT], self._map.source)

    def answer(self) -> int:
        """One lead of every third rep or so is accepted, worked or declined: how many."""
        works = [work for rep in self._simulated() if self._draws.below(3) == 0 and (work := self._act(rep))]
        _done(self._desk, works)  # a refusal is its result: the lead went elsewhere in between
        return len(works)

    def _simulated(self) -> list[str]:
        """Reps nobody can sign in as."""
        with self._desk.read() as tx:
            real = {user.rep for user in users.users(tx)}
        roster = self._desk.roster
        return [rep for rep in roster.reps if rep not in real] if roster else []

    def _act(self, rep: str) -> ByRep | None:
        noticed = self._now() - NOTICED
        open_ = [
            each
            for each in in_hand(self._desk, rep, self._now(), 20)
            if not each.touched and each.arrived_at < noticed
        ]
        if not open_:
            return None
        lead = open_[self._draws.below(len(open_))]
        if not lead.accepted and self._draws.below(12) == 0:
            return Decline(lead.id, rep, "busy", epoch=lead.epoch)
        if not lead.accepted and self._draws.below(2):
            return Accept(lead.id, rep, epoch=lead.epoch)
        return _touch(lead, rep, self._draws)


def arrival(desk: Desk, raw: Mapping[str, object], event: str, name: str) -> Arrival:
    """As a form on the website would have sent it."""
    source = Source(name)
    clean = cleaned(raw, source, desk.policy, texts=True)
    body = json.dumps(dict(raw), ensure_ascii=False).encode()
    mark = fingerprint("POST", "/v1/leads", body)
    return Arrival(name, event, mark, body, clean.facts, clean.problems, unmapped=clean.unmapped)


def worked_through(desk: Desk, now: datetime) -> int:
    """The leads of the file came weeks ago: since then each was answered, and many are over. How many were answered."""
    old = [
        (entry, rep, number)
        for rep in (desk.roster.reps if desk.roster else ())
        for number, entry in enumerate(in_hand(desk, rep, now, 500))
        if not entry.touched and entry.arrived_at < now - OLD
    ]
    _done(desk, [_touch(entry, rep, Draws(number), CALLS) for entry, rep, number in old])
    _done(desk, [work for entry, rep, number in old if (work := _end(entry, rep, number))])
    return len(old)


def _end(lead: Entry, rep: str, number: int) -> ByRep | None:
    ends = BUYERS if lead.glance.about in ASK_TO_BUY else OTHERS
    status, why = ends[number % len(ends)]
    return MoveStatus(lead.id, Actor("demo", rep, Role.REP, rep), status, reason=why) if status else None


def _done(desk: Desk, works: Sequence[ByRep]) -> None:
    for future in [desk.writer.submit(work) for work in works]:
        future.result()


def in_hand(desk: Desk, rep: str, now: datetime, limit: int) -> list[Entry]:
    """What a rep has, most urgent first."""
    with desk.read() as tx:
        return inbox.page(tx, Scope(Actor("demo", rep, Role.REP, rep)), "mine", now, limit=limit)


def fresh_leads(examples: Path) -> Fresh:
    with (examples / "leads/inbound.csv").open(encoding="utf-8", newline="") as file:
        return Fresh(list(_whole(csv.DictReader(file))))


def example_map(examples: Path, desk: Desk) -> FieldMap:
    assert desk.policy is not None
    file = examples / "maps/inbound.toml"
    found, _ = read_map(file.read_text("utf-8"), file=file.name, catalogue=desk.policy.policy.catalogue)
    if found is None:
        raise Stop(f"{file} does not fit the policy any more")
    return found


def _whole(rows: "csv.DictReader[str]") -> Iterator[dict[str, str]]:
    """Without the two broken records of the file."""
    return (row for row in rows if None not in row and None not in row.values())


def _touch(lead: Entry, rep: str, draws: Draws, results: Sequence[tuple[str, str]] = RESULTS) -> ByRep:
    channel, result = results[draws.below(len(results))]
    return LogTouch(lead.id, rep, channel, result=result, epoch=lead.epoch)
