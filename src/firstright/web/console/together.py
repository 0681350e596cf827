"""What belongs to a lead's page because of other leads: those it stands for, those it may be, those who came with it."""

from datetime import datetime
from typing import NamedTuple

from firstright.core.authority import Right
from firstright.core.glance import glance
from firstright.core.groups import Came
from firstright.core.lead import HolderKind
from firstright.core.matchrules import MATCHING
from firstright.storage import duplicates, groups, inbox, leads, merges, users
from firstright.storage.inbox import Scope
from firstright.storage.rows import LeadRow
from firstright.storage.transactions import Tx
from firstright.web.console.besideseen import likeness, tone
from firstright.web.console.visit import Visit

MOST = 10


class Part(NamedTuple):
    """A lead that was merged into this one."""

    id: str
    name: str
    at: datetime
    by: str
    why: str


class Maybe(NamedTuple):
    """A lead that may be this one."""

    href: str
    name: str
    likeness: str
    tone: str


class Group(NamedTuple):
    """People of one company who came at about the same time; `others` are those that are theirs to see."""

    people: int
    company: str
    since: datetime
    one_owner: bool
    others: list[tuple[str, str, str]]  # lead, name, who has it


class Together(NamedTuple):
    parts: list[Part]
    may_part: bool
    maybe: list[Maybe]
    group: Group | None


def together(tx: Tx, visit: Visit, row: LeadRow) -> Together:
    scope = Scope(visit.actor, visit.queues)
    in_force = merges.of_master(tx, row.id)
    pairs = duplicates.of_lead(tx, row.id, MOST) if visit.actor.may(Right.REVIEW) else []
    rules = visit.policy.policy.matching if visit.policy else MATCHING
    came = groups.of_lead(tx, row, rules.group_within)
    ids = {name for pair in pairs for name in (pair.a, pair.b)} | {each.lead for each in came}
    entries = inbox.of_ids(tx, scope, ids) if ids else {}
    maybe = []
    for pair in pairs:
        other = pair.b if pair.a == row.id else pair.a
        if other in entries:
            name = entries[other].glance.name or "Without a name"
            maybe.append(Maybe(f"/duplicates/{row.id}/{other}", name, likeness(pair.score), tone(pair.score)))
    return Together(
        _parts(tx, visit, in_force), visit.actor.may(Right.ASSIGN), maybe, _group(visit, row, came, entries)
    )


def _parts(tx: Tx, visit: Visit, in_force: list[merges.Merge]) -> list[Part]:
    if not in_force:
        return []
    facts, names = leads.facts_of(tx, [merge.child for merge in in_force]), users.names(tx)
    return [
        Part(
            merge.child,
            glance(facts.get(merge.child, ({}, ""))[0]).name or "Without a name",
            merge.at,
            "" if merge.how == "auto" else names.get(merge.by) or visit.rep(merge.by),
            merge.reason,
        )
        for merge in in_force
    ]


def _group(
    visit: Visit, row: LeadRow, came: tuple[Came, ...], entries: dict[str, inbox.Entry]
) -> Group | None:
    if len(came) < 2:
        return None
    mine = inbox.glanced(row.facts)
    seen = [entries[each.lead] for each in came if each.lead in entries and each.lead != row.id]
    holders = {(e.holder.kind, e.holder.id) for e in seen} | {(HolderKind(row.holder_kind), row.holder_id)}
    others = [
        (e.id, e.glance.name or "Without a name", visit.holder(e.holder.kind, e.holder.id)) for e in seen
    ]
    return Group(len(came), mine.company, came[0].at, len(holders) == 1, others[:MOST])
