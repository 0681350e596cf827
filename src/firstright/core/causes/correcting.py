"""After a bad publish: which decisions are meant, whose leads are left alone, and how one that wrong rules placed is decided
again, as if those rules had never been asked.

It finds no rows and withdraws nothing: what the wrong holder had begun goes the way of every reassignment.
"""

from datetime import datetime

import msgspec

from firstright.core.causes.creditback import Back, given
from firstright.core.causes.overriding import OVER, PLACED
from firstright.core.compiled import Compiled
from firstright.core.decision import Code, Decision
from firstright.core.landing import Landing, Notes
from firstright.core.lead import Act, Cause, HolderKind, Lead, Outcome, Spent
from firstright.core.matching import Match
from firstright.core.policy import Policy
from firstright.core.routing import anew, concluded, kept, route
from firstright.core.world import World

LAST = 2**31  # no version is numbered so high
LONGEST = 200  # characters of a name
MISPLACED = "corrected"  # the reason of credit for a turn that wrong rules had cost
RIGHT_ALREADY = "right-already"
# What keeps a lead from somebody whatever the hour, and however much they have in hand.
UNFIT = frozenset(
    {
        Code.INACTIVE,
        Code.LEFT,
        Code.NOT_IN_POOL,
        Code.SKILL_MISSING,
        Code.LANGUAGE,
        Code.TERRITORY,
        Code.CONFLICT,
        Code.DO_NOT_ASSIGN,
        Code.NO_LICENCE,
        Code.CRM_INACTIVE,
    }
)
BY_HAND = frozenset({Cause.CLAIMED, Cause.MERGED, Cause.UNMERGED})


class Selection(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which decisions a repair is about: all that hold of them. Empty lists and None leave it open, but not all of them.

    `since` <= decided < `until`. With `also_touched` leads that were touched or accepted meanwhile are decided again, too.
    """

    versions: tuple[int, ...] = ()
    rules: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    also_touched: bool = False


class Placed(msgspec.Struct, frozen=True):
    """The last decision that said where a lead goes, and how the lead stands by now."""

    decision: str
    version: int
    rule: str
    at: datetime
    cause: Cause
    by_hand: bool = False  # somebody named who gets it, or what becomes of it
    merged: bool = False  # it is part of another lead by now
    accepted: bool = False
    touched: bool = False


def problems(selection: Selection) -> list[str]:
    """What is wrong with it, each with its field."""
    found = []
    if not (selection.versions or selection.rules or selection.since):
        found.append("versions: name a policy version, a rule, or since when it went wrong")
    if selection.since and selection.until and selection.until <= selection.since:
        found.append("until: is not after since, so nothing lies between them")
    found += [f"versions: {v} is no number of a version" for v in selection.versions if not 0 < v < LAST]
    names = {"rules": selection.rules, "sources": selection.sources}
    for field, said in names.items():
        if any(len(name) > LONGEST or not name.isprintable() for name in said):
            found.append(f"{field}: are names of at most {LONGEST} characters, all of which can be seen")
    for field, at in {"since": selection.since, "until": selection.until}.items():
        if at is not None and not 1970 <= at.year < 9999:
            found.append(f"{field}: is an instant of no decision of ours")
    return found


def left_alone(placed: Placed, selection: Selection) -> str:
    """Why a lead of which some decision was selected stays as it is; empty where it is decided again."""
    if placed.merged:
        return "merged"
    if placed.by_hand:
        return "by-hand"
    if not meant(placed, selection):
        return "moved-since"
    if not selection.also_touched:
        return "touched" if placed.touched else "accepted" if placed.accepted else ""
    return ""


def meant(placed: Placed, selection: Selection) -> bool:
    """Whether the decision that placed it is one of those selected. Whose source it is was asked before."""
    return (
        (not selection.versions or placed.version in selection.versions)
        and (not selection.rules or placed.rule in selection.rules)
        and (selection.since is None or placed.at >= selection.since)
        and (selection.until is None or placed.at < selection.until)
    )


def said_by_hand(cause: Cause, act: Act | None) -> bool:
    """Whether a person said where the lead goes, not the rules."""
    chosen = act.chosen if act else None
    return cause in BY_HAND or (chosen is not None and chosen.outcome is not Outcome.PENDING)


def corrected(lead: Lead, act: Act, known: Match, policy: Compiled, world: World) -> Decision:
    """Where the rules of now put it, as if the turn it wrongly cost had never been. Whoever could have got it by them keeps it,
    whose turn it is or not; else the turn is given back first, and what is over begins a new cycle.

    Who had it once may get it again: an operator says so, with a reason, and nobody handed it to and fro.
    """
    over = lead.outcome in OVER
    fresh = anew(lead, world) if over else msgspec.structs.replace(lead, tried=(), waiting=None)
    back, notes = _back(act.spent, policy.policy, world), Notes()
    would = route(fresh, Cause.CORRECTED, known, policy, back.world, notes)
    stays = (would.outcome, would.holder) == (lead.outcome, lead.holder) and lead.outcome in PLACED
    if stays or _could_have(would, lead, notes, world):
        return kept(lead, RIGHT_ALREADY, notes=notes)
    begins = over and would.outcome not in OVER
    subject = fresh if begins else lead
    decision = concluded(would, subject, policy, back.world, notes, new_cycle=begins)
    return msgspec.structs.replace(
        decision,
        credits=(*back.credits, *decision.credits),
        effects=(*back.effects, *decision.effects),
    )


def _could_have(would: Landing, lead: Lead, notes: Notes, world: World) -> bool:
    """Whether the rules of now ask a pool in which its owner is, and nothing that lasts keeps the lead from them."""
    pool = would.pool or (would.waiting.pool if would.waiting else "")
    members = world.roster.members(pool).ids if pool else ()
    if lead.holder.kind is not HolderKind.REP or lead.holder.id not in members:
        return False
    asked = next((each for each in reversed(notes.asked) if each.pool == pool), None)
    if asked is None:
        return False
    bit = 1 << members.index(lead.holder.id)
    return not any(bits & bit for code, bits in asked.bits().items() if code in UNFIT)


def _back(spent: Spent | None, policy: Policy, world: World) -> Back:
    """By the table, but for the month's cap: that is for what reps say, and they said nothing."""
    rule = policy.credit_back.get(MISPLACED)
    if spent is None or rule is None or not rule.credit or world.as_of - spent.at > rule.window:
        return Back(world)
    return given(MISPLACED, spent, world)
