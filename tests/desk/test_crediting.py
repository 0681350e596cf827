"""Credit back at the desk, on both databases: found on the ledger, given once, agreed to by whom it is theirs to, replayed."""

from collections.abc import Callable

import pytest

from desk.office import PEOPLE, Office, office, owner
from desk.test_acting import act
from desk.test_assigning import ADA, KIM, MARA
from desk.views import faults
from firstright.core.authority import Actor, Role
from firstright.core.pools import LEAD
from firstright.desk.acting import Accept, Decline, LogTouch, OnLead, Return
from firstright.desk.assigning import Reassign
from firstright.desk.crediting import AdjustCredit, Adjusted, Answered, ApproveCredit, RefuseCredit
from firstright.desk.learning import LearnFacts
from firstright.errors import FirstrightError, NotFound, Refused
from firstright.storage import credits
from firstright.storage.standing import load
from routing import CATCH_ALL, DAY, HEAD, HOUR, MINUTE, MONDAY, TO_SDR

BOSS = Actor("u-boss", "Bo Boss", Role.MANAGER, "bo", frozenset({"bo", "zoe"}))
AGREED = (
    HEAD
    + """
[credit_back.reasons]
no-show = { credit = true, approval = "manager", window = "72h" }
"""
    + TO_SDR
    + CATCH_ALL
)
NOBODY = "0190a000-0000-7000-8000-000000000000"


def credit(here: Office, rep: str) -> int:
    with here.desk.read() as tx:
        standing = load(tx, -1).pool("sdr", "main")
    return standing.credit[standing.members.index(rep)]


def ledger(here: Office) -> list[tuple[object, ...]]:
    return here.rows("SELECT seq, kind, rep, cost FROM ledger WHERE pool = 'sdr' ORDER BY seq")


def asked(here: Office) -> list[tuple[object, ...]]:
    return here.rows("SELECT rep, reason, state, note FROM credit_request ORDER BY id")


def request(here: Office) -> str:
    """The only one there is."""
    ((name,),) = here.rows("SELECT id FROM credit_request")
    return str(name)


def to_kim(here: Office, name: str = "mara") -> str:
    told = here.send(name)
    assert owner(told) == "kim"
    return str(told["lead"])


GIVES: list[tuple[str, Callable[[str], OnLead]]] = [
    ("a declined lead", lambda lead: Decline(lead, "kim", "spam", epoch=1)),
    ("a returned lead", lambda lead: Return(lead, "kim", "duplicate", epoch=1)),
    ("a no-show", lambda lead: LogTouch(lead, "kim", "meeting", result="no-show", epoch=1)),
]


@pytest.mark.parametrize(("what", "work"), GIVES, ids=[what for what, _ in GIVES])
def test_what_it_cost_is_given_back(database_url: str, what: str, work: Callable[[str], OnLead]) -> None:
    with office(database_url) as here:
        lead = to_kim(here)
        before = credit(here, "kim")
        here.at = MONDAY + HOUR
        here.desk.act(work(lead))
        assert credit(here, "kim") == before + LEAD
        assert ledger(here)[:2] == [(1, "turned", "kim", LEAD), (2, "returned", "kim", LEAD)]
        assert [(rep, state, note) for rep, _, state, note in asked(here)] == [("kim", "given", "")]
        assert faults(here) == []


def test_a_turn_is_given_back_once_whatever_is_said_of_it_later(database_url: str) -> None:
    """Nobody came to Kim's meeting; then the address is no good either."""
    with office(database_url) as here:
        lead = to_kim(here)
        here.desk.act(Accept(lead, "kim"))
        here.desk.act(LogTouch(lead, "kim", "meeting", result="no-show"))
        here.desk.act(Return(lead, "kim", "spam"))
        assert [kind for _, kind, rep, _ in ledger(here) if rep == "kim"] == ["turned", "returned"]
        assert asked(here) == [("kim", "no-show", "given", "")]
        assert faults(here) == []


def test_what_came_by_hand_cost_no_turn(database_url: str) -> None:
    with office(database_url) as here:
        lead = to_kim(here)
        here.desk.act(Reassign(lead, MARA, "noor", "they met"))
        here.desk.act(Decline(lead, "noor", "spam"))
        assert [kind for _, kind, rep, _ in ledger(here) if rep == "noor"] == []
        assert asked(here) == []


def test_the_second_of_a_month_is_over_the_cap_and_says_so(database_url: str) -> None:
    """A month with two turns has one to give back, also when both come back in one batch."""
    with office(database_url) as here:
        first = to_kim(here)
        for name in ("bo", "cy"):
            here.send(name)
        second = to_kim(here, "di")
        with here.held():
            futures = [here.desk.writer.submit(Decline(lead, "kim", "spam")) for lead in (first, second)]
        assert [type(f.result()).__name__ for f in futures] == ["Acted", "Acted"]
        assert asked(here) == [("kim", "spam", "given", ""), ("kim", "spam", "refused", "over-cap")]
        assert faults(here) == []


def test_after_the_window_nothing_is_given_back(database_url: str) -> None:
    with office(database_url) as here:
        lead = to_kim(here)
        here.desk.act(Accept(lead, "kim"))
        here.at = MONDAY + 3 * DAY + MINUTE
        here.desk.act(Return(lead, "kim", "spam"))
        assert asked(here) == [("kim", "spam", "refused", "too-late")]


def test_another_month_begins_in_the_zone_of_the_pool(database_url: str) -> None:
    april = MONDAY.replace(month=3, day=31, hour=20)  # 22:00 in Berlin
    people = PEOPLE.replace('mon-fri = "09:00-17:00"', 'mon-sun = "00:00-24:00"')
    with office(database_url, published=False, at=april) as here:
        here.publish(people=people)
        leads = [str(here.send(name)["lead"]) for name in ("mara", "bo", "cy", "di")]
        here.desk.act(Decline(leads[0], "kim", "spam"))
        here.at = april + 2 * HOUR + MINUTE  # 1 April there, 31 March in UTC
        here.desk.act(Decline(leads[3], "kim", "spam"))
        assert [state for _, _, state, _ in asked(here)] == ["given", "given"]


def test_what_the_manager_must_agree_to_waits_and_is_given_by_a_decision_of_its_own(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(AGREED)
        lead = to_kim(here)
        here.desk.act(LogTouch(lead, "kim", "meeting", result="no-show"))
        assert asked(here) == [("kim", "no-show", "asked", "")]
        name = request(here)
        before = credit(here, "kim")
        here.at = MONDAY + 5 * DAY  # when it was asked counts, not when it is answered
        done = here.desk.act(ApproveCredit(name, ADA, "they told me"))
        assert done == Answered(name, lead, "kim", "sdr", "given", done.decision, False)
        assert credit(here, "kim") == before + LEAD
        assert here.rows("SELECT cause, reason, holder_id FROM decision WHERE id = ?", done.decision) == [
            ("corrected", "credit-back", "kim")
        ]
        assert asked(here) == [("kim", "no-show", "given", "they told me")]
        assert here.rows("SELECT actor, action FROM audit WHERE subject_kind = 'credit-request'") == [
            ("u-ada", "approve-credit")
        ]
        again = here.desk.act(ApproveCredit(name, MARA, ""))
        assert (again.state, again.repeat) == ("given", True)
        assert isinstance(refusal(here, RefuseCredit(name, MARA, "no")), Refused)
        assert faults(here) == []


def refusal(here: Office, work: ApproveCredit | RefuseCredit | AdjustCredit) -> FirstrightError | None:
    try:
        here.desk.act(work)  # type: ignore[arg-type]  # one of three kinds of answer
    except FirstrightError as error:
        return error
    return None


def test_nobody_answers_for_themselves_and_no_stranger_sees_it(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(AGREED)
        lead = to_kim(here)
        here.desk.act(LogTouch(lead, "kim", "meeting", result="no-show"))
        name = request(here)
        kim_leads = Actor("u-kim", "Kim Larsen", Role.MANAGER, "kim", frozenset({"kim", "noor"}))
        for who, what in ((KIM, NotFound), (BOSS, NotFound), (kim_leads, Refused)):
            assert isinstance(refusal(here, ApproveCredit(name, who, "")), what)
        assert isinstance(refusal(here, ApproveCredit(NOBODY, MARA, "")), NotFound)
        assert isinstance(refusal(here, RefuseCredit(name, ADA, "")), Refused)  # a no needs its reason
        with here.desk.read() as tx:
            assert [row.id for row in credits.waiting(tx, ADA)] == [name]
            assert [row.id for row in credits.waiting(tx, MARA)] == [name]
            assert (
                credits.waiting(tx, BOSS) == credits.waiting(tx, kim_leads) == credits.waiting(tx, KIM) == []
            )
        here.desk.act(RefuseCredit(name, ADA, "you were late yourself"))
        assert asked(here) == [("kim", "no-show", "refused", "you were late yourself")]
        assert [kind for _, kind, _, _ in ledger(here)] == ["turned"]
        assert faults(here) == []


def test_an_invalid_contact_comes_back_by_itself_once_the_address_bounces(database_url: str) -> None:
    with office(database_url) as here:
        lead = to_kim(here)
        here.desk.act(Return(lead, "kim", "invalid-contact"))
        assert asked(here) == [("kim", "invalid-contact", "asked", "")]
        before = credit(here, "kim")
        here.desk.act(LearnFacts(lead, {"title": "CTO"}, "mara"))
        assert credit(here, "kim") == before
        here.desk.act(LearnFacts(lead, {"email_bounced": True}, "mara"))
        assert credit(here, "kim") == before + LEAD
        assert asked(here) == [("kim", "invalid-contact", "given", "found to be so")]
        here.desk.act(LearnFacts(lead, {"phone_invalid": True}, "mara"))
        assert [kind for _, kind, rep, _ in ledger(here) if rep == "kim"] == ["turned", "returned"]
        assert faults(here) == []


def test_a_rotation_set_right_by_hand_is_a_row_that_replays(database_url: str) -> None:
    with office(database_url) as here:
        to_kim(here)
        before = credit(here, "noor")
        done = here.desk.act(AdjustCredit("sdr", "noor", LEAD // 2, MARA, "an import went wrong"))
        assert done == Adjusted("sdr", "main", "noor", LEAD // 2, before + LEAD // 2, 2)
        here.at = MONDAY + MINUTE
        assert owner(here.send("bo")) == "noor"
        here.desk.act(AdjustCredit("sdr", "kim", -LEAD, MARA, "and back"))
        assert ledger(here)[1] == (2, "manual", "noor", LEAD // 2)
        assert (
            here.rows("SELECT actor, action, subject_id FROM audit WHERE action = 'adjust-credit'")
            == [(MARA.user, "adjust-credit", "sdr")] * 2
        )
        assert faults(here) == []


def test_only_operations_adjust_and_only_members_of_a_pool(database_url: str) -> None:
    with office(database_url) as here:
        wrong = [
            AdjustCredit("sdr", "noor", LEAD, ADA, "she is mine"),
            AdjustCredit("nowhere", "noor", LEAD, MARA, "why"),
            AdjustCredit("sdr", "zoe", 0, MARA, ""),
            AdjustCredit("sdr", "noor", LEAD, MARA, "why", "import"),
        ]
        found = [refusal(here, each) for each in wrong]
        assert [len(each.reasons) for each in found if isinstance(each, Refused)] == [1, 1, 3, 1]
        assert ledger(here) == []


def test_a_refused_act_changes_nothing(database_url: str) -> None:
    with office(database_url) as here:
        lead = to_kim(here)
        assert isinstance(act(here, Return(lead, "noor", "spam")), FirstrightError)
        assert isinstance(act(here, Return(lead, "kim", "nonsense")), Refused)
        assert (asked(here), ledger(here)) == ([], [(1, "turned", "kim", LEAD)])
