"""Where a lead stands in the pipeline, what its status asks for, what it has become, and who has which role.

Lead status, lifecycle stage and opportunity stage are three things, shown beside each other: none is worked out from another.
"""

from datetime import datetime

import msgspec

from firstright.core.authority import Right
from firstright.core.criteria import Checked, called, checked
from firstright.core.lead import Cause, HolderKind, Lead
from firstright.core.leadtypes import lacking
from firstright.core.pipeline import BY_HAND, ENDED, ROLES, WON, Pipeline, farther
from firstright.core.policy import Policy
from firstright.core.statuses import ON_THE_WAY
from firstright.desk.moving import WORKED, evidence
from firstright.storage import leads, statuses
from firstright.storage.leadview import Seen, last_rep
from firstright.storage.statuses import ConversionRow, Deal
from firstright.storage.transactions import Tx
from firstright.web.console.visit import Visit

STEPS = tuple(name for name in ON_THE_WAY if name != "needs-enrichment")
LIFECYCLE = {"mql": "MQL", "sal": "SAL", "sql": "SQL"}
ROLE = {"sdr": "SDR", "ae": "AE", "solutions": "Solutions", "partner-manager": "Partner manager"}


class Step(msgspec.Struct, frozen=True):
    name: str
    state: str  # done | now | ahead


class Asked(msgspec.Struct, frozen=True):
    """One thing a status asks for. `how` is what is known of it, or what it lacks; `vouch` whether a word will do."""

    name: str
    asks: str
    met: bool
    how: str
    vouch: bool


class RoleSeen(msgspec.Struct, frozen=True):
    role: str
    name: str
    who: str


class StatusSeen(msgspec.Struct, frozen=True):
    status: str
    since: datetime | None
    steps: tuple[Step, ...]  # none of a lead that stands aside
    lifecycle: str
    sal: datetime | None  # sales took it over and said so: an accepted lead
    deal: Deal | None
    converted: ConversionRow | None
    account: str  # whose page can be looked at
    goal: str  # the status the list below is of
    asks: tuple[Asked, ...]
    roles: tuple[RoleSeen, ...]
    work_of: str
    over: bool
    can_move: bool
    can_end: bool
    can_convert: bool
    can_reopen: bool
    targets: tuple[tuple[str, str], ...]
    reasons: tuple[tuple[str, str], ...]
    to_vouch: tuple[tuple[str, str], ...]  # criteria somebody may give their word for
    role_names: tuple[tuple[str, str], ...]
    reps: tuple[tuple[str, str], ...]


def status_seen(tx: Tx, visit: Visit, seen: Seen) -> object | None:
    """What its part of the lead's page shows; None: nothing."""
    if visit.policy is None or seen.row.outcome in ("quarantined", "pending"):
        return None
    policy, lead = visit.policy.policy, leads.as_lead(seen.row)
    pipeline = policy.pipeline
    row = statuses.converted(tx, lead.id) if lead.contact else None
    goal = _goal(lead.status)
    asks = _asks(tx, visit, policy, lead, goal)
    theirs = lead.holder.kind is HolderKind.REP and lead.holder.id == visit.actor.rep
    may = theirs or visit.actor.may(Right.ASSIGN)
    over = lead.status in ENDED
    won = lead.status == WON and last_rep(seen.row, seen.holders) == visit.actor.rep != ""
    return StatusSeen(
        status=lead.status,
        since=statuses.since(tx, lead.id, lead.status) if pipeline.own else None,
        steps=_steps(lead.status),
        lifecycle=_stage(lead),
        sal=_taken(seen),
        deal=statuses.deal(tx, row.opportunity_id) if row and row.opportunity_id else None,
        converted=row,
        account=(row.account_id or "") if row else "",
        goal=goal,
        asks=asks,
        roles=tuple([RoleSeen(role, ROLE.get(role, role), visit.rep(who)) for role, who in lead.roles]),
        work_of=ROLE.get(pipeline.of(lead.status).role, ""),
        over=over,
        can_move=may and not over and lead.outcome in WORKED,
        can_end=may and not over,
        can_convert=(may or won) and not lead.contact and (not over or lead.status == WON),
        can_reopen=(over or lead.status == "nurture") and visit.actor.may(Right.ASSIGN),
        targets=tuple([(name, words(name)) for name in BY_HAND if name != lead.status]),
        reasons=tuple([(reason, words(reason)) for reason in pipeline.disqualified]),
        to_vouch=_to_vouch(pipeline, asks),
        role_names=tuple([(role, ROLE[role]) for role in ROLES]),
        reps=_reps(visit),
    )


def words(name: str) -> str:
    """A status, or a reason, as it is read."""
    return name.replace("-", " ").capitalize()


def vouchable(pipeline: Pipeline) -> tuple[str, ...]:
    """Every criterion somebody may give their word for, in whichever status."""
    return tuple(dict.fromkeys(name for status in pipeline.statuses for name in status.vouch))


def _to_vouch(pipeline: Pipeline, asks: tuple[Asked, ...]) -> tuple[tuple[str, str], ...]:
    """What is known already needs nobody's word."""
    known = {each.name for each in asks if each.met}
    open_ = [name for name in vouchable(pipeline) if name not in known]
    return tuple([(name, called(name)[:1].upper() + called(name)[1:]) for name in open_])


def _steps(status: str) -> tuple[Step, ...]:
    if status not in ON_THE_WAY:
        return ()
    at = ON_THE_WAY.index(status)
    states = [
        "done" if ON_THE_WAY.index(name) < at else "now" if name == status else "ahead" for name in STEPS
    ]
    if status not in STEPS:
        states[0] = "now"
    return tuple([Step(words(name), state) for name, state in zip(STEPS, states, strict=True)])


def _goal(status: str) -> str:
    """The next status that asks for something: qualified is what everything before it is for."""
    if status not in ON_THE_WAY or status == WON:
        return ""
    return (
        "qualified" if farther("qualified", status) else "scheduled" if farther("scheduled", status) else ""
    )


def _asks(tx: Tx, visit: Visit, policy: Policy, lead: Lead, goal: str) -> tuple[Asked, ...]:
    if not goal:
        return ()
    log = statuses.logged(tx, lead.id, lead.cycle, lead.arrived_at, visit.now)
    said = {each.criterion: each for each in statuses.vouched(tx, lead.id, lead.cycle)}
    has = evidence(lead.facts, log, frozenset(said))
    fields = [problem.pointer[1:] for problem in lacking(policy.types, lead.facts, goal)]
    notes = {name: f"{visit.rep(each.by)}: {each.note}" for name, each in said.items()}
    return (
        *[Asked(name, _label(policy, name), False, "not known", False) for name in fields],
        *[_asked(each, lead, notes) for each in checked(policy.pipeline, lead.status, goal, has)],
    )


def _asked(each: Checked, lead: Lead, notes: dict[str, str]) -> Asked:
    asks = each.asks[:1].upper() + each.asks[1:]
    if not each.met:
        return Asked(each.name, asks, False, each.lacks, each.may_vouch)
    how = notes.get(each.name, "") if each.by == "vouched" else str(lead.facts.get(each.by, ""))
    return Asked(each.name, asks, True, how, each.may_vouch)


def _label(policy: Policy, field: str) -> str:
    known = policy.catalogue.lookup(field)
    name = known.label if known else field
    return name[:1].upper() + name[1:]


def _stage(lead: Lead) -> str:
    stage = str(lead.facts.get("lifecycle", ""))
    return LIFECYCLE.get(stage, stage.capitalize())


def _taken(seen: Seen) -> datetime | None:
    """When sales accepted a lead that was handed over to them."""
    now = seen.holders[-1] if seen.holders else None
    return seen.accepted_at if now is not None and now.cause == Cause.HANDED_OVER else None


def _reps(visit: Visit) -> tuple[tuple[str, str], ...]:
    reps = visit.roster.document.reps if visit.roster else ()
    named = [(rep.id, rep.name or rep.id) for rep in reps if rep.active]
    return tuple(sorted(named, key=lambda each: each[1].casefold()))
