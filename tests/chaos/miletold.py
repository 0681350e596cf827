"""What may happen between an owner and an outcome, a step each, to one workspace or to two that are held side by side; `Mile` has
what comes in, what people say and what changes around them, `milemore` what is put right, moved and stopped.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chaos.mile import OTHER, RULES, Side
from chaos.milepost import DEATHS
from chaos.scene import replayed
from firstright.core.authority import Actor, Role
from firstright.core.meetings import THE_LEAD
from firstright.desk.acting import Accept, Acted, Claim, Decline, LogEngagement, LogTouch, Return
from firstright.desk.assigning import Reassign, Reroute
from firstright.desk.handover import AcceptOffer, DeclineOffer, HandOver, TakeBack
from firstright.desk.learning import LearnFacts
from firstright.desk.meetings import BookMeeting
from firstright.desk.reviving import Revive
from firstright.desk.writer import Work
from firstright.errors import FirstrightError
from firstright.storage import offers
from routing import DAY, HOUR, MINUTE, MONDAY

NAMES = ("anna", "bert", "cleo", "dora", "emil", "fay", "gus", "hana")
REPS = ("kim", "noor", "omar", "uma", "vic")
OPS = Actor("mara", "Mara Diaz", Role.OPERATIONS)
NOTES = (("asked", "A demo"), ("next_step", "Call"))
WHO, REP, PLACE, SLOT = st.sampled_from(NAMES), st.sampled_from(REPS), st.integers(0, 7), st.integers(0, 17)
QUEUED = "SELECT id FROM lead WHERE holder_kind = 'queue'"
AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{27}")


class Mile(RuleBasedStateMachine):
    """`places` gives a fresh database each."""

    places: Callable[[], list[str]]
    gone: Callable[[list[str]], None]

    def __init__(self) -> None:
        super().__init__()
        self.urls = type(self).places()
        self.sides = [Side(url, MONDAY) for url in self.urls]
        self.told: dict[str, list[str]] = {}  # name -> its lead on each side
        self.part_of: dict[str, str] = {}  # name -> of whose lead theirs is a part
        self.events: list[tuple[str, str, str]] = []
        self.keys = 0
        self.parked = 0  # times that somebody had to look at what had killed three workers
        self.crash: int | None = None  # before which statement; -1: after the commit

    def teardown(self) -> None:
        self.decided_again()
        for side in self.sides:
            side.end()
        type(self).gone(self.urls)

    def decided_again(self) -> None:
        """Every decision, and it is the same one."""
        for side in self.sides:
            wrong = [f"I-10 {each}" for each in replayed(side.desk.database)[1]]
            assert not wrong, wrong

    def _key(self) -> str:
        self.keys += 1
        return f"key-{self.keys}"

    def _arm(self) -> None:
        for side in self.sides:
            if self.crash == -1:
                side.flaky.fall_after_commit()
            elif self.crash is not None:
                side.flaky.fall_at(self.crash)
        self.crash = None

    def _act(self, who: str, build: Callable[[Side, str], Work[object]]) -> list[object]:
        """On both sides, about the lead that was made for this person there; both say the same of it."""
        self._arm()
        leads = {id(side): lead for side, lead in zip(self.sides, self.told[who], strict=True)}
        found = [side.done(lambda s: build(s, leads[id(s)])) for side in self.sides]
        said = [_said(each) for each in found]
        assert said[1:] == said[:-1], said
        return list(found)

    def _known(self, place: int) -> str:
        return sorted(self.told)[place % len(self.told)]

    def _stands(self, who: str) -> str:
        """Whose lead stands for that of this person."""
        while who in self.part_of:
            who = self.part_of[who]
        return who

    def _row(self, who: str, column: str) -> str:
        """Of the lead that stands for this person's, where both databases agree anyway."""
        lead = self.told[self._stands(who)][0]
        return str(self.sides[0].rows(f"SELECT {column} FROM lead WHERE id = ?", lead)[0][0])

    def _holder(self, who: str) -> str:
        return self._row(who, "holder_id")

    def _asked(self, who: str) -> str:
        """Whom the lead is offered to."""
        with self.sides[0].desk.read() as tx:
            row = offers.open_of(tx, self.told[self._stands(who)][0])
        return row.rep_id if row else ""

    def _slot(self, slot: int) -> datetime:
        """A time of tomorrow, which may be a Saturday, or taken."""
        day = self.sides[0].at.replace(hour=8, minute=0, second=0, microsecond=0) + DAY
        return day + slot * 30 * MINUTE

    def _with(self, place: int, select: str) -> str:
        """One of those whose lead is found by this, else anybody known."""
        ids = {str(lead) for (lead,) in self.sides[0].rows(select)}
        names = [name for name in sorted(self.told) if self.told[name][0] in ids] or sorted(self.told)
        return names[place % len(names)]

    # what comes in

    @initialize(number=st.integers(0, 5))
    def some_have_written(self, number: int) -> None:
        for who in NAMES[:number]:
            self.write(who, "")

    @rule(who=WHO, topic=st.sampled_from(["", "", "", "", "support", "quote", "job"]))
    def write(self, who: str, topic: str) -> None:
        """Somebody writes: for the first time, or once more."""
        event = f"event-{len(self.events)}"
        self._arm()
        facts = {"intent": topic} if topic else {}
        told = [side.sent(who, event, last_name="Wolf", **facts) for side in self.sides]
        self.events.append((who, event, topic))
        leads = [str(each["lead"]) for each in told]
        assert self.told.setdefault(self._stands(who), leads) == leads

    @precondition(lambda self: self.events)
    @rule(place=st.integers(0, 50))
    def the_same_again(self, place: int) -> None:
        who, event, topic = self.events[place % len(self.events)]
        before = [side.rows("SELECT count(*) FROM arrival")[0][0] for side in self.sides]
        for side in self.sides:
            side.sent(who, event, last_name="Wolf", **({"intent": topic} if topic else {}))
        assert before == [side.rows("SELECT count(*) FROM arrival")[0][0] for side in self.sides]

    @precondition(lambda self: self.told)
    @rule(place=PLACE, employees=st.sampled_from([20, 700]))
    def learn(self, place: int, employees: int) -> None:
        who = self._known(place)
        key = self._key()
        self._act(who, lambda s, lead: LearnFacts(lead, {"employees": employees}, "provider", key=key))

    # what people do

    @precondition(lambda self: self.told)
    @rule(place=PLACE, channel=st.sampled_from(["call", "email", "meeting"]), late=st.integers(0, 90))
    def touch(self, place: int, channel: str, late: int) -> None:
        who = self._known(place)
        if (by := self._holder(who)) in REPS:
            at, key = self.sides[0].at - late * MINUTE, self._key()
            self._act(who, lambda s, lead: LogTouch(lead, by, channel, result="no-answer", at=at, key=key))

    @precondition(lambda self: self.told)
    @rule(place=PLACE, kind=st.sampled_from(["reply", "click", "visit"]))
    def reply(self, place: int, kind: str) -> None:
        who = self._known(place)
        key = self._key()
        self._act(who, lambda s, lead: LogEngagement(lead, "tracker", kind, what="/pricing", key=key))

    @rule(who=WHO, direction=st.sampled_from(["in", "out"]))
    def a_call_is_reported(self, who: str, direction: str) -> None:
        """By a hook, of somebody who may be unknown; and again, as hooks do."""
        body = {"email": f"{who}@{who}.example", "channel": "call", "direction": direction}
        name = self._key()
        self._arm()
        for _ in range(2):
            found = [side.done(lambda s: s.event(name, body)) for side in self.sides]
            assert len({each.state for each in found}) == 1  # type: ignore[union-attr]  # an event is never refused

    @precondition(lambda self: self.told)
    @rule(
        place=PLACE,
        what=st.sampled_from(["accept", "decline", "return", "claim"]),
        other=st.sampled_from([*REPS, "ada"]),
        mine=st.booleans(),
    )
    def answer(self, place: int, what: str, other: str, mine: bool) -> None:
        """By who has it, or by somebody who has not."""
        who = self._known(place)
        who = self._with(place, QUEUED) if what == "claim" else who
        by, key = (self._holder(who) if mine and what != "claim" else other) or other, self._key()
        builds: dict[str, Callable[[str], Work[object]]] = {
            "accept": lambda lead: Accept(lead, by, key=key),
            "decline": lambda lead: Decline(lead, by, "busy", key=key),
            "return": lambda lead: Return(lead, by, "wrong-territory", key=key),
            "claim": lambda lead: Claim(lead, by, key=key),
        }
        self._act(who, lambda s, lead: builds[what](lead))

    @precondition(lambda self: self.told)
    @rule(place=PLACE, kind=st.sampled_from(["to-ae", "to-ae", "help", "rest"]))
    def hand_over(self, place: int, kind: str) -> None:
        who = self._known(place)
        if (by := self._holder(who)) in REPS:
            key = self._key()
            self._act(who, lambda s, lead: HandOver(lead, by, kind, notes=NOTES, key=key))

    @precondition(lambda self: self.told)
    @rule(place=PLACE, yes=st.booleans(), late=REP, meant=st.booleans())
    def answer_an_offer(self, place: int, yes: bool, late: str, meant: bool) -> None:
        """By whom it was made to, or by somebody to whom it was not, or is not any more."""
        who = self._known(place)
        by, key = (self._asked(who) if meant else late) or late, self._key()
        self._act(
            who,
            lambda s, lead: (
                AcceptOffer(lead, by, key=key) if yes else DeclineOffer(lead, by, "busy", key=key)
            ),
        )

    @precondition(lambda self: self.told)
    @rule(place=PLACE)
    def take_back(self, place: int) -> None:
        who = self._known(place)
        by, key = self._holder(who) or "kim", self._key()
        self._act(who, lambda s, lead: TakeBack(lead, by, actor=OPS, reason="ours after all", key=key))

    @precondition(lambda self: self.told)
    @rule(place=PLACE, to=REP, by_rules=st.booleans())
    def reassign(self, place: int, to: str, by_rules: bool) -> None:
        who = self._known(place)
        key = self._key()
        self._act(
            who,
            lambda s, lead: (
                Reroute(lead, OPS, "mistake", key=key)
                if by_rules
                else Reassign(lead, OPS, to, "they know each other", key=key)
            ),
        )

    @precondition(lambda self: self.told)
    @rule(place=PLACE, slot=SLOT)
    def book(self, place: int, slot: int) -> None:
        who, starts, key = self._known(place), self._slot(slot), self._key()
        self._act(who, lambda s, lead: BookMeeting(lead, THE_LEAD, "demo", starts, key=key))

    # what changes around them

    @rule(left=st.sampled_from(["", "", "kim", "uma"]), away=st.sampled_from(["", "noor", "vic"]))
    def the_team_changes(self, left: str, away: str) -> None:
        self._arm()
        for side in self.sides:
            side.staffed(left, away)

    @rule(other=st.booleans())
    def the_policy_changes(self, other: bool) -> None:
        self._arm()
        for side in self.sides:
            side.published(policy=OTHER if other else RULES)

    @rule(by=st.sampled_from([MINUTE, 31 * MINUTE, 31 * MINUTE, 2 * HOUR, 3 * HOUR, 16 * HOUR, DAY, 3 * DAY]))
    def time_passes(self, by: timedelta) -> None:
        """As many workers die in a row as there may be. What is parked after the third, somebody looks at, and has it done once more."""
        self._arm()
        for side in self.sides:
            side.at += by
            side.work()
            while side.rows("SELECT id FROM job WHERE state = 'dead'"):
                self.parked += 1
                side.done(lambda s: Revive(None, OPS.user))
                side.work()

    @rule(
        says=st.sampled_from(["", "", "", "450 come again", "550 no such mailbox"]),
        dies=st.sampled_from(["", "", "", *DEATHS]),
        statement=st.integers(0, 2),
    )
    def the_post_goes(self, says: str, dies: str, statement: int) -> None:
        """To a server that takes the letters, or does not; and whoever sends may die at any point of it."""
        for side in self.sides:
            side.deliver(says, dies, statement)

    @rule(statement=st.integers(-1, 25))
    def the_next_one_dies(self, statement: int) -> None:
        """Before the n-th statement of its batch, or with all of it stored and nobody told."""
        self.crash = statement

    @rule()
    def a_restart(self) -> None:
        for side in self.sides:
            side.restart()

    # what holds

    @invariant()
    def every_promise_holds(self) -> None:
        for side in self.sides:
            wrong = side.wrong()
            assert not wrong, wrong

    @invariant()
    def both_have_stored_the_same(self) -> None:
        first, *others = [side.looks() for side in self.sides]
        for other in others:
            assert other == first


def _said(found: object) -> object:
    """Turns at one instant move on by a microsecond, on each side as many as it took; and names are made as they are needed."""
    if isinstance(found, Acted):
        return (found.outcome, found.owner, found.epoch, found.status)
    if isinstance(found, FirstrightError):
        return (type(found).__name__, AN_ID.sub("it", re.sub(r"\.\d{6}", "", str(found))))
    return AN_ID.sub("it", repr(found))
