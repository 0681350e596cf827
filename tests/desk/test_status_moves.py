"""A lead is moved on when its status has what it asks for; all that stands in the way is named; won, lost and disqualified end it."""

import pytest

from desk.office import Office, office
from desk.test_acting import act, untouched
from desk.views import LOUD, clocks, faults
from firstright.core.authority import Actor, Role
from firstright.core.lead import Fact
from firstright.core.pipeline import PIPELINE
from firstright.desk.acting import Acted, LogEngagement, LogTouch
from firstright.desk.assigning import Reassign
from firstright.desk.moving import MoveStatus, SetRole
from firstright.errors import NotFound, Refused, Superseded
from routing import CATCH_ALL, HEAD, HOUR, MINUTE, MONDAY, TO_SDR

KIM_ = Actor("kim", "Kim Larsen", Role.REP, "kim")
NOOR_ = Actor("noor", "Noor Haddad", Role.REP, "noor")
ADA_ = Actor("ada", "Ada Krüger", Role.MANAGER, "ada", frozenset({"ada", "kim", "noor", "omar"}))
OPS = Actor("ops", "Operations", Role.OPERATIONS)
WORDS = ("need", "fit", "timeline", "authority", "budget")
OWN = """
[fields.budget_aed]
type = "number"
[statuses.qualified]
role = "sdr"
required = ["employees"]
criteria = ["need", "budget"]
vouch = ["need"]
known_by = { budget = "budget_aed" }
[statuses.contacted]
enter_on = ["connected", "reply"]
[disqualified]
reasons = ["no-visa"]
[roles]
ae = ["sun"]
"""


def kims(here: Office, name: str = "mara", **facts: str) -> str:
    """A lead that Kim has."""
    told = here.send(name, **facts)
    lead = str(told["lead"])
    assert here.lead(told).holder_id == "kim"
    return lead


def refused(here: Office, work: MoveStatus | SetRole) -> list[str]:
    before = untouched(here)
    found = act(here, work)
    assert isinstance(found, Refused), found
    assert untouched(here) == before
    return list(found.reasons)


def status(here: Office, lead: str) -> str:
    return str(here.rows("SELECT status FROM lead WHERE id = ?", lead)[0][0])


def test_all_that_a_status_asks_for_and_is_not_so_is_named_at_once(database_url: str) -> None:
    with office(database_url) as here:
        lead = kims(here)
        assert refused(here, MoveStatus(lead, KIM_, "attempted-contact")) == [
            "to: attempted-contact needs: an attempt (no dial or e-mail of ours is logged)"
        ]
        word = "not known, and nobody has given their word"
        assert refused(here, MoveStatus(lead, KIM_, "qualified")) == [
            f"to: qualified needs: need ({word}); fit ({word}); timeline ({word});"
            f" authority or decision process ({word}); budget range ({word})"
        ]  # the task of the first call lies ahead
        assert refused(here, MoveStatus(lead, KIM_, "qualified", met=("need", "next-step", "charm"))) == [
            'met: "charm" is not known; there are need, fit, timeline, authority, budget, next-step',
            "met: next step is checked, nobody can give their word for it",
            "note: is needed where you give your word: what was said, and by whom",
            f"to: qualified needs: fit ({word}); timeline ({word});"
            f" authority or decision process ({word}); budget range ({word})",
        ]


def test_who_gives_their_word_with_a_note_qualifies_a_lead_that_has_a_next_step(database_url: str) -> None:
    with office(database_url) as here:
        lead = kims(here)
        moved = here.desk.act(MoveStatus(lead, KIM_, "qualified", met=WORDS, note="CEO, by phone", epoch=1))
        assert moved == Acted(lead, moved.decision, "owner", "kim", 1, "qualified", False)
        assert here.rows("SELECT reason, cause, holder_id FROM decision WHERE id = ?", moved.decision) == [
            ("status:qualified", "qualified", "kim")
        ]
        assert here.rows('SELECT criterion, "by", note FROM vouched ORDER BY criterion') == [
            (name, "kim", "CEO, by phone") for name in sorted(WORDS)
        ]
        again = here.desk.act(MoveStatus(lead, KIM_, "qualified"))
        assert again == Acted(lead, "", "owner", "kim", 1, "qualified", True)
        here.desk.act(LogTouch(lead, "kim", "call", result="connected"))
        assert status(here, lead) == "qualified"  # a touch takes nothing back
        assert faults(here) == []


def test_without_anything_ahead_no_word_makes_a_lead_qualified(database_url: str) -> None:
    with office(database_url) as here:
        lead = kims(here)
        here.desk.act(LogTouch(lead, "kim", "call", result="connected"))
        assert refused(here, MoveStatus(lead, KIM_, "qualified", met=WORDS, note="by phone")) == [
            "to: qualified needs: next step (no task or meeting ahead)"
        ]


def test_the_policys_own_fields_and_criteria_are_what_is_asked(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(HEAD + TO_SDR + CATCH_ALL + OWN)
        lead = kims(here)
        word = "not known, and nobody has given their word"
        assert refused(here, MoveStatus(lead, KIM_, "qualified")) == [
            f"to: qualified needs: employees (not known); need ({word}); budget range (not known)"
        ]
        facts: dict[str, Fact] = {"employees": 40, "budget_aed": 9_000}
        here.desk.act(MoveStatus(lead, KIM_, "qualified", met=("need",), note="yes", facts=facts))
        assert status(here, lead) == "qualified"
        assert here.rows("SELECT was, status, cycle FROM status_change") == [("routed", "qualified", 1)]


def test_a_reply_enters_contacted_where_the_policy_says_so(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(HEAD + TO_SDR + CATCH_ALL + OWN)
        lead = kims(here)
        here.desk.act(LogEngagement(lead, "hook", "visit", what="/pricing"))
        assert status(here, lead) == "routed"
        here.desk.act(LogEngagement(lead, "hook", "reply"))
        assert status(here, lead) == "contacted"
        here.desk.act(LogTouch(lead, "kim", "call"))
        assert status(here, lead) == "contacted"


def test_disqualifying_takes_a_reason_of_the_list_and_not_a_fit_says_nothing(database_url: str) -> None:
    with office(database_url) as here:
        lead = kims(here)
        known = ", ".join(PIPELINE.disqualified)
        for said in ("not a fit", "Not-a-fit.", "bad fit"):
            assert refused(here, MoveStatus(lead, KIM_, "disqualified", reason=said)) == [
                f'reason: "{said}" alone says nothing anybody can learn from; say which of these it is: {known}'
            ]
        assert refused(here, MoveStatus(lead, KIM_, "disqualified")) == [
            f"reason: is needed to disqualify; say which of these it is: {known}"
        ]
        assert refused(here, MoveStatus(lead, KIM_, "disqualified", reason="no-budgett")) == [
            'reason: "no-budgett" is not known; did you mean no-budget?'
        ]
        done = here.desk.act(MoveStatus(lead, KIM_, "disqualified", reason="no-budget", note="next year"))
        assert (done.outcome, done.owner, done.status) == ("closed", "", "disqualified")
        assert here.rows("SELECT reason FROM lead") == [("disqualified:no-budget",)]
        assert faults(here) == []


@pytest.mark.parametrize("to", ["won", "lost"])
def test_won_and_lost_end_the_clocks_of_the_cycle_and_only_reopening_begins_another(
    database_url: str, to: str
) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        told = here.send("mara")
        lead = str(told["lead"])
        if to == "lost":
            assert refused(here, MoveStatus(lead, KIM_, to)) == [
                "reason: is needed, in a few words of your own"
            ]
        here.at = MONDAY + 10 * MINUTE
        done = here.desk.act(MoveStatus(lead, KIM_, to, reason="they chose us not"))
        assert (done.outcome, done.status) == ("closed", to)
        assert {state for _, _, state, _ in clocks(here, told)} == {"cancelled"}
        assert here.rings(MONDAY + 300 * HOUR) == []
        assert refused(here, MoveStatus(lead, OPS, "qualified")) == [
            f"to: a lead that is {to} is over: it is opened again first"
        ]
        here.at = MONDAY + 14 * 24 * HOUR
        again = here.desk.act(MoveStatus(lead, OPS, "new", reason="they called"))
        assert (again.outcome, again.status) == ("owner", "routed")
        assert here.rows("SELECT cycle FROM lead") == [(2,)]
        assert faults(here) == []


def test_a_won_customer_who_writes_again_begins_a_new_cycle_of_the_same_lead(database_url: str) -> None:
    with office(database_url) as here:
        lead = kims(here)
        here.desk.act(MoveStatus(lead, KIM_, "won"))
        again = here.send("mara")
        assert again["lead"] == lead
        assert here.rows("SELECT status, cycle, outcome FROM lead") == [("routed", 2, "owner")]
        assert faults(here) == []


def test_a_qualified_lead_stays_so_with_whoever_has_it_next(database_url: str) -> None:
    with office(database_url) as here:
        lead = kims(here)
        here.desk.act(MoveStatus(lead, KIM_, "qualified", met=WORDS, note="by phone"))
        here.desk.act(Reassign(lead, OPS, "noor", "territory"))
        assert here.rows("SELECT status, holder_id, cycle FROM lead") == [("qualified", "noor", 1)]
        assert faults(here) == []


def test_what_goes_elsewhere_is_not_moved_by_a_word(database_url: str) -> None:
    with office(database_url) as here:
        lead = kims(here)
        assert refused(here, MoveStatus(lead, KIM_, "support")) == [
            "to: support is entered by a handoff: somebody there must take it"
        ]
        assert refused(here, MoveStatus(lead, KIM_, "new")) == [
            "to: this lead is routed: only what is over is opened again"
        ]
        assert refused(here, MoveStatus(lead, KIM_, "qualifed")) == [
            'to: "qualifed" is not known; did you mean qualified?'
        ]


def test_only_who_has_a_lead_or_leads_who_has_it_moves_it(database_url: str) -> None:
    with office(database_url) as here:
        lead = kims(here)
        before = untouched(here)
        assert isinstance(act(here, MoveStatus(lead, NOOR_, "lost", reason="x")), Superseded)
        assert isinstance(act(here, MoveStatus(lead.replace("0", "f"), KIM_, "won")), NotFound)
        assert untouched(here) == before
        assert here.desk.act(MoveStatus(lead, ADA_, "lost", reason="they went elsewhere")).status == "lost"


def test_a_role_beside_the_owner_is_had_by_one_at_a_time(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(HEAD + TO_SDR + CATCH_ALL + OWN)
        lead = kims(here)
        assert refused(here, SetRole(lead, KIM_, "closer", "zed")) == [
            'role: "closer" is not known; there are sdr, ae, solutions, partner-manager',
            'rep: "zed" is not known; did you mean zoe?',
        ]
        assert refused(here, SetRole(lead, KIM_, "ae", "noor")) == [
            "rep: Noor Haddad is no ae: members of sun are"
        ]
        here.desk.act(SetRole(lead, KIM_, "ae", "zoe"))
        here.desk.act(SetRole(lead, KIM_, "solutions", "noor"))
        assert here.desk.act(SetRole(lead, KIM_, "ae", "zoe")).repeat
        assert here.rows("SELECT role, rep_id FROM role ORDER BY role") == [
            ("ae", "zoe"),
            ("solutions", "noor"),
        ]
        here.desk.act(SetRole(lead, KIM_, "solutions", "omar"))
        here.desk.act(SetRole(lead, KIM_, "ae", ""))
        assert here.rows("SELECT role, rep_id FROM role") == [("solutions", "omar")]
        assert here.rows("SELECT holder_id, epoch FROM lead") == [("kim", 1)]
        assert faults(here) == []
