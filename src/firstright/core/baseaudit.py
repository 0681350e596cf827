"""What is wrong in the base, judged lead by lead and over policy and roster: stale owners, leads no rule takes, fields nobody
fills, rules that never fire, pools of leavers. Pure; it changes nothing, and wording is `why.findingwords`'s.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from firstright.core.assignment.eligibility import away_until, is_away
from firstright.core.assignment.line import manager_of
from firstright.core.clean.normalize import FIELDS
from firstright.core.compiled import Compiled
from firstright.core.hygiene import Hygiene
from firstright.core.lead import Fact, HolderKind
from firstright.core.policy import TargetKind
from firstright.core.roster import Rep, Roster
from firstright.core.rules.predicates import fields_of

NO_ORIGIN, OWNER_GONE, OWNER_AWAY, UNTOUCHED, NO_RULE = (
    "no-origin",
    "owner-gone",
    "owner-away",
    "untouched",
    "no-rule",
)
SAME_KEY, PROPOSED = "same-key", "duplicates-proposed"
NOT_FILLED, QUIET_RULE, POOL_EMPTY, POOL_LEAVERS = (
    "field-not-filled",
    "rule-quiet",
    "pool-empty",
    "pool-leavers",
)
SYNONYM_WRONG, SYNONYM_UNUSED = "synonym-wrong", "synonym-unused"
NO_REP, ALARM_OPEN, LIST_UNUSED, UNMAPPED = "account-owner", "alarm-open", "list-unused", "unmapped"
KINDS = (
    OWNER_GONE, OWNER_AWAY, UNTOUCHED, NO_RULE, SAME_KEY, PROPOSED, NO_ORIGIN, UNMAPPED, SYNONYM_WRONG,
    SYNONYM_UNUSED, NOT_FILLED, QUIET_RULE,
    POOL_EMPTY, POOL_LEAVERS, NO_REP, ALARM_OPEN, LIST_UNUSED,
)  # fmt: skip

ORIGIN = ("campaign", "channel", "landing_page", "medium", "referrer")  # one of these says how a lead came
LONG_AWAY = timedelta(days=7)
SHOWN = 20  # leads named by one finding
LEAST_ARRIVALS = 100  # below which nothing is said about fields nobody fills, or rules that take nobody


class OpenLead(NamedTuple):
    """A lead that has not ended, as far as it is looked at."""

    id: str
    source: str
    facts: dict[str, Fact]
    rule: str  # empty: it is with its holder by precedence, or by hand
    holder_kind: str
    holder: str
    touched: bool
    updated_at: datetime


class Found(msgspec.Struct):
    """One thing to see to. `n` is how many leads, values or places it is about; `owner` is who is to see to it."""

    kind: str
    subject: str
    owner: str = ""
    n: int = 0
    leads: list[str] = []
    detail: dict[str, str | int] = {}


class Gathered:
    """Findings as they come together over many leads."""

    def __init__(self) -> None:
        self.found: dict[tuple[str, str], Found] = {}

    def note(self, kind: str, subject: str, lead: str, owner: str) -> None:
        each = self.found.setdefault((kind, subject), Found(kind, subject, owner, 0, [], {}))
        each.n += 1
        if len(each.leads) < SHOWN:
            each.leads.append(lead)

    def add(self, found: Found) -> None:
        self.found[found.kind, found.subject] = found


def look_at(
    lead: OpenLead, policy: Compiled, roster: Roster, now: datetime, hygiene: Hygiene, into: Gathered
) -> None:
    """Everything that is wrong with one lead."""
    responsible = policy.policy.responsible
    if not any(name in lead.facts for name in ORIGIN):
        into.note(NO_ORIGIN, lead.source, lead.id, responsible)
    if lead.holder_kind == HolderKind.REP:
        for kind in _owner(lead, roster, now, hygiene):
            into.note(kind, lead.holder, lead.id, manager_of(lead.holder, roster, now) or responsible)
    if (lead.rule or lead.holder_kind != HolderKind.REP) and (taker := untaken(lead.facts, policy, now)):
        into.note(NO_RULE, taker, lead.id, responsible)


def untaken(facts: Mapping[str, Fact], policy: Compiled, now: datetime) -> str:
    """The net that would catch a lead with these facts today: the rule of the last tier, or `no-dead-end`; empty when a rule
    before it takes the lead. Owner precedence is not asked."""
    true, _ = policy.match(policy.with_derived(facts, (), now), now)
    for tier in (*policy.gate, *policy.tiers[:-1]):
        if true & tier.mask:
            return ""
    last = true & policy.tiers[-1].mask if policy.tiers else 0
    return policy.rules[(last & -last).bit_length() - 1].id if last else "no-dead-end"


def _owner(lead: OpenLead, roster: Roster, now: datetime, hygiene: Hygiene) -> Iterator[str]:
    rep = roster.reps.get(lead.holder)
    if _is_gone(rep, now):
        yield OWNER_GONE
    elif rep is not None and is_away(rep, roster, now):
        back = away_until(rep, now)
        if back is None or back - now > LONG_AWAY:
            yield OWNER_AWAY
    if lead.updated_at < now - hygiene.stale_owner:
        yield UNTOUCHED


def _is_gone(rep: Rep | None, now: datetime) -> bool:
    return rep is None or not rep.active or not rep.crm_active or (rep.left is not None and rep.left <= now)


def of_pools(policy: Compiled, roster: Roster, now: datetime) -> Iterator[Found]:
    """Pools that leads are sent to and nobody is in, or in which somebody is who is gone."""
    responsible = policy.policy.responsible
    used = {r.send_to.id for r in policy.rules if r.send_to.kind is TargetKind.POOL}
    for name in policy.policy.pools:
        members = roster.members(name)
        gone = [rep.id for rep in members.reps if _is_gone(rep, now)]
        if name in used and len(gone) == len(members.ids):
            yield Found(POOL_EMPTY, name, responsible, len(gone), [], {})
        elif gone:
            who = ", ".join(sorted(rep.name or rep.id for rep in members.reps if rep.id in gone))
            yield Found(POOL_LEAVERS, name, responsible, len(gone), [], {"who": who})


def of_fields(policy: Compiled, filled: Mapping[str, int], arrivals: int) -> Iterator[Found]:
    """Fields that a rule asks about, or the policy has registered, and that none of so many arrivals had."""
    if arrivals < LEAST_ARRIVALS:
        return
    asked = {name: rule.id for rule in reversed(policy.rules) for name in fields_of(rule.when)}
    for name, field in policy.policy.catalogue.items():
        sent = field.custom or (name in FIELDS and name in asked)  # what is worked out, no source fills
        if sent and name not in filled:
            detail: dict[str, str | int] = {"arrivals": arrivals}
            if name in asked:
                detail["rule"] = asked[name]
            yield Found(NOT_FILLED, name, policy.policy.responsible, arrivals, [], detail)


def of_rules(
    policy: Compiled, fired: Collection[str], decided: int, since: datetime, hygiene: Hygiene
) -> Iterator[Found]:
    """Rules that took nobody in that time; those that are not in force are not meant, nor is the last net."""
    if decided < LEAST_ARRIVALS:
        return
    last = policy.tiers[-1].name if policy.tiers else ""
    for rule in policy.rules:
        dated = rule.active_from or rule.active_until
        if rule.id not in fired and rule.tier != last and not dated:
            detail: dict[str, str | int] = {"days": hygiene.quiet_rule.days, "decisions": decided}
            yield Found(QUIET_RULE, rule.id, policy.policy.responsible, 1, [], detail)
