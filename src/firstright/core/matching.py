"""What we already know about a lead, from the candidates that share a match key with it.

Pure: storage fetches the candidates (`world.known`), this sorts out what they mean. It links, it never merges.
"""

from collections.abc import Sequence

import msgspec

from firstright.core.lead import Lead, Outcome
from firstright.core.matchkeys import match_keys
from firstright.core.world import Candidate, World

PERSONAL = ("external", "email", "phone")
STRENGTH = {"external": 0, "email": 1, "phone": 2, "domain": 3}
CLOSED = frozenset({Outcome.REJECTED, Outcome.NURTURE, Outcome.CLOSED})
# One kept undecided is nobody's yet: to join it would leave both undecided.
NOT_WORKED = CLOSED | {Outcome.PENDING}
# Candidates of each kind that reach a decision, strongest and newest first: twenty in all.
MOST_OF = {"opportunity": 4, "account": 4, "contact": 2, "lead": 10}


class Match(msgspec.Struct, frozen=True):
    """Candidates by what they are; each strongest key first, newest first within it."""

    people: tuple[Candidate, ...] = ()  # leads that are the same person
    colleagues: tuple[Candidate, ...] = ()  # leads of the same company
    contacts: tuple[Candidate, ...] = ()
    accounts: tuple[Candidate, ...] = ()
    opportunities: tuple[Candidate, ...] = ()

    @property
    def person(self) -> Candidate | None:
        """The lead this person already is: one still being worked before one that is closed."""
        return next((p for p in self.people if p.open), self.people[0] if self.people else None)


NOTHING = Match()


def candidates(lead: Lead, world: World) -> tuple[Candidate, ...]:
    """At most twenty known records that share a key with the lead, strongest key first, never the lead itself."""
    if not world.known:
        return ()
    found: dict[tuple[str, str], Candidate] = {}
    for key in match_keys(lead.facts, lead.source):
        for candidate in world.known.get(key, ()):
            if candidate.id != lead.id:
                found.setdefault((candidate.kind, candidate.id), candidate)
    if not found:
        return ()
    ranked = sorted(found.values(), key=lambda c: c.id, reverse=True)  # ids sort by time
    ranked.sort(key=lambda c: STRENGTH[c.key])
    return _light(_bounded(ranked))


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
    }
    for c in found:
        by["person" if c.kind == "lead" and c.key in PERSONAL else c.kind].append(c)
    return Match(
        tuple(by["person"]),
        tuple(by["lead"]),
        tuple(by["contact"]),
        tuple(by["account"]),
        tuple(by["opportunity"]),
    )
