"""The rest of what may happen on the last mile: leads that are one and are two again, clocks that stand still, meetings that are
moved or kept, sequences and letters that end, turns that race, and a repair.
"""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from chaos.miletold import NAMES, OPS, PLACE, QUEUED, REPS, SLOT, Mile
from firstright.core.causes.correcting import Selection
from firstright.core.meetings import THE_LEAD
from firstright.desk.acting import Acted, Claim, LogTouch
from firstright.desk.clockacts import PauseClocks, ResumeClocks
from firstright.desk.meetings import (
    CancelMeeting,
    MeetingHeld,
    MeetingMissed,
    MoveMeeting,
)
from firstright.desk.merging import Merge, Unmerge
from firstright.desk.optingout import OptOut
from firstright.desk.reachingout import StartSequence, StopSequence
from firstright.desk.repairing import StartRepair, StopRepair
from firstright.errors import FirstrightError
from firstright.storage import instants
from routing import DAY, HOUR, MINUTE

TAKER = st.sampled_from(["ada", "uma", "vic"])
MEETING = "SELECT lead_id FROM meeting WHERE state = 'booked'"
BEGINS = "SELECT starts_at FROM meeting WHERE state = 'booked' AND lead_id = ?"


class Story(Mile):
    """All of it."""

    @precondition(lambda self: len(self.told) > 1)
    @rule(place=PLACE, into=PLACE)
    def merge(self, place: int, into: int) -> None:
        """Somebody says that two are one; also of one that is part of another already, or of the other itself."""
        names = sorted(self.told)
        who = names[place % len(names)]
        other = names[(names.index(who) + 1 + into % (len(names) - 1)) % len(names)]
        key, places = self._key(), self.told[other]
        for_side = dict(zip(map(id, self.sides), places, strict=True))
        [done, *_] = self._act(who, lambda s, lead: Merge(lead, for_side[id(s)], OPS, "one person", key=key))
        if isinstance(done, Acted) and self._stands(who) != self._stands(other):
            self.part_of[who] = self._stands(other)

    @precondition(lambda self: self.part_of)
    @rule(place=PLACE, really=st.sampled_from([True, True, True, False]))
    def unmerge(self, place: int, really: bool) -> None:
        parts = sorted(self.part_of)
        who, key = parts[place % len(parts)] if really else self._known(place), self._key()
        [done, *_] = self._act(who, lambda s, lead: Unmerge(lead, OPS, "two after all", key=key))
        if isinstance(done, Acted):
            self.part_of.pop(who, None)

    @precondition(lambda self: self.told)
    @rule(place=PLACE, by=st.sampled_from([HOUR, 20 * HOUR, 3 * DAY]))
    def clocks_stand_still(self, place: int, by: timedelta) -> None:
        who, key = self._known(place), self._key()
        until = self.sides[0].at + by
        self._act(who, lambda s, lead: PauseClocks(lead, OPS, "waiting-on-customer", until, key=key))

    @precondition(lambda self: self.told)
    @rule(place=PLACE)
    def clocks_go_on(self, place: int) -> None:
        who, key = self._known(place), self._key()
        self._act(who, lambda s, lead: ResumeClocks(lead, OPS, key=key))

    @precondition(lambda self: self.told)
    @rule(place=PLACE, slot=SLOT)
    def a_meeting_moves(self, place: int, slot: int) -> None:
        who, starts, key = self._with(place, MEETING), self._slot(slot), self._key()
        self._act(who, lambda s, lead: MoveMeeting(lead, THE_LEAD, starts, key=key))

    @precondition(lambda self: self.told)
    @rule(place=PLACE)
    def a_meeting_is_called_off(self, place: int) -> None:
        who, key = self._with(place, MEETING), self._key()
        self._act(who, lambda s, lead: CancelMeeting(lead, THE_LEAD, key=key))

    @precondition(lambda self: self.told)
    @rule(place=PLACE, came=st.booleans(), later=st.sampled_from([True, True, False]))
    def a_meeting_is_over(self, place: int, came: bool, later: bool) -> None:
        """They came, or did not; said of one that has not begun, too."""
        who, key = self._with(place, MEETING), self._key()
        begins = self.sides[0].rows(BEGINS, self.told[who][0])
        if later and begins and (wait := instants.read(begins[0][0]) - self.sides[0].at) > MINUTE:
            self.time_passes(wait)
        by, kind = self._holder(who), MeetingHeld if came else MeetingMissed
        self._act(who, lambda s, lead: kind(lead, by if by in REPS else "kim", key=key))

    @precondition(lambda self: self.told)
    @rule(place=PLACE, begins=st.booleans())
    def a_sequence_by_hand(self, place: int, begins: bool) -> None:
        who = self._known(place)
        self._act(
            who,
            lambda s, lead: StartSequence(lead, "welcome", "kim") if begins else StopSequence(lead, "kim"),
        )

    @precondition(lambda self: self.told)
    @rule(place=PLACE)
    def no_more_letters(self, place: int) -> None:
        """A person opts out, of all there is."""
        who = self._known(place)
        self._act(
            who,
            lambda s, lead: OptOut(
                str(s.rows("SELECT person_id FROM lead WHERE id = ?", lead)[0][0]), "link"
            ),
        )

    @precondition(lambda self: self.told)
    @rule(place=PLACE, first=TAKER, second=TAKER)
    def two_take_one(self, place: int, first: str, second: str) -> None:
        """Out of a queue, at once, each for the lead as they saw it."""
        who, keys = self._with(place, QUEUED), (self._key(), self._key())
        epoch = int(self._row(who, "epoch"))
        mine = self._act(who, lambda s, lead: Claim(lead, first, epoch=epoch, key=keys[0]))
        theirs = self._act(who, lambda s, lead: Claim(lead, second, epoch=epoch, key=keys[1]))
        won = [each for each in (mine[0], theirs[0]) if isinstance(each, Acted) and not each.repeat]
        assert len(won) <= 1, f"I-17 {first} and {second} both took it"

    @precondition(lambda self: self.told)
    @rule(place=PLACE)
    def said_twice(self, place: int) -> None:
        """The same request again, as a program makes it that heard no answer."""
        who, key = self._known(place), self._key()
        by = self._holder(who)
        if by in REPS:
            for _ in range(2):
                self._act(who, lambda s, lead: LogTouch(lead, by, "email", key=key))
            touches = self.sides[0].rows("SELECT count(*) FROM decision WHERE trigger_id = ?", f"touch:{key}")
            assert touches == [(1,)], f"I-9 decided {touches}"

    @rule(by=st.sampled_from([HOUR, DAY]))
    def a_clock_is_set_back(self, by: timedelta) -> None:
        """For as long as somebody writes and a worker looks."""
        for side in self.sides:
            side.at -= by
        self.write(NAMES[0], "")
        self.time_passes(timedelta(0))
        for side in self.sides:
            side.at += by

    @rule(version=st.integers(1, 4), touched=st.booleans())
    def a_repair(self, version: int, touched: bool) -> None:
        """What a version decided is decided again; one that runs is stopped."""
        self._arm()
        chosen = Selection(versions=(version,), also_touched=touched)
        found = [side.done(lambda s: StartRepair(chosen, OPS, "it was wrong")) for side in self.sides]
        assert len({isinstance(each, FirstrightError) for each in found}) == 1

    @rule()
    def a_repair_is_stopped(self) -> None:
        for side in self.sides:
            for (name,) in side.rows("SELECT id FROM repair WHERE state = 'running'"):
                side.done(lambda s, name=str(name): StopRepair(name, OPS))  # type: ignore[misc]  # a default keeps it
