"""A lead and a decision about it as a page shows them: words and figures made from rows and explanations. It fetches nothing."""

from datetime import datetime, timedelta

import msgspec

from firstright.core.accountfacts import AT_ODDS
from firstright.core.glance import Glance
from firstright.core.lead import HolderKind
from firstright.core.providers import FILLED_FROM
from firstright.core.rules.phrases import label
from firstright.core.why.barrierwords import barrier_phrase
from firstright.core.why.explanation import Explanation, Member, PoolSaid
from firstright.core.why.moments import Moments, leads
from firstright.core.why.origins import odds_said, origin_words
from firstright.core.why.reasons import CLOCKS, counted_in
from firstright.core.why.sentences import sections
from firstright.storage.inbox import glanced
from firstright.storage.leadview import Seen, Task
from firstright.storage.rows import ClockRow
from firstright.web.console.nextactionseen import words_of
from firstright.web.console.spelling import spelt
from firstright.web.console.visit import Visit

PERSON = ("title", "language", "zone", "consent", "preferred_channel")
PEOPLE = ("first_name", "last_name", "name", "email", "phone", "message", "company")  # shown on their own
COMPANY = (
    "website",
    "domain",
    "industry",
    "employees",
    "revenue",
    "country",
    "state",
    "city",
    "postcode",
    "region",
)
CAME = (
    "source",
    "medium",
    "campaign",
    "referrer",
    "landing_page",
    "page",
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "offer",
)


# That nobody answered us is no promise of ours that was broken.
ANSWER = {"met": "came", "missed": "none yet", "running": "awaited"}


class ClockSeen(msgspec.Struct, frozen=True):
    """`part` is how much of it has run, from 0 to 100; `done` is when it was met."""

    name: str
    state: str
    said: str  # the state in a word
    tone: str
    due_at: datetime
    part: int
    done: datetime | None
    counted: str  # in whose time


class LeadSeen(msgspec.Struct, frozen=True):
    seen: Seen
    glance: Glance
    holder: str
    holder_kind: str
    state: str
    tone: str
    mine: bool
    can_accept: bool
    can_claim: bool
    can_work: bool  # log a touch, as the rep one is
    can_assign: bool
    clocks: list[ClockSeen]
    phone: str  # as people write it
    message: str
    company: list[tuple[str, str]]
    came: list[tuple[str, str]]
    person: list[tuple[str, str]]
    others: list[tuple[str, str]]
    tasks: dict[str, str]  # what each asks, in words
    problems: list[tuple[str, str]]

    @property
    def id(self) -> str:
        return self.seen.row.id

    def task(self, task: Task) -> str:
        return self.tasks.get(task.id, task.action)


class Candidate(msgspec.Struct, frozen=True):
    """One rep of a pool that was asked, and why or why not."""

    name: str
    verdict: str  # won | eligible | ruled-out
    reasons: tuple[str, ...]
    credit: str


class PoolSeen(msgspec.Struct, frozen=True):
    name: str
    rule: str
    said: str
    candidates: tuple[Candidate, ...]


class Decided(msgspec.Struct, frozen=True):
    """One decision in words."""

    id: str
    verdict: str
    sections: tuple[tuple[str, list[str]], ...]  # without the first sentence and without who was asked
    pools: tuple[PoolSeen, ...]
    by_rules: bool  # rules were asked: another fact could have changed it


def lead_seen(visit: Visit, seen: Seen) -> LeadSeen:
    row = seen.row
    facts = {name: _text(value) for name, value in _facts(row.facts).items()}
    known = {name: spelt(name, value, facts) for name, value in facts.items()}
    shown = _with_origins(visit, known, _facts(row.facts))
    actor, holder = visit.actor, seen.holder
    mine = holder.kind is HolderKind.REP and holder.id == actor.rep != ""
    state, tone = state_of(row.outcome, row.touched, seen.accepted_at is not None)
    open_ = row.outcome in ("owner", "queued", "waiting", "review", "pending", "offered")
    return LeadSeen(
        seen=seen,
        glance=glanced(row.facts),
        holder=visit.holder(row.holder_kind, row.holder_id),
        holder_kind=row.holder_kind,
        state=state,
        tone=tone,
        mine=mine,
        can_accept=mine and row.outcome == "owner" and seen.accepted_at is None and not row.touched,
        can_claim=holder.kind is HolderKind.QUEUE and holder.id in visit.queues,
        can_work=bool(actor.rep) and open_,
        can_assign=actor.may_assign(holder, next(iter(actor.team), "")) or actor.sees_all,
        clocks=[_clock(visit, clock) for clock in {clock.clock: clock for clock in seen.clocks}.values()],
        phone=known.get("phone", ""),
        message=facts.get("message", ""),
        company=_named(shown, COMPANY),
        came=[
            *_named(facts, CAME),
            *[(label(n), v) for n, v in facts.items() if n.startswith("utm_") and n not in CAME],
        ],
        person=_named(shown, PERSON),
        others=_others(shown),
        tasks={task.id: words_of(visit, "", task.action, facts) for task in seen.tasks},
        problems=[
            (p.get("pointer", "").removeprefix("/") or "lead", p.get("reason", ""))
            for p in _problems(row.problems)
        ],
    )


def state_of(outcome: str, touched: bool, accepted: bool) -> tuple[str, str]:
    """One word for where a lead stands, and its colour."""
    if outcome != "owner":
        return outcome, "warn" if outcome in ("waiting", "review", "queued", "pending") else ""
    if touched:
        return "touched", "good"
    return ("accepted", "accent") if accepted else ("new", "accent")


def decided(decision_id: str, explanation: Explanation) -> Decided:
    (_, (verdict, *_)), *rest = sections(explanation)
    tell = Moments(explanation.zone, explanation.as_of)
    pools = tuple(_pool(pool, tell) for pool in explanation.pools if not _is_plain(pool))
    told = tuple((heading, lines) for heading, lines in rest if heading != "Who was asked")
    return Decided(decision_id, verdict, told, pools, bool(explanation.rules))


def _is_plain(pool: PoolSaid) -> bool:
    """One rep who was named and took it: the verdict has said so."""
    return pool.direct and pool.winner is not None and not any(member.barriers for member in pool.members)


def _pool(pool: PoolSaid, tell: Moments) -> PoolSeen:
    if pool.direct:
        said = f"The rule sends it to {pool.name} alone."
    else:
        said = f"{pool.eligible} of {pool.size} could take it."
    rank = {"won": 0, "eligible": 1, "ruled-out": 2}
    members = sorted(pool.members, key=lambda m: rank[m.verdict])
    return PoolSeen(pool.name or pool.pool, pool.rule, said, tuple(_candidate(m, tell) for m in members))


def _candidate(member: Member, tell: Moments) -> Candidate:
    reasons = tuple(barrier_phrase(barrier, tell) for barrier in member.barriers)
    credit = leads(member.credit) if member.credit is not None else ""
    return Candidate(member.rep.name, member.verdict, reasons, credit)


def _clock(visit: Visit, clock: ClockRow) -> ClockSeen:
    whole = max(clock.due_at - clock.started_at, timedelta(seconds=1))
    now = clock.paused_at or visit.now  # what stands still runs no further
    part = round(100 * min(1.0, max(0.0, (now - clock.started_at) / whole)))
    name = CLOCKS.get(clock.clock, clock.clock)
    counted = counted_in(clock.calendar) if clock.calendar else "around the clock"
    late = "warn" if clock.clock == "no-reply" else "bad"
    tones = {"met": "good", "missed": late, "running": "warn" if part >= 80 else ""}
    return ClockSeen(
        name[:1].upper() + name[1:],
        clock.state,
        ANSWER.get(clock.state, clock.state) if clock.clock == "no-reply" else clock.state,
        tones.get(clock.state, ""),
        clock.due_at,
        100 if clock.state == "missed" else part,
        clock.met_at,
        counted,
    )


def _facts(text: str) -> dict[str, object]:
    try:
        return msgspec.json.decode(text, type=dict[str, object])
    except msgspec.DecodeError:
        return {}


def _problems(text: str) -> list[dict[str, str]]:
    try:
        return msgspec.json.decode(text, type=list[dict[str, str]])
    except msgspec.DecodeError:
        return []


def _text(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def _with_origins(visit: Visit, facts: dict[str, str], known: dict[str, object]) -> dict[str, str]:
    """What was filled in says where it came from: "America/Chicago, from the postcode"; what was said, where its account says
    something else."""
    shown = {name: value for name, value in facts.items() if name not in (FILLED_FROM, AT_ODDS)}
    origins, odds = known.get(FILLED_FROM), known.get(AT_ODDS)
    policy = visit.policy.policy if visit.policy else None
    for each in origins if isinstance(origins, list) else ():
        field, _, origin = str(each).partition(":")
        if field in shown:
            shown[field] += f", from {origin_words(origin, policy)}"
    for other in odds_said({AT_ODDS: tuple(map(str, odds))}) if isinstance(odds, list) else ():
        if other.field in shown:
            shown[other.field] += f"; {other.by} says {other.value}"
    return shown


def _named(facts: dict[str, str], names: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(label(name), facts[name]) for name in names if facts.get(name)]


def _others(facts: dict[str, str]) -> list[tuple[str, str]]:
    shown = {*PEOPLE, *PERSON, *COMPANY, *CAME}
    return [
        (label(n), v) for n, v in sorted(facts.items()) if n not in shown and not n.startswith("utm_") and v
    ]
