"""The engine by law: same input same bytes, nobody who cannot take a lead gets one, no lead falls through, records read back."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chance import CALENDARS, RULES, leads, worlds
from firstright.core.apply import after
from firstright.core.assignment.eligibility import person_codes
from firstright.core.compiled import Compiled
from firstright.core.decide import decide
from firstright.core.decision import Code, Decision, Held, Turned, result_bytes
from firstright.core.lead import Cause, HolderKind, Lead, Outcome
from firstright.core.matching import candidates
from firstright.core.record import read_record, record_bytes, stood_of
from firstright.core.replay import replay
from firstright.core.roster import Absence, Document, Membership, Rep, Roster
from firstright.core.world import Candidate, Stood, World
from routing import CATCH_ALL, DAY, HEAD, MONDAY, TO_SDR, lead, policy, routed, world

CASES = settings(deadline=None, max_examples=90)


@given(leads(), st.sampled_from(Cause), worlds())
@CASES
def test_no_lead_falls_through(subject: Lead, cause: Cause, where: World) -> None:
    """Every decision has an outcome, a reason, and a next instant unless the lead is at its end."""
    decision = decide(subject, cause, RULES, where)
    assert decision.reason
    if decision.kept:  # an act of somebody, or an improvement that may not move it
        assert (decision.outcome, decision.holder) == (subject.outcome, subject.holder)
        return
    assert (decision.next_at is None) == (decision.outcome is Outcome.REJECTED)
    assert decision.outcome is not Outcome.PENDING
    assert (decision.holder.kind is HolderKind.REP) == (decision.outcome is Outcome.OWNER)
    assert (decision.waiting is not None) == (decision.outcome is Outcome.WAITING)


@given(leads(), st.sampled_from(Cause), worlds())
@CASES
def test_the_same_input_gives_the_same_bytes(subject: Lead, cause: Cause, where: World) -> None:
    """Also with a policy and a roster compiled anew, so that no memory of theirs decides."""
    again = Compiled(RULES.policy)
    fresh = msgspec.structs.replace(where, roster=Roster(where.roster.document))
    assert result_bytes(decide(subject, cause, RULES, where)) == result_bytes(
        decide(subject, cause, again, fresh)
    )


@given(leads(), st.sampled_from(Cause), worlds())
@CASES
def test_nobody_is_picked_who_is_gone_away_full_or_out_of_hours(
    subject: Lead, cause: Cause, where: World
) -> None:
    decision = decide(subject, cause, RULES, where)
    for asked in decision.trace.asked:
        members = where.roster.members(asked.pool)
        if asked.winner and not asked.pool.startswith("@"):
            winner = members.reps[members.ids.index(asked.winner)]
            hours = RULES.policy.pools[asked.pool].hours
            assert person_codes(winner, where.roster, where.as_of, hours=hours)[0] == []
            assert winner.capacity is None or where.standing.load(winner.id).leads < winner.capacity
    if decision.outcome is Outcome.OWNER:
        owner = where.roster.reps[decision.holder.id]
        assert person_codes(owner, where.roster, where.as_of, hours=False)[0] == []


@given(leads(), worlds(), st.sampled_from([Cause.DECLINED, Cause.SLA_MISSED, Cause.RETURNED, Cause.NO_REPLY]))
@CASES
def test_who_had_it_in_this_cycle_never_gets_it_back(subject: Lead, where: World, cause: Cause) -> None:
    assert decide(subject, cause, RULES, where).holder.id not in subject.tried


@given(leads(), worlds())
@CASES
def test_exactly_the_winner_pays_and_only_when_a_pool_took_it(subject: Lead, where: World) -> None:
    decision = decide(subject, Cause.ARRIVED, RULES, where)
    turns = [c for c in decision.credits if isinstance(c, Turned)]
    winners = [a.winner for a in decision.trace.asked if a.winner and not a.pool.startswith("@")]
    assert [t.winner for t in turns] == winners
    for turned in turns:
        position = where.roster.members(turned.pool).ids.index(turned.winner)
        assert int(turned.eligible, 16) >> position & 1


@given(leads(), worlds(), st.sampled_from([Cause.ENRICHED, Cause.SCORED, Cause.RERUN, Cause.CRM_CHANGED]))
@CASES
def test_deciding_again_on_the_result_changes_no_holder_and_spends_no_turn(
    subject: Lead, where: World, cause: Cause
) -> None:
    first = decide(subject, Cause.ARRIVED, RULES, where)
    again = decide(after(subject, first), cause, RULES, where)
    assert (again.outcome, again.holder, again.credits) == (first.outcome, first.holder, ())
    assert not [e for e in again.effects if isinstance(e, Held)]


@given(leads(), worlds())
@CASES
def test_a_fresh_lead_gets_exactly_one_holder_row(subject: Lead, where: World) -> None:
    decision = decide(subject, Cause.ARRIVED, RULES, where)
    assert [e.holder for e in decision.effects if isinstance(e, Held)] == [decision.holder]


def recorded(subject: Lead, cause: Cause, decision: Decision, where: World, rules: Compiled) -> bytes:
    return record_bytes(
        subject,
        cause,
        decision,
        policy=rules.policy.hash,
        roster=where.roster.hash,
        turn=where.turn,
        as_of=where.as_of,
        candidates=candidates(subject, where),
    )


@given(leads(), st.sampled_from(Cause), worlds())
@CASES
def test_a_record_reads_back_and_replays_to_the_same_bytes(subject: Lead, cause: Cause, where: World) -> None:
    decision = decide(subject, cause, RULES, where)
    record = read_record(recorded(subject, cause, decision, where, RULES))
    assert record.decision() == decision
    assert (record.lead, record.cause, record.as_of) == (subject, cause, where.as_of)
    assert record.candidates == candidates(subject, where)
    assert replay(record, RULES, where.roster, {}) == ()


def test_a_record_of_a_hundred_members_and_twenty_candidates_stays_under_four_kilobytes() -> None:
    """Many codes, ids as stored, and a person who was known: the widest record that is not made wide by its message."""
    absence = (Absence("vacation", MONDAY - DAY, MONDAY + DAY),)
    reps = tuple(
        Rep(
            id=f"rep-{n:03}",
            name=f"Rep Number {n}",
            active=n % 7 > 0,
            calendar="berlin",
            capacity=5,
            languages=("de",) if n % 2 else ("en",),
            skills={"enterprise": n % 4},
            absences=absence if n % 5 == 0 else (),
            memberships=(Membership("sdr", 1, joined=MONDAY + DAY if n % 11 == 0 else None),),
        )
        for n in range(100)
    )
    people = Roster(Document("r" * 64, reps, CALENDARS))
    needs = 'needs = { language = "lead", skills = { enterprise = 2 } }\nwhen_full = { wait = "none" }\n'
    rules = policy(
        TO_SDR + needs, CATCH_ALL, head=HEAD + '\n[[precedence]]\nstep = "previous-owner"\nwithin = "1d"\n'
    )
    subject = lead(
        id="0190aaaa-bbbb-7000-8000-000000000001", language="de", last_name="Ek", phone="+4940123456"
    )
    state = msgspec.structs.replace(
        subject, id="0190aaaa-bbbb-7000-8000-000000000002", outcome=Outcome.CLOSED
    )
    ago = MONDAY - 9 * DAY
    known = [Candidate("lead", state.id, "email", "rep-001", False, ago, lead=state)]
    colleagues = [f"0190aaaa-bbbb-7000-8000-0000000001{n:02}" for n in range(30)]
    known += [Candidate("lead", colleague, "domain", "rep-002", True, ago) for colleague in colleagues]
    known += [
        Candidate("account", ident.replace("8000", "800a"), "domain", "", True, ago, "Acme Incorporated")
        for ident in colleagues
    ]
    known += [
        Candidate("opportunity", ident.replace("8000", "800b"), "domain", "", True, ago, "Acme: arms")
        for ident in colleagues
    ]
    known += [
        Candidate("contact", ident.replace("8000", "800c"), "email", "", True, ago, "Anna Ek")
        for ident in colleagues
    ]
    loads = {f"rep-{n:03}": 5 for n in range(0, 100, 3)}
    where = world(people, known=known, about=subject, loads=loads)
    decision = routed(rules, subject, where)
    assert len(candidates(subject, where)) == 20
    assert {code for code, _ in decision.trace.asked[0].codes} == {
        Code.INACTIVE, Code.NOT_IN_POOL, Code.ABSENT, Code.LOAD_FULL, Code.SKILL_MISSING, Code.LANGUAGE,
    }  # fmt: skip
    assert len(recorded(subject, Cause.ARRIVED, decision, where, rules)) < 4096
    assert stood_of(decision) == {"sdr": Stood(full=sum(1 << n for n in range(0, 100, 3)))}


def test_a_decision_that_cannot_be_read_is_refused_by_name() -> None:
    with pytest.raises(msgspec.ValidationError):
        read_record(b'{"policy": 1}')
