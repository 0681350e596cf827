"""A review as a page shows it: why in words, who has it in hand, and what it is between beside the lead. It fetches nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from firstright.core.pipeline import PIPELINE
from firstright.core.policy import Policy, Target, TargetKind
from firstright.core.why.barrierwords import barrier_phrase
from firstright.core.why.explanation import Explanation, KnownSaid
from firstright.core.why.moments import Moments
from firstright.core.why.teamview import Mate
from firstright.desk.reviewing import CLAIM_HOLDS
from firstright.storage.inbox import Entry
from firstright.storage.reviewing import Item
from firstright.web.console.leadseen import LeadSeen
from firstright.web.console.visit import Visit

# Why a person must decide, and what there is to decide.
REASONS = {
    "incomplete": ("Facts are missing", "Find out what is missing, or say where it goes without it."),
    "likely-duplicate": (
        "Probably known already",
        "Compare it with what we know, and give it to whom it belongs.",
    ),
    "owner-conflict": ("Two owners with equal claims", "Say whose it is."),
    "exclusive-conflict": ("Two exclusive rules", "Say which of them counts."),
    "territory-conflict": ("Two territories", "Say which of them it belongs to."),
    "partner-sourcing": ("Perhaps a partner's", "Find out who brought it."),
    "new-partner": ("Wants to become a partner", "Say who talks to them."),
    "unclear-fit": ("Unclear fit", "Say whether it is one for us."),
    "unusual-request": ("Unusual request", "Say who answers, or that nobody does."),
    "suspected-junk": ("Looks like junk", "Reject it, or say whose it is."),
    "crm-disagreement": ("The CRM says otherwise", "Say which of both is right."),
    "no-dead-end": ("No rule took it", "Say where it goes. A rule for the next one may be missing."),
    "nobody-acted": ("Nobody acted in time", "Give it to somebody who does now."),
}
OF_PEOPLE = ("owner-conflict", "nobody-acted", "likely-duplicate")
RESOLUTIONS = {
    "assigned": "Given to somebody",
    "rules": "Given back to the rules",
    "nurture": "Sent to nurture",
    "rejected": "Rejected",
    "disqualified": "Closed",
}
WAITS = {
    "7": "a week",
    "14": "two weeks",
    "30": "a month",
    "90": "three months",
    "180": "half a year",
    "365": "a year",
}
KEYS = {"external": "external id", "email": "e-mail address", "phone": "phone number", "domain": "domain"}
MOST_KNOWN = 5


class Row(msgspec.Struct, frozen=True):
    """An item as this visitor sees it. `hand` is open, mine, theirs, or free: theirs for so long that it may be taken."""

    item: Item
    title: str
    ask: str
    between: tuple[str, ...]
    hand: str
    by: str  # who has it in hand, by name
    free_at: datetime | None


class Trait(msgspec.Struct, frozen=True):
    """`same` is whether the lead has the very same."""

    name: str
    value: str
    same: bool = False


class Side(msgspec.Struct, frozen=True):
    """The lead itself, a record it may belong to, or what claims it."""

    kind: str
    title: str
    traits: tuple[Trait, ...] = ()
    href: str = ""
    tag: str = ""
    tone: str = ""


def spoken(why: str) -> str:
    """A reason as it is read."""
    return why.replace("-", " ").capitalize()


def closed(visit: Visit) -> list[tuple[str, str]]:
    """Why somebody may say that a lead is over: the policy's list."""
    listed = visit.policy.policy.pipeline if visit.policy else PIPELINE
    return [(why, spoken(why)) for why in listed.disqualified]


def row(visit: Visit, item: Item, names: Mapping[str, str]) -> Row:
    """`names` are of users, by id."""
    title, ask = REASONS.get(item.reason, (item.reason.replace("-", " ").capitalize(), ""))
    free_at = item.claimed_at + CLAIM_HOLDS if item.state == "claimed" and item.claimed_at else None
    if free_at is None:
        hand = "open"
    elif item.claimed_by == visit.actor.user:
        hand = "mine"
    else:
        hand = "theirs" if visit.now < free_at else "free"
    by = names.get(item.claimed_by, item.claimed_by)
    return Row(item, title, ask, between(visit, item), hand, by, free_at)


def between(visit: Visit, item: Item) -> tuple[str, ...]:
    """Whom or what it is between, by name."""
    if item.reason in OF_PEOPLE:
        return tuple(visit.rep(name) for name in item.candidates)
    if item.reason == "exclusive-conflict":
        return tuple(visit.rule(name) for name in item.candidates)
    return item.candidates


def sides(
    visit: Visit,
    item: Item,
    lead: LeadSeen,
    explanation: Explanation | None,
    entries: Mapping[str, Entry],
    policy: Policy | None,
) -> list[Side]:
    """The lead first, then records that share something with it, strongest first, then rules or territories. `entries` are
    the known leads this visitor may see."""
    known = explanation.known[:MOST_KNOWN] if explanation else ()
    records = [_known(visit, each, lead, entries.get(each.id)) for each in known]
    claims = _claims(visit, item, explanation, policy) if policy else []
    owners = {each.owner.id for each in known if each.owner}
    people = [name for name in item.candidates if item.reason in OF_PEOPLE and name not in owners]
    had = "had it, and did not act" if item.reason == "nobody-acted" else "has a claim"
    return [_lead(lead), *records, *claims, *[Side("rep", visit.rep(name), tag=had) for name in people]]


def _lead(lead: LeadSeen) -> Side:
    glance = lead.glance
    domain = next((value for name, value in lead.company if name.casefold() == "domain"), "")
    said = (
        ("company", glance.company),
        ("domain", domain),
        ("e-mail", glance.email),
        ("phone", glance.phone),
        ("country", glance.country),
    )
    traits = tuple(Trait(name, value) for name, value in said if value)
    return Side("this lead", glance.name or "Without a name", traits)


def _known(visit: Visit, known: KnownSaid, lead: LeadSeen, entry: Entry | None) -> Side:
    """An account or opportunity says what it is called; of a lead somebody may see, who it is."""
    mine = lead.glance
    traits = [Trait("same", KEYS.get(known.key, known.key), same=True)]
    if entry:
        its = entry.glance
        traits += [
            Trait(name, theirs, theirs.casefold() == ours.casefold())
            for name, theirs, ours in (
                ("company", its.company, mine.company),
                ("e-mail", its.email, mine.email),
                ("phone", its.phone, mine.phone),
                ("country", its.country, mine.country),
            )
            if theirs
        ]
    traits.append(Trait("owner", known.owner.name if known.owner else "nobody"))
    if known.at:
        traits.append(Trait("last changed", visit.moment(known.at)))
    title = known.label or (entry.glance.name if entry else "") or "Not yours to see"
    href = f"/leads/{known.id}" if entry else ""
    return Side(known.kind, title, tuple(traits), href, "open" if known.open else "closed")


def _claims(visit: Visit, item: Item, explanation: Explanation | None, policy: Policy) -> list[Side]:
    rules = {rule.id: rule for rule in explanation.rules} if explanation else {}
    goes = {rule.id: rule.send_to for rule in policy.rules} | {t.id: t.send_to for t in policy.territories}
    kind = {"exclusive-conflict": "rule", "territory-conflict": "territory"}.get(item.reason)
    found = []
    for name in item.candidates if kind else ():
        asks = rules[name].asks if name in rules else ""
        to = _target(visit, policy, goes[name]) if name in goes else ""
        traits = [Trait(*each) for each in (("when", asks), ("sends it to", to)) if each[1]]
        found.append(Side(str(kind), visit.rule(name) if kind == "rule" else name, tuple(traits)))
    return found


def _target(visit: Visit, policy: Policy, target: Target) -> str:
    match target.kind:
        case TargetKind.REP:
            return visit.rep(target.id)
        case TargetKind.POOL:
            pool = policy.pools.get(target.id)
            return (pool.name if pool else "") or target.id
        case TargetKind.QUEUE:
            return f"queue {visit.queue(target.id)}"
        case kind:
            return f"{kind} {target.id}".strip()


def takers(visit: Visit, lead: LeadSeen, item: Item, mates: Iterable[Mate]) -> list[tuple[str, str]]:
    """Who can be given it, those with a claim first: id, and the name with how they are."""
    tell = Moments(visit.zone, visit.now)
    found = []
    for mate in mates:
        if not visit.actor.may_assign(lead.seen.holder, mate.rep):
            continue
        claims = item.reason == "owner-conflict" and mate.rep in item.candidates
        said = [*(["has a claim"] if claims else []), *_how(mate, tell)]
        found.append((not claims, mate.name.casefold(), mate.rep, f"{mate.name}: {', '.join(said)}"))
    return [(rep, said) for _, _, rep, said in sorted(found)]


def _how(mate: Mate, tell: Moments) -> list[str]:
    if mate.barriers:
        return [barrier_phrase(barrier, tell) for barrier in mate.barriers]
    return ["on" if mate.capacity is None else f"{mate.load or 0} of {mate.capacity} in hand"]
