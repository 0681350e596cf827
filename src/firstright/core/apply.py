"""How a decision changes the world: `apply(world, lead, decision) -> world`. A batch is a fold of decide and apply.

Pure: the new world shares everything the decision did not touch.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from msgspec.structs import replace

from firstright.core.actions import TodoEnded, TodoGiven
from firstright.core.assignment import credit
from firstright.core.assignment.loads import shift
from firstright.core.carried import carried, declined
from firstright.core.decision import (
    Accepted,
    ClockMissed,
    Counted,
    CreditChange,
    Decision,
    Held,
    Locked,
    MadeUp,
    Returned,
    Spread,
    TaskDone,
    TaskGiven,
    TasksMoved,
    Turned,
)
from firstright.core.lead import Holder, HolderKind, Lead, Outcome
from firstright.core.limits import tallied
from firstright.core.matching import NOT_WORKED, PERSONAL
from firstright.core.matchkeys import MatchKeys, match_keys
from firstright.core.pipeline import Converted
from firstright.core.roster import PoolMembers, Roster
from firstright.core.world import Candidate, Key, PoolStanding, World

Known = Mapping[Key, tuple[Candidate, ...]]
Places = Mapping[str, tuple[Key, ...]]


def apply(
    world: World,
    lead: Lead,
    decision: Decision,
    came: Lead | None = None,
    keys: MatchKeys | None = None,
    now: Lead | None = None,
) -> World:
    """The world in which `decision` about `lead` is true. The lead must carry the id it will be stored under.

    `came` is the lead as it came in, where `lead` is the one this person already was: its keys lead there from now on.
    `keys` are those that `keys_of` gives, and `now` is the lead as the decision leaves it, where they are known already.
    """
    standing = world.standing
    pools, loads = dict(standing.changed_pools), dict(standing.changed_loads)
    tallies = standing.changed_tallies
    for change in decision.credits:
        key = (change.pool, change.lane)
        pools[key] = moved(
            pools.get(key) or standing.pool(*key), change, shared_by(change, world.roster, world.as_of)
        )
    now = now or after(lead, decision)
    if not decision.lead or decision.lead == lead.id:
        shift(loads, standing, lead, now)
    for effect in decision.effects:
        if isinstance(effect, Counted):
            if tallies is standing.changed_tallies:
                tallies = dict(tallies)
            scope = (effect.limit, effect.rep)
            before = tallies.get(scope) or standing.tally(*scope)
            tallies[scope] = tallied(before, effect, world.as_of)
    changed = replace(standing, changed_pools=pools, changed_loads=loads, changed_tallies=tallies)
    known, places = _known(world, lead, decision, now, came or lead, keys)
    return World(world.as_of, world.turn, world.roster, changed, known, places, world.accounts)


def shared_by(change: CreditChange, roster: Roster, as_of: datetime) -> PoolMembers:
    """The members of a change's pool with the weights it goes by at that instant."""
    by = "" if isinstance(change, Returned) else change.by
    return roster.weighed(change.pool, as_of, by)


def moved(standing: PoolStanding, change: CreditChange, members: PoolMembers) -> PoolStanding:
    """One ledger row applied to a pool's standing, over the members and weights of that moment. Replay folds the same
    function over the stored ledger."""
    standing, weights = credit.align(standing, members.ids), members.weights
    match change:
        case Turned():
            return credit.turn(
                standing,
                weights,
                credit.bits_of(int(change.eligible, 16)),
                members.ids.index(change.winner),
                change.cost,
                owing=credit.bits_of(int(change.owing, 16)) if change.owing else (),
                period=change.period,
            )
        case Spread():
            leaver = standing.members.index(change.leaver)
            spread = credit.spread(standing, weights, leaver, credit.bits_of(int(change.stayers, 16)))
            return credit.align(spread, members.ids)
        case MadeUp():
            payers = credit.bits_of(int(change.payers, 16))
            rep = members.ids.index(change.rep)
            return credit.made_up(standing, weights, rep, change.amount, payers)
        case Returned():
            return credit.returned(standing, standing.members.index(change.rep), change.cost)


def after(lead: Lead, decision: Decision) -> Lead:
    """The lead as it stands once `decision` is true."""
    held = next((e for e in decision.effects if isinstance(e, Held)), None)
    contact = next((e.contact for e in decision.effects if isinstance(e, Converted)), lead.contact)
    offer, roles, pause = carried(lead, decision)
    if held is None:
        return msgspec.structs.replace(
            lead,
            act=None,
            accepted=lead.accepted or any(isinstance(e, Accepted) for e in decision.effects),
            tasks=_tasks(lead.tasks, lead, decision),
            touched=lead.touched or any(isinstance(e, TaskDone) for e in decision.effects),
            outcome=decision.outcome,
            rule=decision.rule,
            status=decision.status,
            waiting=decision.waiting,
            expected_at=decision.expected_at or lead.expected_at,
            priority=max(decision.priority, lead.priority),
            locked_to=_locked_to(lead, decision),
            contact=contact,
            offer=offer,
            roles=roles,
            pause=pause,
            declined=declined(lead, decision),
        )
    tried, hops, improved = ((), 0, 0) if decision.new_cycle else (lead.tried, lead.hops, lead.improved)
    if held.holder.kind is HolderKind.REP:
        tried = (*[rep for rep in tried if rep != held.holder.id], held.holder.id)
        hops += any(isinstance(e, ClockMissed) for e in decision.effects)
    return msgspec.structs.replace(
        lead,
        act=None,
        accepted=any(isinstance(e, Accepted) for e in decision.effects),
        cost=held.cost,
        size=held.size,
        tasks=_tasks((), lead, decision),
        hops=hops,
        improved=improved,
        outcome=decision.outcome,
        rule=decision.rule,
        status=decision.status,
        holder=held.holder,
        epoch=lead.epoch + 1,
        cycle=lead.cycle + decision.new_cycle,
        touched=lead.touched and not decision.new_cycle,
        locked_to=_locked_to(lead, decision),
        locked_until=held.locked_until,
        waiting=decision.waiting,
        expected_at=decision.expected_at,
        priority=decision.priority,
        tried=tried,
        offer=offer,
        roles=roles,
        pause=pause,
        declined=declined(lead, decision),
    )


def _locked_to(lead: Lead, decision: Decision) -> str:
    """Whom somebody chose by hand. The lock ends with the cycle, when the lead leaves them for more than a wait, and when
    somebody lets the rules decide, which may have it wait."""
    for effect in decision.effects:
        if isinstance(effect, Locked):
            return effect.rep
    chosen = lead.act.chosen if lead.act else None
    freed = chosen is not None and chosen.outcome is Outcome.PENDING
    stays = decision.kept or (decision.outcome is Outcome.WAITING and not freed)
    if stays or decision.holder == Holder(HolderKind.REP, lead.locked_to):
        return "" if decision.new_cycle else lead.locked_to
    return ""


def _tasks(before: tuple[str, ...], lead: Lead, decision: Decision) -> tuple[str, ...]:
    """Channels of the open tasks of who has it. Those of who had it before end with them, unless they
    are moved."""
    tasks = before
    for effect in decision.effects:
        if isinstance(effect, TaskGiven) and effect.rep == decision.holder.id:
            tasks = (*tasks, effect.channel)
        elif isinstance(effect, TaskDone) and lead.holder.id == effect.rep:
            tasks = tuple([channel for channel in tasks if channel != effect.channel])
        elif isinstance(effect, TodoGiven) and effect.rep == decision.holder.id:
            tasks = (*tasks, effect.channel)
        elif isinstance(effect, TodoEnded) and lead.holder.id == effect.rep and effect.channel in tasks:
            place = tasks.index(effect.channel)
            tasks = (*tasks[:place], *tasks[place + 1 :])
        elif isinstance(effect, TasksMoved):
            tasks = (*lead.tasks, *tasks)
    return tasks


def keys_of(world: World, lead: Lead, came: Lead) -> MatchKeys:
    """The keys of `came` by which `lead` can be found. A personal key stays with whom it named while they are worked:
    an enquiry with the address of one and the telephone of another does not make two people one."""
    return tuple([key for key in match_keys(came.facts, came.source) if not _is_anothers(world, lead, key)])


def _is_anothers(world: World, lead: Lead, key: Key) -> bool:
    if key[0] not in PERSONAL:
        return False
    found = world.known.get(key, ())
    return any(c.open and c.kind == "lead" for c in found) and all(c.id != lead.id for c in found)


def _known(
    world: World, lead: Lead, decision: Decision, now: Lead, came: Lead, found_by: MatchKeys | None
) -> tuple[Known, Places]:
    """The candidates as this decision leaves them, and under which keys each lead stands among them."""
    places = _places(world.known) if world.places is None else world.places
    if decision.outcome is Outcome.PENDING or (decision.lead and decision.lead != lead.id):
        return world.known, places
    keys = dict.fromkeys(keys_of(world, lead, came) if found_by is None else found_by)
    stood = places.get(lead.id, ())  # perhaps also under keys that its facts do not give any more
    stays = decision.kept and now == msgspec.structs.replace(lead, act=None)
    if stays and all(key in stood for key in keys) and not _has_learnt(world, stood, now):
        return world.known, places
    keys |= dict.fromkeys(stood)
    owner = now.holder.id if now.holder.kind is HolderKind.REP else ""
    known = dict(world.known)
    for kind, value in keys:
        fresh = Candidate(
            "lead",
            lead.id,
            kind,
            owner,
            now.outcome not in NOT_WORKED,
            world.as_of,
            lead=None if kind == "domain" else now,
        )
        others = [c for c in known.get((kind, value), ()) if c.id != lead.id]
        known[kind, value] = (fresh, *others)
    return known, {**places, lead.id: tuple(keys)}


def _has_learnt(world: World, stood: tuple[Key, ...], now: Lead) -> bool:
    """Whether more is known of a lead than its candidates say: who writes twice in one batch has written twice."""
    here = (c for key in stood for c in world.known.get(key, ()) if c.id == now.id and c.lead is not None)
    return any(c.lead is not None and c.lead.facts != now.facts for c in here)


def _places(known: Known) -> Places:
    found: dict[str, list[Key]] = {}
    for key, candidates in known.items():
        for candidate in candidates:
            if candidate.kind == "lead":
                found.setdefault(candidate.id, []).append(key)
    return {name: tuple(keys) for name, keys in found.items()}
