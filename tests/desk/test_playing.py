"""Going through a playbook: points are ticked, an answer to a field is a fact, and a manager sees how far people go."""

import pytest

from desk.office import Office, office
from desk.views import Told, faults
from firstright.core.authority import Actor, Role
from firstright.core.playbooks import Point
from firstright.desk.acting import LogTouch
from firstright.desk.moving import MoveStatus
from firstright.desk.playing import Rate, Tick, checklist, rates
from firstright.errors import NotFound, Refused
from firstright.storage import checkmarks, leads
from routing import CATCH_ALL, HEAD, MINUTE, MONDAY, TO_SDR

KIM_ = Actor("u-kim", "Kim", Role.REP, rep="kim", team=frozenset({"kim"}))

BOOK = (
    HEAD
    + """
[score]
mql = 10

[[score.points]]
id = "many"
points = 20
when = { employees = { min = 100 } }

[playbooks.first-call]
opening = ["Why now?"]
verify = ["The country"]

[playbooks.first-call.objections]
"Too dear" = "Ask what a stop of the line costs."

[playbooks.demo]
intents = ["demo"]
opening = ["What do they want to see?"]
"""
    + TO_SDR
    + CATCH_ALL
)


def points(here: Office, told: Told) -> list[Point]:
    row = here.lead(told)
    lead = leads.as_lead(row)
    found = checklist(here.desk.policy, lead.facts, lead.status, here.at)  # type: ignore[arg-type]  # it is published
    assert found is not None
    return list(found[1])


def test_the_list_is_made_from_what_the_score_and_the_next_status_ask_for(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(BOOK)
        mara = here.send("mara", employees="250")
        found = [(p.item, p.known) for p in points(here, mara)]
        assert found[0] == ("open:0", "")
        assert ("ask:need", "") in found
        assert ("ask:employees", "250") in found
        assert found[-1] == ("verify:0", "")


def test_the_playbook_for_what_they_want_goes_before_one_for_anybody(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(BOOK)
        assert points(here, here.send("mara", intent="demo"))[0].text == "What do they want to see?"
        assert points(here, here.send("omid"))[0].text == "Why now?"


def test_an_answer_becomes_a_fact_and_a_tick_says_who_and_when(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(BOOK)
        mara = here.send("mara")
        lead = str(mara["lead"])
        here.at = MONDAY + 5 * MINUTE
        here.desk.act(Tick(lead, "kim", "ask:employees", "about 300"))
        here.desk.act(Tick(lead, "kim", "open:0", "Their old arm broke"))
        here.desk.act(Tick(lead, "kim", "ask:need", "Forty kilos"))
        assert '"employees":300' in here.lead(mara).facts
        with here.desk.read() as tx:
            marks = checkmarks.of_lead(tx, lead, 1)
        assert {item: (mark.rep, mark.answer) for item, mark in marks.items()} == {
            "ask:employees": ("kim", "about 300"),
            "open:0": ("kim", "Their old arm broke"),
            "ask:need": ("kim", "Forty kilos"),
        }
        here.desk.act(Tick(lead, "kim", "open:0", undo=True))
        with here.desk.read() as tx:
            assert "open:0" not in checkmarks.of_lead(tx, lead, 1)
        with pytest.raises(NotFound):
            here.desk.act(Tick(lead, "kim", "open:7"))
        with pytest.raises(Refused):
            here.desk.act(Tick(lead, "kim", "ask:employees", "many"))
        assert faults(here) == []


def test_need_timeline_budget_and_authority_are_found_out_point_by_point_and_then_the_lead_is_qualified(
    database_url: str,
) -> None:
    """The criteria of the shipped pipeline ask for them as fields: nobody's word is needed but for the fit."""
    with office(database_url, published=False) as here:
        here.publish(BOOK)
        mara = here.send("mara", timeline="1-3 months")  # a form may say so, too
        lead = str(mara["lead"])
        here.desk.act(LogTouch(lead, "kim", "call", result="connected"))
        asked = {p.field: p.known for p in points(here, mara) if p.kind == "ask"}
        assert {"need": "", "timeline": "quarter", "budget": "", "authority": ""}.items() <= asked.items()
        with pytest.raises(Refused) as refused:
            here.desk.act(Tick(lead, "kim", "ask:authority", "a nice one"))
        assert refused.value.reasons == ("answer: is none of decides, influences, uses",)
        for item, answer in (("need", "Forty kilos"), ("budget", "20k"), ("authority", "Decision maker")):
            here.desk.act(Tick(lead, "kim", f"ask:{item}", answer))
        facts = leads.as_lead(here.lead(mara)).facts
        assert [facts[name] for name in ("need", "timeline", "budget", "authority")] == [
            "Forty kilos", "quarter", 20_000, "decides",
        ]  # fmt: skip
        with pytest.raises(Refused) as refused:
            here.desk.act(MoveStatus(lead, KIM_, "qualified", met=("fit",), note="they are"))
        assert refused.value.reasons == ("to: qualified needs: next step (no task or meeting ahead)",)
        assert faults(here) == []


def test_a_manager_sees_how_far_people_go(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(BOOK)
        mara = here.send("mara", employees="250")
        here.desk.act(Tick(str(mara["lead"]), "kim", "open:0"))
        of = len(points(here, mara))
        assert here.desk.policy is not None
        with here.desk.read() as tx:
            assert rates(tx, here.desk.policy, ["kim", "noor"], here.at) == []  # nobody has touched anything
        here.desk.act(LogTouch(str(mara["lead"]), "kim", "call"))
        with here.desk.read() as tx:
            (rate,) = rates(tx, here.desk.policy, ["kim", "noor"], here.at)
        assert rate == Rate("kim", 1, len(points(here, mara)), rate.done) and rate.points == of
        assert rate.done >= 2  # the employees are known, and one point was gone through
