"""What is asked about clocks as it was written down: of one lead, or of all misses of a span of time, such as an outage.

One shape for the command line, the control door and the page. What may be is `clockacts`'.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

import msgspec

from firstright.core.authority import Actor
from firstright.core.clockwork import EXCUSES
from firstright.core.lead import Holder, HolderKind
from firstright.core.policy import Policy, TargetKind
from firstright.desk import Desk
from firstright.desk.acting import Acted, not_one
from firstright.desk.assigning import wrong_reason
from firstright.desk.clockacts import ExcuseMiss, PauseClocks, PutRight, ResumeClocks
from firstright.errors import Refused
from firstright.storage import excuses
from firstright.storage.excuses import Miss

AT_ONCE = 100  # misses excused before the next are handed in
MOST = 20_000  # misses of one span


class ClockAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Only what the verb needs is filled. `clock` is a name or the id of a row, `why` a listed state or a listed excuse."""

    verb: Literal["pause", "resume", "excuse", "correct"]
    lead: str
    clock: str = ""
    why: str = ""
    note: str = ""
    until: datetime | None = None
    calendar: str = ""
    epoch: int | None = None

    def work(self, actor: Actor) -> "PauseClocks | ResumeClocks | ExcuseMiss":
        match self.verb:
            case "pause":
                until = self.until or datetime.min.replace(tzinfo=UTC)
                return PauseClocks(self.lead, actor, self.why, until, note=self.note, epoch=self.epoch)
            case "resume":
                return ResumeClocks(self.lead, actor, self.note, epoch=self.epoch)
            case "excuse":
                return ExcuseMiss(self.lead, actor, self.clock, self.why, self.note)
            case "correct":
                return PutRight(self.lead, actor, self.clock, self.why, self.note, calendar=self.calendar)


class SpanAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All misses due in [since, until): of a calendar, a pool, a clock, where these are named. `correct` works them out anew
    instead of excusing them."""

    since: datetime
    until: datetime
    why: str
    note: str
    calendar: str = ""
    pool: str = ""
    clock: str = ""
    correct: bool = False


class Excused(msgspec.Struct, frozen=True):
    """How many of how many; `refused` are reasons of those that could not be, each once."""

    found: int
    done: int
    refused: tuple[str, ...] = ()


def clocked(desk: Desk, asked: ClockAsked, actor: Actor) -> Acted:
    """Raises what the work refuses."""
    return desk.act(asked.work(actor))


def excuse_span(desk: Desk, asked: SpanAsked, actor: Actor) -> Excused:
    """Each lead by itself, so that each has it in its history. Raises Refused for what nobody could mean."""
    wrong = [reason.replace("reason:", "note:", 1) for reason in wrong_reason(asked.note.strip())]
    if asked.why not in EXCUSES:
        wrong.append(not_one(f'why: "{asked.why}"', asked.why, EXCUSES))
    if asked.until <= asked.since:
        wrong.append("until: lies before since")
    if wrong:
        raise Refused(wrong)
    desk.warm()
    policy = desk.policy
    with desk.read() as tx:
        misses = excuses.misses(tx, asked.since, asked.until, MOST)
    meant = list(of_span(misses, asked, actor, policy.policy if policy else None))
    done, refused = 0, dict[str, None]()
    for first in range(0, len(meant), AT_ONCE):
        futures = [desk.writer.submit(_work(miss, asked, actor)) for miss in meant[first : first + AT_ONCE]]
        for future in futures:
            found = future.result()
            if isinstance(found, Acted):
                done += 1
            elif isinstance(found, Refused):
                refused.update(dict.fromkeys(found.reasons))
            else:
                refused[str(found)] = None
    return Excused(len(meant), done, tuple(refused))


def of_span(misses: Iterable[Miss], asked: SpanAsked, actor: Actor, policy: Policy | None) -> Iterable[Miss]:
    """Those that are meant and theirs to see."""
    rules = policy.rules if policy else ()
    of_pool = {r.id for r in rules if r.send_to.kind is TargetKind.POOL and r.send_to.id == asked.pool}
    for miss in misses:
        meant = not asked.calendar or miss.calendar.partition("@")[0] == asked.calendar
        meant = meant and (not asked.pool or miss.rule in of_pool)
        meant = meant and (not asked.clock or miss.clock == asked.clock)
        if meant and actor.sees(Holder(HolderKind(miss.holder_kind), miss.holder), ()):
            yield miss


def _work(miss: Miss, asked: SpanAsked, actor: Actor) -> ExcuseMiss:
    kind = PutRight if asked.correct else ExcuseMiss
    work = kind(miss.lead, actor, miss.id, asked.why, asked.note)
    work.lane = "bulk"
    return work
