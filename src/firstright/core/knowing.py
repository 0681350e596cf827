"""What is known about a lead beside what it says: what its person did before, what it is and wants, what it is worth.

All of it becomes facts, before anything is decided, so that rules, records and replays need to know nothing of how. It is
worked out anew whenever something was learnt, never while somebody only acts on the lead. It decides nothing.
"""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from firstright.core.accountfacts import AT_ODDS, said_by_account, with_account, with_stage
from firstright.core.compiled import Compiled
from firstright.core.deriving import BY, DERIVED, with_derived
from firstright.core.lead import Cause, Fact, Lead
from firstright.core.matching import OVER, Match
from firstright.core.providers import said_over
from firstright.core.scoring import YIELDED, facts_of
from firstright.core.trail import TRAIL, Step, followed

LEARNT = frozenset(
    {
        Cause.ARRIVED,
        Cause.ENRICHED,
        Cause.SCORED,
        Cause.QUALIFIED,
        Cause.ENGAGED,
        Cause.MERGED,
        Cause.UNMERGED,
        Cause.CRM_CHANGED,
        Cause.CORRECTED,
        Cause.RERUN,
    }
)
FIRST = ("source", "medium", "campaign", "channel", "landing_page")
DONE = ("pages", "downloads", TRAIL, "engagement.count", "engagement.last")  # what they did, in one cycle
# Worked out of all that is known: what was worked out before is none of it.
COMPUTED = frozenset({*DERIVED, *BY.values(), *YIELDED, *DONE, AT_ODDS})
# What they are reached by. Somebody who writes another's address into a form does not change their telephone number.
REACHED_BY = ("email", "phone")
MOST = 50  # pages, and files, that are remembered
NO_ACCOUNTS: Mapping[str, Mapping[str, Fact]] = {}


def knowing(
    lead: Lead,
    cause: Cause,
    known: Match,
    policy: Compiled,
    as_of: datetime,
    accounts: Mapping[str, Mapping[str, Fact]] | None = NO_ACCOUNTS,
) -> Lead:
    """The lead with all that is known of it. The same again when asked again on what it gave. `accounts` is what they say, by
    their ids; None: what the lead's own says is among its facts already."""
    if cause not in LEARNT:
        return lead
    person = known.person.lead if cause is Cause.ARRIVED and known.person else None
    facts = _again(lead, person, as_of) if person else lead.facts
    if accounts is not None and (says := said_by_account(known, accounts)):
        whole = joined(person.facts, facts) if person else facts
        facts = with_account(facts, whole, says, policy.policy.filling.from_account)
    if accounts is not None:
        facts = with_stage(facts, known)
    if policy.knows:
        whole = joined(person.facts, facts) if person else facts
        account = known.accounts[0].facts if known.accounts else ()
        facts = _judged(facts, whole, account, policy, lead.arrived_at, as_of)
    return lead if facts is lead.facts else msgspec.structs.replace(lead, facts=facts)


def joined(theirs: Mapping[str, Fact], ours: Mapping[str, Fact]) -> dict[str, Fact]:
    """The facts of somebody who comes again: what they say now, over what they said before."""
    stays = {name: theirs[name] for name in REACHED_BY if name in theirs}
    before = {name: fact for name, fact in theirs.items() if name not in COMPUTED}
    if "intent" in theirs and BY["intent"] not in theirs:
        before["intent"] = theirs["intent"]  # they said so
    return {**said_over(before, ours), **stays}


def _again(lead: Lead, person: Lead, as_of: datetime) -> dict[str, Fact]:
    """What they say now, and what only who knows their past can say: how they first came, and all they did in this cycle."""
    theirs, facts = person.facts, dict(lead.facts)
    for name in FIRST:
        first = theirs.get(f"first.{name}", theirs.get(name))
        if first is not None:
            facts[f"first.{name}"] = first
    if "engagement.last" in facts:  # it was counted already
        return facts
    before: dict[str, Fact] = {}
    if person.outcome not in OVER:
        before = {name: theirs[name] for name in DONE if name in theirs}
        for name in ("pages", "downloads"):
            seen = dict.fromkeys((*_texts(theirs.get(name)), *_texts(facts.get(name))))
            if seen:
                facts[name] = tuple(seen)[-MOST:]
    step = Step(as_of, "form", str(facts.get("topic") or facts.get("landing_page") or ""))
    return {**facts, **followed(before, step)}


def _judged(
    facts: dict[str, Fact],
    whole: dict[str, Fact],
    account: tuple[tuple[str, str], ...],
    policy: Compiled,
    began: datetime,
    as_of: datetime,
) -> dict[str, Fact]:
    """`facts` with what the policy's tables make of the `whole`."""
    seen = policy.with_derived(whole, account, as_of)
    found: dict[str, Fact] = {}
    if policy.deriving is not None:
        found = policy.deriving.derived(seen, as_of)
        seen.update(found)
    if policy.scoring is not None:
        found |= facts_of(policy.scoring.of(seen, as_of, began))
    return with_derived(facts, found)


def _texts(fact: Fact | None) -> tuple[str, ...]:
    return fact if isinstance(fact, tuple) else (fact,) if isinstance(fact, str) else ()
