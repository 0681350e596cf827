"""Pull pools: members see what waits and claim one, or take the next one blindly; nobody takes what is not theirs to take."""

import pytest

from desk.office import Office, office, owner
from desk.views import faults
from firstright.core.authority import Actor, Role
from firstright.desk.acting import Accept, Claim
from firstright.desk.assigning import Reassign
from firstright.desk.taking import TakeNext
from firstright.errors import NotFound, NothingWaits, Refused, Superseded
from routing import ADA, CALENDARS, CATCH_ALL, HEAD, KIM, MINUTE, MONDAY, NOOR, OMAR, TO_SDR, ZOE

PULL = HEAD.replace("[pools.sdr]", '[pools.sdr]\nmethod = "pull"')
URGENT = '\n[[rule]]\nid = "demo"\ntier = "first"\nwhen = { intent = "demo" }\nsend_to = { pool = "sdr" }\nservice = "urgent"\n'
RULES = PULL + URGENT + TO_SDR + CATCH_ALL
BLIND = RULES.replace("[pools.sdr]", "[pools.sdr]\npreview = false")
PEOPLE = CALENDARS + ADA + KIM + NOOR + OMAR + ZOE
MARA = Actor("mara", "Mara", Role.OPERATIONS)


def refusal(here: Office, work: TakeNext | Claim) -> str:
    with pytest.raises(Refused) as caught:
        here.desk.act(work)
    return " / ".join(caught.value.reasons)


def queued(here: Office, *names: str, **facts: str) -> list[str]:
    found = []
    for name in names:
        told = here.send(name, **facts)
        assert owner(told) == "queued"
        found.append(str(told["lead"]))
        here.at += MINUTE
    return found


def test_the_next_one_is_the_most_urgent_and_then_the_oldest(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(BLIND, PEOPLE)
        anna, ben = queued(here, "anna", "ben")
        [cleo] = queued(here, "cleo", intent="demo")
        taken = [here.desk.act(TakeNext("sdr", by)) for by in ("kim", "noor", "kim")]
        assert [(each.lead, each.owner) for each in taken] == [(cleo, "kim"), (anna, "noor"), (ben, "kim")]
        with pytest.raises(NothingWaits):
            here.desk.act(TakeNext("sdr", "omar"))
        assert faults(here) == []


def test_a_lead_that_is_taken_costs_a_turn_of_the_pool(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(RULES, PEOPLE)
        [anna] = queued(here, "anna")
        here.desk.act(Claim(anna, "noor"))
        assert here.rows("SELECT pool, kind, rep, cost FROM ledger") == [
            ("sdr", "turned", "noor", 1_000_000_000)
        ]
        row = here.lead({"lead": anna})
        assert (row.outcome, row.reason, row.rule, row.holder_id) == ("owner", "claimed", "to-sdr", "noor")
        assert faults(here) == []


def test_nothing_is_given_to_anybody_and_the_clocks_run_in_the_pools_time(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(RULES, PEOPLE)
        told = here.send("anna")
        assert (owner(told), here.lead(told).holder_kind, here.lead(told).holder_id) == (
            "queued",
            "queue",
            "sdr",
        )
        assert here.lead(told).expected_at is not None
        assert here.rows("SELECT count(*) FROM ledger") == [(0,)]


@pytest.mark.parametrize(
    ("people", "why"),
    [
        ("paused_until = 2026-03-02T11:00:00Z", "paused until Mon 2 Mar 12:00 Berlin"),
        ("capacity = 0", "full, 0 of 0 open leads"),
    ],
)
def test_who_cannot_take_it_hears_why_in_words(database_url: str, people: str, why: str) -> None:
    with office(database_url) as here:
        here.publish(RULES, CALENDARS + ADA + KIM.replace("pools =", f"{people}\npools =") + NOOR)
        [anna] = queued(here, "anna")
        for work in (Claim(anna, "kim"), TakeNext("sdr", "kim")):
            assert refusal(here, work) == (
                f"rep: Kim Larsen cannot take it: {why}; a manager may give it by hand"
            )
        here.desk.act(Reassign(anna, MARA, "kim", "knows them"))
        assert here.lead({"lead": anna}).holder_id == "kim"


def test_a_skill_a_cap_and_an_unanswered_lead_are_named_too(database_url: str) -> None:
    rules = RULES.replace("[pools.sdr]", "[pools.sdr]\none_at_a_time = true").replace(
        'id = "to-sdr"', 'id = "to-sdr"\nneeds = { skills = { saas = 2 } }'
    )
    rules = rules.replace(
        "[queues.desk]", '[limits.daily]\nmost = 1\nperiod = "day"\npools = ["sdr"]\n\n[queues.desk]'
    )
    skilled = NOOR.replace("pools =", "skills = { saas = 2 }\npools =")
    with office(database_url) as here:
        here.publish(rules, CALENDARS + ADA + KIM + skilled)
        queued(here, "anna", "ben")
        assert refusal(here, TakeNext("sdr", "kim")).startswith(
            "rep: Kim Larsen cannot take it: needs saas 2, has 0;"
        )
        first = here.desk.act(TakeNext("sdr", "noor"))
        both = refusal(here, TakeNext("sdr", "noor"))
        assert "has a lead they have neither accepted nor touched" in both
        assert "has reached daily, 1 of 1, until" in both
        here.desk.act(Accept(first.lead, "noor"))
        assert "neither accepted" not in refusal(here, TakeNext("sdr", "noor"))


def test_a_lead_that_is_not_theirs_is_passed_by_for_the_next_that_is(database_url: str) -> None:
    needs = '\n[[rule]]\nid = "saas"\ntier = "first"\nwhen = { country = "FR" }\nsend_to = { pool = "sdr" }\nneeds = { skills = { saas = 2 } }\n'
    with office(database_url) as here:
        here.publish(PULL + needs + TO_SDR + CATCH_ALL, PEOPLE)
        queued(here, "anna", country="FR")
        [ben] = queued(here, "ben")
        assert here.desk.act(TakeNext("sdr", "kim")).lead == ben


def test_where_members_take_the_next_one_nobody_chooses(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(BLIND, PEOPLE)
        [anna] = queued(here, "anna")
        assert (
            refusal(here, Claim(anna, "kim"))
            == "lead: of Sales development members take the next one, not one of their choice"
        )


def test_who_is_no_member_takes_nothing(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(RULES, PEOPLE)
        [anna] = queued(here, "anna")
        for work in (Claim(anna, "zoe"), TakeNext("sdr", "zoe")):
            assert refusal(here, work) == "rep: Zoe Park is no member of Sales development"
        assert refusal(here, TakeNext("sdr", "kimm")) == 'rep: "kimm" is not known; did you mean kim?'
        for pool in ("sun", "desk", "nowhere"):
            with pytest.raises(NotFound):
                here.desk.act(TakeNext(pool, "kim"))


def test_a_repeat_with_the_same_key_takes_no_second_lead(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(RULES, PEOPLE)
        anna, ben = queued(here, "anna", "ben")
        first, again = (here.desk.act(TakeNext("sdr", "kim", key="k1")) for _ in range(2))
        assert (first.lead, first.repeat, again.lead, again.repeat) == (anna, False, anna, True)
        assert again.decision == first.decision
        assert here.desk.act(TakeNext("sdr", "kim", key="k2")).lead == ben


def test_two_who_claim_the_same_lead_get_one_answer_each(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(RULES, PEOPLE)
        [anna] = queued(here, "anna")
        with here.held():
            works = [here.desk.writer.submit(Claim(anna, by)) for by in ("kim", "noor")]
        kims, noors = (work.result() for work in works)
        assert not isinstance(kims, Exception) and kims.owner == "kim"
        assert isinstance(noors, Superseded) and noors.owner == "kim"


def test_an_overflow_that_is_pulled_from_lies_there_until_somebody_takes_it(database_url: str) -> None:
    rules = HEAD.replace("[pools.sun]", '[pools.sun]\nmethod = "pull"') + TO_SDR
    rules += 'when_full = { wait = "none", overflow = "sun" }\n' + CATCH_ALL
    with office(database_url, at=MONDAY) as here:
        here.publish(rules, CALENDARS + ADA + KIM.replace("pools =", "capacity = 0\npools =") + ZOE)
        told = here.send("anna")
        assert (owner(told), here.lead(told).holder_id) == ("queued", "sun")
        assert here.desk.act(TakeNext("sun", "zoe")).lead == told["lead"]
