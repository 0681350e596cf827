"""Waiting by law, beside a walk minute by minute: who can be taken is taken at the first instant somebody could, within the
limit; who cannot be taken by anybody does not wait; and no landing is without a next instant.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from firstright.core.apply import after
from firstright.core.assignment.assign import pick
from firstright.core.assignment.draining import look_at
from firstright.core.decide import decide
from firstright.core.decision import AlarmSet, Decision
from firstright.core.lead import Cause, Lead, Outcome, Waiting
from firstright.core.limits import micros
from firstright.core.relaxing import needs_of, steps_held
from firstright.core.roster import Roster
from firstright.core.world import Load, Standing, Tally, World
from routing import CALENDARS, CATCH_ALL, HEAD, HOUR, MINUTE, MONDAY, effects, lead, policy, roster

CASES = settings(deadline=None, max_examples=200)
NIGHT = '\n[calendars.night]\nzone = "Europe/Berlin"\nhours = { mon-fri = "16:00-20:00" }\n'
CAP = '[limits.few]\nmost = 1\nwithin = "3h"\npools = ["sdr"]\n\n[queues.desk]'
NEVER = 10_000  # minutes


class Member(NamedTuple):
    """What is against a rep, in minutes from the start of the day."""

    calendar: str
    skill: int
    paused: int  # until
    away: tuple[int, int]
    full: int  # until somebody takes a lead off them; 0: is not
    had: int  # when they had a lead that counts to the limit; -1: none


class Case(NamedTuple):
    members: tuple[Member, ...]
    start: int
    wait: int
    needs: int
    relaxed: tuple[tuple[int, int], ...]  # (after minutes, level)
    method: str

    @property
    def starts(self) -> datetime:
        return at(self.start)


def at(minutes: int) -> datetime:
    return MONDAY - 9 * HOUR + minutes * MINUTE


@st.composite
def cases(draw: st.DrawFn) -> Case:
    start = draw(st.sampled_from([450, 520, 600, 900, 930, 1080]))
    near = st.integers(-4, 30).map(lambda n: start + n * 5)
    members = []
    for _ in range(draw(st.integers(1, 3))):
        since = draw(near)
        members.append(
            Member(
                draw(st.sampled_from(["berlin", "night", "24x7"])),
                draw(st.integers(0, 3)),
                draw(st.one_of(st.just(0), near)),
                (since, since + draw(st.sampled_from([0, 0, 40, 300]))),
                draw(st.one_of(st.just(0), st.just(NEVER), near)),
                draw(st.one_of(st.just(-1), st.integers(0, 20).map(lambda n: start - n * 10))),
            )
        )
    steps = draw(st.sampled_from([(), ((20, 1),), ((20, 2), (75, 0))]))
    wait = draw(st.sampled_from([45, 150]))
    method = draw(st.sampled_from(["credit", "least-recent", "soonest-available"]))
    return Case(tuple(members), start, wait, draw(st.integers(0, 3)), steps, method)


def people(case: Case) -> Roster:
    reps = []
    for n, member in enumerate(case.members):
        lines = [f'id = "r{n}"', f'calendar = "{member.calendar}"', "pools = { sdr = 1 }"]
        lines.append(f"skills = {{ saas = {member.skill} }}" if member.skill else "")
        lines.append(f"paused_until = {at(member.paused).isoformat()}" if member.paused else "")
        lines.append("capacity = 1" if member.full else "")
        since, until = member.away
        away = f'{{ type = "sick", from = {at(since).isoformat()}, until = {at(until).isoformat()} }}'
        lines.append(f"absences = [{away}]" if until > since else "")
        reps.append("\n[[rep]]\n" + "\n".join(line for line in lines if line) + "\n")
    return roster(*reps, calendars=CALENDARS + NIGHT)


def rules(case: Case) -> str:
    needs = f"needs = {{ skills = {{ saas = {case.needs} }} }}\n" if case.needs else ""
    steps = ", ".join(
        f'{{ after = "{after}min", needs = {{ {f"skills = {{ saas = {level} }}" if level else ""} }} }}'
        for after, level in case.relaxed
        if level < case.needs
    )
    relax = f"relax = [{steps}]\n" if steps else ""
    return (
        '\n[[rule]]\nid = "to-sdr"\ntier = "first"\nwhen = {}\nsend_to = { pool = "sdr" }\n'
        f'{needs}{relax}when_full = {{ wait = "{case.wait}min" }}\n'
    )


class Day:
    """The world of one case at any minute."""

    def __init__(self, case: Case) -> None:
        head = HEAD.replace("[queues.desk]", CAP).replace(
            "[pools.sdr]", f'[pools.sdr]\nmethod = "{case.method}"'
        )
        if case.method == "soonest-available":
            head = head.replace("[pools.sdr]", '[pools.sdr]\nwithin = "40min"')
        self.case = case
        self.policy = policy(rules(case), CATCH_ALL, head=head)
        self.roster = people(case)

    def world(self, now: datetime, *, empty: bool = False) -> World:
        loads, tallies = {}, {}
        for n, member in enumerate(self.case.members):
            if member.full and now < at(member.full) and not empty:
                loads[f"r{n}"] = Load(1)
            if member.had >= 0 and at(member.had) <= self.case.starts:
                tallies["few", f"r{n}"] = Tally(at=(micros(at(member.had)),))
        return World(now, 1, self.roster, Standing(loads=loads, tallies=tallies))

    def somebody(self, held: Lead, now: datetime, *, empty: bool = False) -> bool:
        pool, [rule, _] = self.policy.policy.pools["sdr"], self.policy.rules
        world = self.world(now, empty=empty)
        steps = steps_held(rule, pool, held, world)
        return bool(pick(pool, held, Cause.ARRIVED, needs_of(rule, steps), rule, self.policy, world).rep)

    def decided(self, subject: Lead, cause: Cause, now: datetime) -> Decision:
        decision = decide(subject, cause, self.policy, self.world(now))
        assert decision.next_at is not None and decision.next_at > now
        return decision

    def played(self, first: Decision, held: Lead) -> tuple[datetime, Decision]:
        """By its alarms, and a look whenever somebody has room again: when it went where."""
        frees = sorted({at(m.full) for m in self.case.members if m.full})
        looks = {instant for instant in frees if instant > self.case.starts}
        now, decision = self.case.starts, first
        while decision.outcome is Outcome.WAITING:
            assert decision.next_at is not None
            alarm = decision.next_at
            now = min([alarm, *[each for each in looks if each > now]])
            if now == alarm:
                [set_] = effects(decision, AlarmSet)
                decision = self.decided(held, Cause(set_.cause), now)
            else:
                look = look_at(held, self.policy, self.world(now))
                if not look.can:
                    looks |= {look.again} if look.again else set()
                    continue
                decision = self.decided(held, Cause.CAPACITY_FREED, now)
            held = after(held, decision)
        return now, decision


@given(cases())
@CASES
def test_within_its_limit_a_lead_is_taken_at_the_first_minute_somebody_could(case: Case) -> None:
    day = Day(case)
    subject = lead(case.starts)
    first = day.decided(subject, Cause.ARRIVED, case.starts)
    held = after(subject, first)
    if first.waiting is None:
        until = case.starts + timedelta(minutes=case.wait)  # of plain time: business time is later still
        if first.outcome is not Outcome.OWNER:
            had = replace(subject, waiting=Waiting("rule:to-sdr", until, pool="sdr", since=case.starts))
            assert not any(day.somebody(had, now) for now in minutes(case.starts, until))
        return
    walk = minutes(case.starts, first.waiting.until)
    soonest = next((now for now in walk if day.somebody(held, now)), None)
    when, last = day.played(first, held)
    if soonest is None:
        assert (last.outcome, last.holder.id) == (Outcome.QUEUED, "desk")
        assert when <= first.waiting.until
    else:
        assert (when, last.outcome) == (soonest, Outcome.OWNER)


@given(cases())
@CASES
def test_who_waits_could_be_taken_by_somebody_if_only_they_had_room(case: Case) -> None:
    day = Day(case)
    first = day.decided(lead(case.starts), Cause.ARRIVED, case.starts)
    if first.waiting is not None:
        held = after(lead(case.starts), first)
        walk = minutes(case.starts, first.waiting.until)
        assert any(day.somebody(held, now, empty=True) for now in walk)


def minutes(start: datetime, until: datetime) -> list[datetime]:
    return [start + n * MINUTE for n in range((until - start) // MINUTE + 1)]
