"""Any story of arrivals, repeats, rosters, policies, waiting and restarts, beside a small model of what must come of it.

After every step each promise holds in what is stored, and the model and the database agree about who has whom.
"""

import json
import shutil
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any  # a reply is JSON

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chaos.scene import POLICY, arrival, broken, person, replayed, roster
from firstright.core.replay import Verdict
from firstright.desk import Arrival, Desk, Reply
from firstright.desk.consequences import Concluded
from firstright.storage.database import open_database
from firstright.storage.statement import Statement
from firstright.wiring import Names

BEGIN = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
GONE = "2026-01-01"
PEOPLE, REPS = st.integers(0, 7), ("ann", "ben", "cem", "dia")
LEADS = Statement("SELECT id, outcome, holder_kind, holder_id FROM lead WHERE merged_into IS NULL")
COUNTS = Statement("SELECT (SELECT count(*) FROM arrival), (SELECT count(*) FROM lead)")


class Card(msgspec.Struct):
    """What the model knows of one person: their lead and where it is. `rep` is empty unless somebody owns it."""

    lead: str
    outcome: str
    rep: str = ""


class Team(msgspec.Struct):
    """Who is there, and how many leads each may hold at once."""

    capacity: dict[str, int | None]

    def free(self, loads: Counter[str]) -> set[str]:
        return {rep for rep, most in self.capacity.items() if most is None or loads[rep] < most}


class Story(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="firstright-story-"))
        self.now = BEGIN
        self.names = Names()
        self.desk = self._opened()
        self.team: Team | None = None
        self.version = 0
        self.cards: dict[int, Card] = {}
        self.moved: set[int] = set()  # people whose lead was with somebody who left
        self.undecided: dict[
            str, int
        ] = {}  # lead of an arrival that came before there was a policy: its person
        self.events: list[tuple[Arrival, Reply]] = []
        self.leads = 0
        self.refused = 0

    def _opened(self) -> Desk:
        database = open_database(f"sqlite:///{self.folder / 'story.db'}", node="ada")
        database.migrate()
        return Desk(database, node="ada", now=lambda: self.now, new_id=self.names)

    def teardown(self) -> None:
        verdicts, others = replayed(self.desk.database)
        self.desk.close()
        shutil.rmtree(self.folder)
        assert (others, set(verdicts) <= {Verdict.EQUAL}) == ([], True)

    @initialize(early=st.lists(PEOPLE, max_size=3))
    def before_anything_is_published(self, early: list[int]) -> None:
        self.arrive(early)

    @rule(people=st.lists(PEOPLE, min_size=1, max_size=6))
    def arrive(self, people: list[int]) -> None:
        """Some people at once, as many of them known as it happens."""
        first = len(self.events)
        arrivals = [arrival(person(who), f"event-{first + i}") for i, who in enumerate(people)]
        for who, one, reply in zip(people, arrivals, self.desk.take_in(arrivals), strict=True):
            self.events.append((one, reply))
            told = json.loads(reply.body)
            if self.team is None:
                assert (reply.status, told["outcome"]) == (202, "pending")
                self.undecided[told["lead"]] = who
                self.leads += 1
            else:
                self._routed(who, told["lead"], told["outcome"], (told["owner"] or {}).get("id", ""))

    def _routed(self, who: int, lead: str, outcome: str, rep: str) -> None:
        """Checks where a person's enquiry went against where it may go, and remembers it."""
        assert self.team is not None
        known = self.cards.get(who)
        if known and (known.outcome != "owner" or known.rep in self.team.capacity):
            assert Card(lead, outcome, rep) == known  # a repeat enquiry: same lead, same owner
            return
        if known is None:
            assert lead not in {card.lead for card in self.cards.values()}
            self.leads += lead not in self.undecided
        else:
            assert lead == known.lead  # their owner has left: the same lead goes to somebody else
            del self.cards[who]
        self._landed(outcome, rep, waits=True)
        self.cards[who] = Card(lead, outcome, rep)

    def _landed(self, outcome: str, rep: str, *, waits: bool) -> None:
        assert self.team is not None
        free = self.team.free(self._loads())
        if free:
            assert (outcome, rep in free) == ("owner", True)
        elif self.team.capacity and waits:
            assert (outcome, rep) == ("waiting", "")
        else:
            assert (outcome, rep) == ("queued", "")

    def _loads(self) -> Counter[str]:
        return Counter(card.rep for card in self.cards.values() if card.rep)

    @precondition(lambda self: self.events)
    @rule(data=st.data())
    def the_same_again(self, data: Any) -> None:
        """One event more than once gets the answer it had, byte for byte."""
        one, first = data.draw(st.sampled_from(self.events))
        assert self.desk.take_in([one, one]) == [Reply(first.status, first.body, replayed=True)] * 2

    @precondition(lambda self: self.events)
    @rule(data=st.data())
    def the_same_key_with_other_content(self, data: Any) -> None:
        one, _ = data.draw(st.sampled_from(self.events))
        other = arrival({**person(99), "company": "Other"}, one.event)
        assert self.desk.take_in([other])[0].status == 422

    @rule(
        who=st.dictionaries(st.sampled_from(REPS), st.sampled_from([None, None, 1, 2, 4]), min_size=1),
        leaving=st.sets(st.sampled_from(REPS), max_size=1),
    )
    def publish(self, who: dict[str, int | None], leaving: set[str]) -> None:
        """Another team, in another order, some of whom have just left; and a policy that says another thing."""
        self.version += 1
        most = {rep: limit for rep, limit in who.items() if limit is not None}
        left = dict.fromkeys(leaving & set(who), GONE)
        text = roster(list(who), left=left, capacity=most)
        self.desk.publish_roster(text, file="r", by="mara", reason="")
        policy = POLICY.replace(
            'first_touch = "2h"', f'first_touch = "{self.version}h"\non_missed = ["tell-owner"]'
        )
        self.desk.publish_policy(policy, file="p", by="mara", reason="")
        self.team = Team({rep: limit for rep, limit in who.items() if rep not in left})

    @rule(minutes=st.integers(0, 45))
    def time_passes(self, minutes: int) -> None:
        """Whatever is due is decided; who waited long enough is not left waiting."""
        self.now += timedelta(minutes=minutes)
        for done in self.desk.decide_due(self.now):
            if not done.decision.kept:  # a clock that rang: whose ladder only tells moves nobody
                self._decided(done)

    def _decided(self, done: Concluded) -> None:
        lead, outcome = done.after.id, done.decision.outcome
        rep = done.after.holder.id if outcome == "owner" else ""
        who = {**self.undecided, **{card.lead: who for who, card in self.cards.items()}}[lead]
        assert self.team is not None
        if done.cause == "arrived":  # it came before there was a policy
            self._routed(who, lead, outcome, rep)
            return
        before = self.cards[who]
        if done.cause == "offboarded":  # its owner has left; whoever had it does not get it back
            assert before.outcome == "owner"
            if rep == before.rep:  # and came back before it was their turn to be looked at
                return
            assert before.rep not in self.team.capacity
            del self.cards[who]
            self.moved.add(who)
        else:
            assert before.outcome == "waiting"
        if who in self.moved:
            assert outcome in ("waiting", "queued") or rep in self.team.free(self._loads())
        elif outcome == "waiting":  # looked at again under another policy
            assert self.team.free(self._loads()) == set()
        else:
            self._landed(outcome, rep, waits=False)
        self.cards[who] = Card(lead, outcome, rep)

    @rule()
    def restart(self) -> None:
        self.desk.close()
        self.desk = self._opened()

    @invariant()
    def every_promise_holds(self) -> None:
        assert broken(self.desk.database) == []

    @invariant()
    def the_database_agrees(self) -> None:
        with self.desk.read() as tx:
            stored = {lead: (outcome, kind, holder) for lead, outcome, kind, holder in tx.all(LEADS)}
            counts = tx.all(COUNTS)[0]
        expected = {
            card.lead: (card.outcome, {"owner": "rep", "queued": "queue"}.get(card.outcome, "none"),
                        card.rep or {"queued": "desk"}.get(card.outcome, ""))
            for card in self.cards.values()
        }  # fmt: skip
        assert {lead: what for lead, what in stored.items() if what[0] != "pending"} == expected
        assert counts == (len(self.events), self.leads)


TestStory = Story.TestCase
TestStory.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    report_multiple_bugs=False,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
