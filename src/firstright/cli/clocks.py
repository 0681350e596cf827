"""What `firstright clock` does. Who may, and what can be excused, is the desk's to say."""

from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from firstright import wiring
from firstright.cli.exits import Stop
from firstright.cli.reach import ask
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.clean.problem import Refusal
from firstright.core.clean.timestamp import instant
from firstright.core.clockwork import EXCUSES
from firstright.core.documents.policyfile import read_policy
from firstright.core.servicelevels import PAUSES
from firstright.desk.asked import operator
from firstright.desk.clockasked import MOST, ClockAsked, SpanAsked, of_span
from firstright.storage import excuses, policies
from firstright.web.commands.leads import Clocks, ExcuseSpan

BY = "firstright clock"
LATELY = timedelta(days=7)


class Span(NamedTuple):
    """Which misses, as it was typed."""

    since: str
    until: str
    calendar: str
    pool: str
    clock: str


def show(database: str | None, span: Span, *, json: bool) -> None:
    now = wiring.now()
    asked = _span(span, "", "", since=now - LATELY, until=now)
    with workspace(database) as (opened, _), opened.read() as tx:
        stored = policies.current(tx)
        policy = read_policy(policies.load(tx, stored.version))[0] if stored else None
        misses = excuses.misses(tx, asked.since, asked.until, MOST)
        found = list(of_span(misses, asked, operator(BY), policy))
    if json:
        rows = [{k: v for k, v in msgspec.to_builtins(miss).items() if k != "facts"} for miss in found]
        print(msgspec.json.encode(rows).decode())
        return
    for miss in found:
        late = f"met {miss.met_at:%Y-%m-%d %H:%M}" if miss.met_at else "not met"
        held = f"{miss.holder_kind} {miss.holder}".strip()
        where = miss.calendar or "24x7"
        print(safe(f"{miss.lead}  {miss.clock}  due {miss.due:%Y-%m-%d %H:%M} in {where}, {late}  {held}"))
    if not found:
        print("none")


def reasons() -> None:
    print(f"clocks may stand still for: {', '.join(PAUSES)}, and what [policy] pauses adds")
    print(f"a miss may be excused for: {', '.join(EXCUSES)}")


def pause(database: str | None, lead: str, why: str, until: str, note: str) -> None:
    _ask(database, ClockAsked("pause", lead, why=why, until=_instant("until", until), note=note))


def resume(database: str | None, lead: str, note: str) -> None:
    _ask(database, ClockAsked("resume", lead, note=note))


def excuse(database: str | None, lead: str, span: Span, why: str, note: str, *, correct: bool) -> None:
    if lead:
        asked = ClockAsked("excuse", lead, clock=span.clock or "owner", why=why, note=note)
        if correct:
            asked = msgspec.structs.replace(asked, verb="correct", calendar=span.calendar)
        _ask(database, asked)
        return
    if not span.since or not span.until:
        raise Stop("say which lead, or since when and until when: --since and --until")
    meant = msgspec.structs.replace(_span(span, why, note), correct=correct)
    done = ask(database, ExcuseSpan(asked=meant, by=BY))
    print(safe(f"{done.done} of {done.found} misses {'put right' if correct else 'excused'}"))
    for reason in done.refused:
        print(safe(f"  {reason}"))


def _ask(database: str | None, asked: ClockAsked) -> None:
    done = ask(database, Clocks(asked=asked, by=BY), lead=asked.lead)
    before = "; this was so before" if done.repeat else ""
    print(safe(f"lead {done.lead}: {asked.verb}, with {done.owner or done.outcome}{before}"))


def _span(
    span: Span, why: str, note: str, *, since: datetime | None = None, until: datetime | None = None
) -> SpanAsked:
    begins = _instant("since", span.since) if span.since else since
    ends = _instant("until", span.until) if span.until else until
    assert begins is not None and ends is not None
    return SpanAsked(begins, ends, why, note, span.calendar, span.pool, span.clock)


def _instant(name: str, text: str) -> datetime:
    at = instant(text)
    if isinstance(at, Refusal):
        raise Stop(f"--{name}: {at.reason} (got {safe(text[:40])})")
    return at
