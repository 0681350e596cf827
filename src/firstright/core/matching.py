"""What we already know about a lead, from the candidates that share a match key with it.

Pure: storage fetches the candidates (`world.known`), this sorts out what they mean. It links, it never merges.
"""

from collections.abc import Sequence

import msgspec

from firstright.core.lead import NOBODY, Lead, Outcome
from firstright.core.likeness.people import person_likeness
from firstright.core.likeness.value import Likeness, Verdict
from firstright.core.matchkeys import match_keys
from firstright.core.matchrules import KINDS, MATCHING, Matching
from firstright.core.world import Candidate, World

NONE: frozenset[str] = frozenset()
PERSONAL = ("external", "email", "phone")  # keys that name a person
PERSONS = (
    *PERSONAL,
    "person",
)  # and the one that may: whoever is found by it is asked for all there is about them
ALIKE = "alike"  # records of the world that were found to be like one lead, by its id
STRENGTH = {kind: place for place, kind in enumerate(KINDS)}
CLOSED = frozenset({Outcome.REJECTED, Outcome.NURTURE, Outcome.CLOSED})
OVER = CLOSED | {Outcome.SUPPORT}  # what the next enquiry begins a new cycle after: a ticket is no sales lead
# One kept undecided is nobody's yet: to join it would leave both undecided.
NOT_WORKED = CLOSED | {Outcome.PENDING}
_OWN = frozenset(("ids", "external_id", "email", "phone", "birth_date"))
# Candidates of each kind that reach a decision, strongest and newest first: twenty in all.
MOST_OF = {"opportunity": 4, "account": 4, "contact": 2, "lead": 10}


class Match(msgspec.Struct, frozen=True):
    """Candidates by what they are; each strongest key first, newest first within it."""

    people: tuple[Candidate, ...] = ()  # leads that are the same person
    colleagues: tuple[Candidate, ...] = ()  # leads of the same company
    contacts: tuple[Candidate, ...] = ()
    accounts: tuple[Candidate, ...] = ()
    opportunities: tuple[Candidate, ...] = ()
    unsure: tuple[Candidate, ...] = ()  # what it may be: for a person to say

    @property
    def person(self) -> Candidate | None:
        """The lead this person already is: one still being worked before one that is closed."""
        return next((p for p in self.people if p.open), self.people[0] if self.people else None)


NOTHING = Match()


def candidates(
    lead: Lead,
    world: World,
    rules: Matching = MATCHING,
    others: frozenset[str] = NONE,
    aside: frozenset[str] = NONE,
) -> tuple[Candidate, ...]:
    """At most twenty known records that share a key with the lead or are like it, strongest key first, never the lead itself, nor
    `others`, of which somebody said that they are not it. Leads `aside` come last, and as if nobody had them.

    Which kinds of keys count for a source is the policy's to say.
    """
    out = others | {lead.id}
    if not world.known:
        return ()
    asked = rules.keys.get(lead.source)
    found: dict[tuple[str, str], Candidate] = {}
    for key in match_keys(lead.facts, lead.source):
        if asked is not None and key[0] not in asked:
            continue
        for candidate in world.known.get(key, ()):
            if candidate.id not in out:
                found.setdefault((candidate.kind, candidate.id), candidate)
    for candidate in world.known.get((ALIKE, lead.id), ()):
        if candidate.id not in out and (asked is None or candidate.key in asked):
            found.setdefault((candidate.kind, candidate.id), candidate)
    if not found:
        return ()
    judged = [j for c in found.values() if (j := _judged(lead, c, rules)) is not None]
    if aside:
        judged = [_unplaced(c) if c.kind == "lead" and c.id in aside else c for c in judged]
    ranked = sorted(judged, key=lambda c: c.id, reverse=True)  # ids sort by time
    ranked.sort(key=lambda c: (c.aside, STRENGTH[c.key], -c.score))
    return _light(_bounded(ranked))


def _unplaced(candidate: Candidate) -> Candidate:
    """A lead as if it had never been placed: with nobody, offered to nobody; whom it meets is who had it, or stays."""
    lead = candidate.lead
    if lead is not None:
        meets = "" if lead.meets == lead.holder.id else lead.meets
        lead = msgspec.structs.replace(lead, holder=NOBODY, offer=None, meets=meets)
    return msgspec.structs.replace(candidate, owner="", lead=lead, aside=True)


def _judged(lead: Lead, candidate: Candidate, rules: Matching) -> Candidate | None:
    """Names that sound alike are only a reason to look: who they are is said by all there is about both."""
    if candidate.key != "person":
        return candidate
    known = candidate.lead.facts if candidate.lead is not None else candidate.said
    if known is None:
        return None
    return liked(candidate, person_likeness(lead.facts, known), rules)


def liked(candidate: Candidate, like: Likeness, rules: Matching) -> Candidate | None:
    """The candidate with how alike it is; None where that is too little. What is not proven is not linked."""
    if like.score < rules.review:
        return None
    return msgspec.structs.replace(
        candidate,
        said=None,
        score=like.score,
        unsure=like.score < rules.link or not proven(like),
        reasons=tuple([(r.field, r.verdict.value, r.weight) for r in like.reasons]),
    )


def proven(like: Likeness) -> bool:
    """Whether a score may link. Two of one name at one company are often two: there the town, a like address or a number near by
    say nothing, and only what is exactly one's own does."""
    if not like.supported:
        return False
    at_work = any(r.field == "company" and r.verdict is Verdict.SAME for r in like.reasons)
    return not at_work or any(r.field in _OWN and r.verdict is Verdict.SAME for r in like.reasons)


def _bounded(ranked: list[Candidate]) -> list[Candidate]:
    """Some of each kind: a person with ten leads and a hundred colleagues still has an account and its owner."""
    room = dict(MOST_OF)
    kept = []
    for candidate in ranked:
        if room[candidate.kind]:
            room[candidate.kind] -= 1
            kept.append(candidate)
    return kept


def _light(ranked: list[Candidate]) -> tuple[Candidate, ...]:
    """Only the person this lead is may be acted on, so only that candidate keeps its state (a record stays small)."""
    person = match(ranked).person
    return tuple(
        [c if c.lead is None or c is person else msgspec.structs.replace(c, lead=None) for c in ranked]
    )


def in_doubt(known: Match) -> tuple[Candidate, ...]:
    """What a person must look at before it is routed: leads it may be, where it is none for sure, and contacts and accounts
    with an owner that may be its person's or its company's, where none is for sure."""
    leads = [c for c in known.unsure if c.kind == "lead"] if known.person is None else []
    if known.person is None and not known.contacts:
        leads += [c for c in known.unsure if c.kind == "contact" and c.owner]
    companies = [c for c in known.unsure if c.kind == "account" and c.owner] if not known.accounts else []
    return (*leads, *companies)


def match(found: Sequence[Candidate]) -> Match:
    """Sorts candidates, already ranked, by what they are."""
    if not found:
        return NOTHING
    by: dict[str, list[Candidate]] = {
        "person": [],
        "lead": [],
        "contact": [],
        "account": [],
        "opportunity": [],
        "unsure": [],
    }
    for c in found:
        by["unsure" if c.unsure else "person" if c.kind == "lead" and c.key in PERSONS else c.kind].append(c)
    return Match(
        tuple(by["person"]),
        tuple(by["lead"]),
        tuple(by["contact"]),
        tuple(by["account"]),
        tuple(by["opportunity"]),
        tuple(by["unsure"]),
    )
