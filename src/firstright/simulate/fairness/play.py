"""Plays a year of leads against a team by one rule: leads come, wait for somebody, are given and close again.

Time is simulated and passes from event to event. It commits nothing; progress is told to whoever asks.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush

import msgspec

from firstright.core.apply import after, apply
from firstright.core.decision import Decision, Held
from firstright.core.lead import NOBODY, Fact, Holder, HolderKind, Lead, Outcome
from firstright.core.pools import Method
from firstright.core.roster import Document, Roster
from firstright.core.world import Seen, Standing, World
from firstright.simulate.fairness.figures import Figures, Track
from firstright.simulate.fairness.giving import Claims, Given, Ours, Rule, Theirs
from firstright.simulate.fairness.peers import PEERS
from firstright.simulate.fairness.team import BEGINS, ENDS, team
from firstright.simulate.fairness.year import ASKED, Came, claims, presence, year

HOUR = 3600
LENGTH = int((ENDS - BEGINS).total_seconds())
LEAVE = timedelta(days=5)  # a shorter absence is no leave
METHODS = tuple(Method)
Progress = Callable[[str, int, int], None]  # (rule, leads so far, leads in all)
Kind = tuple[str, int]  # (language, what is asked): leads of one kind wait in one line


def simulate(leads: int, seed: int, methods: tuple[Method, ...], told: Progress) -> list[Figures]:
    """Every method asked for, then the peers' rules, over the very same leads."""
    came, document = year(leads, seed), team(seed)
    rules: list[Rule] = [Ours(method, partial(_claims, seed)) for method in methods]
    rules += [Theirs(peer(seed)) for peer in PEERS]
    return [Play(came, document, rule, seed).run(partial(told, rule.name)) for rule in rules]


def _claims(seed: int, lead: Lead, online: list[str]) -> str:
    return claims(int(lead.id), online, seed)


class Play:
    """One rule's year."""

    def __init__(self, came: list[Came], document: Document, rule: Rule, seed: int) -> None:
        self._came = came
        self._rule = rule
        self._seed = seed
        self._roster = Roster(document)
        self._standing = Standing()
        self._track = Track(len(came))
        self._lines: dict[Kind, deque[Came]] = {}
        self._closing: list[tuple[int, int, Lead]] = []
        self._returns = deque(_returns(document))
        self._hour = -1

    def run(self, told: Callable[[int, int], None]) -> Figures:
        for n, came in enumerate(self._came):
            self._pass(came.at)
            self._arrive(came)
            if n % 1_000 == 0:
                told(n, len(self._came))
        self._pass(LENGTH)
        told(len(self._came), len(self._came))
        left = sum(len(line) for line in self._lines.values())
        return self._track.figures(self._rule.name, ours=self._rule.ours, unserved=left)

    def _pass(self, until: int) -> None:
        """Everything that happens before that second: hours that begin, leads that close."""
        while True:
            closes = self._closing[0][0] if self._closing else LENGTH
            hour = (self._hour + 1) * HOUR
            at = min(closes, hour)
            if at > until or at >= LENGTH:
                return
            if hour <= closes:
                self._begin_hour()
            else:
                self._close(*heappop(self._closing))

    def _begin_hour(self) -> None:
        self._hour += 1
        at = self._hour * HOUR
        while self._returns and self._returns[0][0] <= at:
            _, rep, kind = self._returns.popleft()
            self._track.back(rep, kind)
            self._rule.back(rep)
        if self._rule.method is Method.SOONEST:
            until = _instant(at + HOUR)
            said = presence(self._hour, self._seed)
            seen = {rep: Seen(state, until) for rep, state in said.items()}
            self._standing = msgspec.structs.replace(self._standing, changed_seen=seen)
        self._serve(at)

    def _arrive(self, came: Came) -> None:
        line = self._lines.setdefault((came.language, came.needs), deque())
        if line or not self._give(came, came.at):
            self._track.held += 1
            line.append(came)

    def _serve(self, at: int) -> None:
        """Those who wait, each line until nobody can take its first."""
        for line in self._lines.values():
            while line and self._give(line[0], at):
                line.popleft()

    def _give(self, came: Came, at: int) -> bool:
        facts: dict[str, Fact] = {
            "language": came.language,
            "score": came.score,
            "employees": came.size,
        }
        lead = Lead(facts, "website", _instant(came.at), str(came.number))
        world = self._world(at)
        given = self._rule.give(lead, ASKED[came.needs][1], world)
        if given is None:
            return False
        self._track.give(given.rep, given.shares, given.paid)
        decision = _given(given)
        self._standing = apply(world, lead, decision, keys=()).standing
        heappush(self._closing, (at + came.stays, came.number, after(lead, decision)))
        return True

    def _close(self, at: int, number: int, lead: Lead) -> None:
        was_full = self._is_full(lead.holder.id)
        self._standing = apply(self._world(at), lead, _closed(lead), keys=()).standing
        if was_full:
            self._serve(at)

    def _is_full(self, rep: str) -> bool:
        room = self._roster.reps[rep].capacity
        return room is not None and self._standing.load(rep).leads >= room

    def _world(self, at: int) -> World:
        return World(_instant(at), 1, self._roster, self._standing, places={})


def _given(given: Given) -> Decision:
    holder = Holder(HolderKind.REP, given.rep)
    effects = (Held(NOBODY, holder),)
    return Decision(Outcome.OWNER, "rule:all", holder, effects=effects, credits=given.credits)


def _closed(lead: Lead) -> Decision:
    return Decision(Outcome.CLOSED, "closed", NOBODY, effects=(Held(lead.holder, NOBODY),))


def _instant(at: int) -> datetime:
    return BEGINS + timedelta(seconds=at)


def _returns(document: Document) -> list[tuple[int, str, str]]:
    """(second, rep, leave or joining) in order: who takes leads again after a leave, or for the first time."""
    found = []
    for rep in document.reps:
        ends = [(a.ends, "leave") for a in rep.absences if a.ends - a.starts >= LEAVE]
        ends += [(place.joined, "joining") for place in rep.memberships if place.joined]
        found += [(int((at - BEGINS).total_seconds()), rep.id, kind) for at, kind in ends]
    return sorted(found)


__all__ = ["METHODS", "Claims", "Play", "Progress", "simulate"]
