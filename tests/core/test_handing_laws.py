"""Handoffs by law, over any sequence of what people and clocks do: every offer ends once, nobody is filled over their room,
no epoch is left out, turns sum to what was given back, nothing ends in silence, and all of it can be replayed.
"""

from collections.abc import Iterator

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from firstright.core.apply import after, apply
from firstright.core.assignment.loads import load_of
from firstright.core.assignment.loads import offered as load_of_offer
from firstright.core.compiled import Compiled
from firstright.core.decide import decide
from firstright.core.decision import Decision, Held, Returned, Turned
from firstright.core.followup import ACCEPTANCE, next_instant
from firstright.core.handoff import Offered, OfferEnded
from firstright.core.lead import Act, Cause, Chosen, Handed, Lead, Outcome, Spent
from firstright.core.pools import LEAD
from firstright.core.record import read_record, record_bytes
from firstright.core.replay import replay
from firstright.core.world import Load, World
from routing import CATCH_ALL, HEAD, MINUTE, TO_SDR, effects, lead, policy, rep, roster, world

ROOM = 3
TEAM = (
    rep("Ada Krüger", pools="{}", calendar="24x7"),
    *[
        rep(name, f'manager = "ada"\ncapacity = {ROOM}', pools="{ sdr = 1 }", calendar="24x7")
        for name in ("Kim Larsen", "Noor Haddad")
    ],
    *[
        rep(name, f'manager = "ada"\ncapacity = {ROOM}', pools="{ ae = 1 }", calendar="24x7")
        for name in ("Uma Voss", "Vic Stone")
    ],
)
HANDOFFS = """
[pools.ae]

[handoffs.to-ae]
to = { pool = "ae" }
accept = "30min"
giver = "sdr"
taker = "ae"

[handoffs.help]
kind = "support"

[handoffs.rest]
kind = "nurture"
wait = "30d"
"""
PLAIN = policy(TO_SDR, CATCH_ALL, head=HEAD + HANDOFFS)
ASKING = policy(
    TO_SDR,
    CATCH_ALL,
    head=HEAD.replace("[pools.sdr]\n", '[pools.sdr]\noffer = "10min"\noffers = 2\n') + HANDOFFS,
)
ACTS = ("hand", "accept", "decline", "spam", "expire", "back", "help", "rest", "by-hand", "again")
STEPS = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(ACTS)), min_size=1, max_size=25)


class Story:
    """Five leads of five people, and all that is done to them."""

    def __init__(self, rules: Compiled) -> None:
        self.rules = rules
        self.world = world(roster(*TEAM))
        self.leads: list[Lead] = []
        self.done: list[tuple[Lead, Cause, World, Decision]] = []
        for n in range(5):
            came = lead(
                id=f"lead{n}", email=f"p{n}@firm{n}.example", domain=f"firm{n}.example", company=f"Firm {n}"
            )
            self.leads.append(came)
            self._decide(n, came, Cause.ARRIVED)

    def do(self, n: int, what: str) -> None:
        self.world = replace(self.world, as_of=self.world.as_of + 7 * MINUTE)
        subject = self.leads[n]
        cause, act = self._asked(subject, what)
        if act is not None:
            self._decide(n, replace(subject, act=act), cause)

    def _asked(self, subject: Lead, what: str) -> tuple[Cause, Act | None]:
        offer, by = subject.offer, subject.holder.id
        match what:
            case "hand" | "help" | "rest":
                kind = {"hand": "to-ae"}.get(what, what)
                held = subject.outcome is Outcome.OWNER
                return Cause.HANDED_OVER, Act(by=by, handed=Handed(kind)) if held else None
            case "accept":
                act = Act(by=offer.to.id, offered=True) if offer else None
                return Cause.ACCEPTED, act
            case "decline" | "spam":
                reason = "conflict" if what == "decline" else "spam"
                act = (
                    Act(by=offer.to.id, reason=reason, spent=self._spent(subject), offered=True)
                    if offer
                    else None
                )
                return Cause.DECLINED, act
            case "expire":
                if offer is None or offer.until is None:
                    return Cause.SLA_MISSED, None
                self.world = replace(self.world, as_of=max(self.world.as_of, offer.until))
                ladder = ("next", "manager", "back", "review")
                return Cause.SLA_MISSED, Act(clock=ACCEPTANCE, percent=100, due=offer.until, ladder=ladder)
            case "back":
                return Cause.HANDED_OVER, Act(
                    by=by, handed=Handed(offer.kind if offer else "", back=True), spent=self._spent(subject)
                )
            case "by-hand":
                return Cause.OVERRIDDEN, Act(by="ada", chosen=Chosen(Outcome.OWNER, rep="kim"))
            case _:
                return Cause.RERUN, Act()

    def _spent(self, subject: Lead) -> Spent | None:
        offer = subject.offer
        if offer is None or not offer.pool:
            return None
        return Spent(offer.to.id, offer.pool, "main", LEAD, self.world.as_of, turns=100, back=0)

    def _decide(self, n: int, subject: Lead, cause: Cause) -> None:
        decision = decide(subject, cause, self.rules, self.world)
        self.done.append((subject, cause, self.world, decision))
        self.world = apply(self.world, subject, decision)
        self.leads[n] = after(subject, decision)


def told(rules: Compiled, steps: list[tuple[int, str]]) -> Story:
    story = Story(rules)
    for n, what in steps:
        story.do(n, what)
    return story


BOTH = st.sampled_from([PLAIN, ASKING])
CASES = settings(deadline=None, max_examples=60)


@given(BOTH, STEPS)
@CASES
def test_every_offer_ends_once_and_a_lead_is_offered_to_one_at_a_time(
    rules: Compiled, steps: list[tuple[int, str]]
) -> None:
    open_: dict[str, Offered] = {}
    story = told(rules, steps)
    for subject, _, _, decision in story.done:
        for effect in decision.effects:
            if isinstance(effect, OfferEnded):
                assert open_.pop(subject.id), "an offer ended that was not open"
            elif isinstance(effect, Offered):
                assert subject.id not in open_, "offered to two at once"
                open_[subject.id] = effect
        now = after(subject, decision)
        assert (now.offer is not None) == (subject.id in open_)
        assert (now.outcome is Outcome.OFFERED) == (now.offer is not None)
        if now.offer is not None:
            assert now.offer.to == open_[subject.id].to
            assert now.offer.to != now.holder


@given(BOTH, STEPS)
@CASES
def test_no_offer_fills_anybody_over_their_room_and_loads_are_what_is_held_and_offered(
    rules: Compiled, steps: list[tuple[int, str]]
) -> None:
    story = told(rules, steps)
    for _, _, where, decision in story.done:
        for offer in effects(decision, Offered):
            if offer.until is not None and offer.pool:
                assert where.standing.load(offer.to.id).leads < ROOM
    for name in ("ada", "kim", "noor", "uma", "vic"):
        parts = [load_of(each) for each in story.leads if each.holder.id == name]
        parts += [
            load_of_offer(each.offer) for each in story.leads if each.offer and each.offer.to.id == name
        ]
        assert story.world.standing.load(name) == _summed(parts)


@given(BOTH, STEPS)
@CASES
def test_no_epoch_is_left_out_and_an_offer_begins_none(rules: Compiled, steps: list[tuple[int, str]]) -> None:
    for subject, _, _, decision in told(rules, steps).done:
        held = effects(decision, Held)
        assert len(held) <= 1
        assert after(subject, decision).epoch == subject.epoch + len(held)
        if held and subject.epoch:
            assert held[0].was == subject.holder
        handed = [e for e in effects(decision, Offered) if e.until is not None]
        if (
            handed
            and subject.outcome is Outcome.OWNER
            and not decision.new_cycle
            and handed[0].kind != "first"
        ):
            assert not held


@given(BOTH, STEPS)
@CASES
def test_turns_sum_to_what_was_given_back(rules: Compiled, steps: list[tuple[int, str]]) -> None:
    story = told(rules, steps)
    given_back = sum(_returned(story))
    total = sum(sum(pool.credit) for pool in story.world.standing.changed_pools.values())
    assert total == given_back
    for _, cause, _, decision in story.done:
        turned = [change for change in decision.credits if isinstance(change, Turned)]
        assert len(turned) <= 1
        if cause is Cause.ACCEPTED:
            assert decision.credits == ()


@given(BOTH, STEPS)
@CASES
def test_nothing_ends_in_silence_and_everything_replays(
    rules: Compiled, steps: list[tuple[int, str]]
) -> None:
    for subject, cause, where, decision in told(rules, steps).done:
        now = after(subject, decision)
        if not decision.kept and now.outcome not in (Outcome.REJECTED, Outcome.CLOSED):
            assert next_instant(decision.effects, where.as_of) is not None
        stored = record_bytes(
            subject,
            cause,
            decision,
            policy=rules.policy.hash,
            roster="r",
            turn=1,
            as_of=where.as_of,
            candidates=(),
            unread=rules.unread,
        )
        pools = {key: where.standing.pool(*key) for key in where.standing.changed_pools}
        assert replay(read_record(stored), rules, where.roster, pools) == ()


def _returned(story: Story) -> Iterator[int]:
    for _, _, _, decision in story.done:
        yield from [change.cost for change in decision.credits if isinstance(change, Returned)]


def _summed(loads: list[Load]) -> Load:
    return Load(
        sum(each.leads for each in loads),
        sum(each.cost for each in loads),
        sum(each.queue for each in loads),
        sum(each.tasks for each in loads),
        sum(each.size for each in loads),
    )
