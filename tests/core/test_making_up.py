"""Absences that are made up: what is owed, how it is paid, when it lapses, and that nobody is owed for anything else."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from firstright.core.apply import apply
from firstright.core.compiled import Compiled
from firstright.core.decide import decide
from firstright.core.decision import Decision, MadeUp, Turned
from firstright.core.lead import Cause
from firstright.core.pools import LEAD, AbsencePolicy
from firstright.core.roster import Absence, Roster
from firstright.core.world import PoolStanding, World
from routing import CATCH_ALL, DAY, HOUR, MONDAY, TO_SDR, lead, policy, rep, roster, world

TEAM = [
    rep("Ada Krüger", pools="{}"),
    *[rep(n) for n in ("Kim Larsen", "Noor Haddad", "Omar Diaz", "Pia Moe")],
]
PARENTAL = AbsencePolicy(make_up=True, max_debt=2 * LEAD, rate=25, expires=timedelta(days=30))
RULES = policy(TO_SDR, CATCH_ALL)


def making_up(kind: AbsencePolicy = PARENTAL, **others: AbsencePolicy) -> Compiled:
    hours = {"sdr": replace(RULES.policy.pools["sdr"], hours=False)}
    pools = {**RULES.policy.pools, **hours}
    return Compiled(replace(RULES.policy, pools=pools, absences={"parental": kind, **others}))


def away(who: str, *absences: Absence, weights: dict[str, int] | None = None) -> Roster:
    """The team, one of them away."""
    document = roster(*TEAM).document
    reps = []
    for each in document.reps:
        if each.id == who:
            each = replace(each, absences=absences)
        if weights and each.memberships:
            place = replace(each.memberships[0], weight=weights.get(each.id, 1))
            each = replace(each, memberships=(place,))
        reps.append(each)
    return Roster(replace(document, reps=tuple(reps)))


def absent(begin: datetime, days: float, kind: str = "parental") -> Absence:
    return Absence(kind, begin, begin + timedelta(days=days))


class Days:
    """Leads one after the other, with where the rotation stood before each."""

    def __init__(self, people: Roster, rules: Compiled, at: datetime = MONDAY) -> None:
        self.where = world(people, at)
        self.rules = rules
        self.decisions: list[Decision] = []
        self.stood: list[PoolStanding] = []

    def lead(self, after: timedelta = HOUR) -> None:
        self.where = replace(self.where, as_of=self.where.as_of + after)
        n = len(self.decisions)
        one = lead(self.where.as_of, id=f"l{n}", email=f"l{n}@l{n}.example", domain=f"l{n}.example")
        self.stood.append(self.standing)
        decision = decide(one, Cause.ARRIVED, self.rules, self.where)
        self.decisions.append(decision)
        self.where = apply(self.where, one, decision)

    def leads(self, n: int, after: timedelta = HOUR) -> "Days":
        for _ in range(n):
            self.lead(after)
        return self

    @property
    def standing(self) -> PoolStanding:
        return self.where.standing.pool("sdr", "main")

    def owed(self, who: str) -> int:
        standing = self.standing
        return standing.owed[standing.members.index(who)] if standing.owed else 0

    def made(self, who: str) -> list[int]:
        """What each lead paid of their debt."""
        changes = [c for d in self.decisions for c in d.credits]
        return [c.amount for c in changes if isinstance(c, MadeUp) and c.rep == who]


def test_four_leads_away_are_owed_up_to_the_limit_and_paid_a_quarter_of_each_share() -> None:
    """Of each lead three others had, Kim would have had a quarter; back, she gets a sixteenth of each on top."""
    days = Days(away("kim", absent(MONDAY, 2)), making_up()).leads(16)
    assert days.owed("kim") == 2 * LEAD  # sixteen quarters are four: the limit is two
    days.lead(3 * DAY)
    days.leads(4)
    assert days.made("kim") == [LEAD // 16] * 5
    assert days.owed("kim") == 2 * LEAD - 5 * (LEAD // 16)


def test_the_debt_lapses_when_its_time_after_the_return_is_over() -> None:
    days = Days(away("kim", absent(MONDAY, 2)), making_up()).leads(4)
    assert days.owed("kim") == LEAD
    days.lead(33 * DAY)
    days.lead()
    assert (days.owed("kim"), days.made("kim")) == (0, [0])


def test_who_goes_from_one_absence_into_another_is_back_after_the_second() -> None:
    """Kim was on parental leave and then on vacation for six weeks: her thirty days begin when she is back."""
    second = Absence("vacation", MONDAY + 2 * DAY, MONDAY + 44 * DAY)
    days = Days(away("kim", absent(MONDAY, 2), second), making_up()).leads(4)
    days.lead(45 * DAY)
    assert days.made("kim") == [LEAD // 16]


def test_two_who_are_both_paid_off_by_one_lead_are_no_trouble() -> None:
    people = away("kim", absent(MONDAY, 0.5))
    days = Days(people, making_up(replace(PARENTAL, rate=100))).leads(1)
    days.where = replace(
        days.where,
        standing=replace(
            days.where.standing,
            changed_pools={("sdr", "main"): replace(days.standing, owed=(5, 0, 0, 0))},
        ),
    )
    days.lead(DAY)
    assert (days.made("kim"), days.owed("kim"), days.standing.owed) == ([5], 0, ())


def test_who_could_not_have_had_it_anyway_is_owed_nothing_for_it() -> None:
    """Kim is away, and paused beside: she would have got none of these."""
    people = away("kim", absent(MONDAY, 2))
    reps = [replace(r, paused_until=MONDAY + DAY) if r.id == "kim" else r for r in people.document.reps]
    paused = Roster(replace(people.document, reps=tuple(reps)))
    assert Days(paused, making_up()).leads(4).owed("kim") == 0


def test_who_takes_leads_for_an_hour_of_their_leave_loses_nothing_they_are_owed() -> None:
    people = away("kim", absent(MONDAY, 10))
    days = Days(people, making_up()).leads(4)
    reps = [replace(r, on_until=MONDAY + 6 * HOUR) if r.id == "kim" else r for r in people.document.reps]
    days.where = replace(days.where, roster=Roster(replace(people.document, reps=tuple(reps))))
    days.lead()
    assert (days.owed("kim"), days.made("kim")) == (LEAD, [])
    days.where = replace(days.where, roster=people)
    days.lead(11 * DAY)
    assert days.made("kim") == [LEAD // 16]


KINDS = st.builds(
    AbsencePolicy,
    make_up=st.just(True),
    max_debt=st.integers(0, 3 * LEAD),
    rate=st.integers(1, 100),
    expires=st.integers(1, 20).map(lambda days: timedelta(days=days)),
)
SPANS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 10), st.sampled_from(["parental", "vacation"])),
    min_size=1,
    max_size=4,
)
WEIGHTS = st.fixed_dictionaries({who: st.integers(1, 5) for who in ("kim", "noor", "omar", "pia")})
GAPS = st.lists(st.integers(1, 40), min_size=5, max_size=40)


@given(KINDS, SPANS, WEIGHTS, GAPS)
@settings(deadline=None, max_examples=60)
def test_whatever_the_absences_credits_sum_to_nothing_and_debts_keep_their_bounds(
    kind: AbsencePolicy, spans: list[tuple[int, int, str]], weights: dict[str, int], gaps: list[int]
) -> None:
    taken = tuple(absent(MONDAY + timedelta(days=at), days, what) for at, days, what in spans)
    days = Days(away("kim", *taken, weights=weights), making_up(kind))
    for hours in gaps:
        before = days.owed("kim")
        days.lead(timedelta(hours=hours))
        after, at = days.owed("kim"), days.where.as_of
        assert sum(days.standing.credit) == 0
        assert 0 <= after <= kind.max_debt
        is_away = any(a.starts <= at < a.ends for a in taken)
        is_owed = any(a.starts <= at < a.ends and a.type == "parental" for a in taken)
        assert after <= before or is_owed
        for change in days.decisions[-1].credits:
            if isinstance(change, MadeUp) and change.amount:
                assert not is_away
                assert change.amount <= LEAD * weights["kim"] * kind.rate // (100 * sum(weights.values()))
                assert before - after == change.amount
            if isinstance(change, Turned) and change.owing:
                assert is_owed
    assert not any(owed for who in ("noor", "omar", "pia") if (owed := days.owed(who)))


@given(SPANS, WEIGHTS, GAPS)
@settings(deadline=None, max_examples=30)
def test_a_neutral_absence_owes_nothing(
    spans: list[tuple[int, int, str]], weights: dict[str, int], gaps: list[int]
) -> None:
    taken = tuple(absent(MONDAY + timedelta(days=at), days, "vacation") for at, days, _ in spans)
    days = Days(away("kim", *taken, weights=weights), making_up())
    for hours in gaps:
        days.lead(timedelta(hours=hours))
    changes = [change for decision in days.decisions for change in decision.credits]
    assert days.standing.owed == ()
    assert not [c for c in changes if isinstance(c, MadeUp) or (isinstance(c, Turned) and c.owing)]


@given(KINDS, SPANS, WEIGHTS, GAPS)
@settings(deadline=None, max_examples=25)
def test_a_debt_is_gone_when_it_has_been_paid_or_has_lapsed(
    kind: AbsencePolicy, spans: list[tuple[int, int, str]], weights: dict[str, int], gaps: list[int]
) -> None:
    """Sixty days after the last absence ended nobody owes anybody anything."""
    taken = tuple(absent(MONDAY + timedelta(days=at), days, what) for at, days, what in spans)
    days = Days(away("kim", *taken, weights=weights), making_up(kind))
    for hours in gaps:
        days.lead(timedelta(hours=hours))
    days.where = replace(days.where, as_of=max(days.where.as_of, MONDAY + timedelta(days=60)))
    days.lead()
    assert days.owed("kim") == 0
    assert isinstance(days.where, World)
