"""A lead becomes a contact, its account and a deal, once, matched by exact keys; the owner of what is ours follows the lead's."""

import msgspec
import pytest

from desk.office import Note, Office, office
from desk.test_acting import act
from desk.test_status_moves import KIM_, NOOR_, OPS, kims
from desk.views import faults
from firstright.desk.acting import LogTouch
from firstright.desk.assigning import Reassign
from firstright.desk.converted import Conversion, Convert
from firstright.desk.crm.accounts import TakeCrm
from firstright.desk.crm.dealsheard import deals_heard
from firstright.desk.moving import MoveStatus
from firstright.errors import Refused, Superseded
from firstright.intake.crmfiles import Account, Opportunity
from routing import CATCH_ALL, HEAD, HOUR, MONDAY, TO_SDR

CRM = """
[subscribers.crm]
channel = "webhook"
events = ["lead.converted", "lead.status"]
"""


def base(here: Office) -> list[tuple[object, ...]]:
    return [
        *here.rows("SELECT 'contact', system, name, owner FROM contact ORDER BY name"),
        *here.rows("SELECT 'account', system, name, owner FROM account ORDER BY name"),
        *here.rows("SELECT 'deal', system, name, owner, stage, open, won FROM opportunity ORDER BY name"),
    ]


def test_a_lead_becomes_a_contact_an_account_and_a_deal_once(database_url: str) -> None:
    with office(database_url) as here:
        lead = kims(here, "mara", last_name="Otto", company="Mara Robotics")
        done = here.desk.act(Convert(lead, KIM_, deal="Two robots", amount=50_000, epoch=1))
        assert isinstance(done, Conversion) and done.contact and done.account and done.opportunity
        assert (done.owner, done.epoch, done.status, done.repeat) == ("kim", 1, "routed", False)
        assert base(here) == [
            ("contact", "firstright", "Mara Otto", "kim"),
            ("account", "firstright", "Mara Robotics", "kim"),
            ("deal", "firstright", "Two robots", "kim", "open", True, False),
        ]
        again = here.desk.act(Convert(lead, KIM_, deal="Two more"))
        assert (again.contact, again.account, again.opportunity) == (
            done.contact,
            done.account,
            done.opportunity,
        )
        assert again.repeat and len(base(here)) == 3
        assert faults(here) == []


def test_what_the_crm_has_is_linked_and_not_changed(database_url: str) -> None:
    with office(database_url) as here:
        known = Account("a-1", "Mara of the CRM", ("mara.example",), "omar", "", "", "")
        here.desk.act(TakeCrm("hubspot", [known], []))
        lead = somebody(here, "mara")
        done = here.desk.act(Convert(lead, OPS))
        assert base(here) == [
            ("contact", "firstright", "Mara", owner_of(here, lead)),
            ("account", "hubspot", "Mara of the CRM", "omar"),
        ]
        assert here.rows("SELECT account_id FROM contact") == [(done.account,)]
        assert done.opportunity == ""


def somebody(here: Office, name: str) -> str:
    return str(here.send(name)["lead"])


def owner_of(here: Office, lead: str) -> str:
    return str(here.rows("SELECT holder_id FROM lead WHERE id = ?", lead)[0][0])


def test_colleagues_share_an_account_and_a_company_by_name_alone_is_one(database_url: str) -> None:
    with office(database_url) as here:
        one = somebody(here, "mara")
        two = str(here.send("tom", email="tom@mara.example")["lead"])
        free = str(here.send("ida", email="ida@gmail.com", company="Zebra Labs")["lead"])
        other = str(here.send("uwe", email="uwe.q@gmail.com", company="Zebra Labs GmbH")["lead"])
        found = [here.desk.act(Convert(lead, OPS)) for lead in (one, two, free, other)]
        accounts = [each.account for each in found]
        assert accounts[0] == accounts[1] and accounts[2] == accounts[3] and accounts[0] != accounts[2]
        assert len({each.contact for each in found}) == 4


def test_the_owner_of_what_is_ours_follows_the_lead_and_its_end_closes_the_deal(database_url: str) -> None:
    with office(database_url) as here:
        lead = kims(here, company="Mara Robotics")
        done = here.desk.act(Convert(lead, KIM_, deal="Two robots"))
        here.desk.act(Reassign(lead, OPS, "noor", "territory"))
        assert [row[3] for row in base(here)] == ["noor", "kim", "noor"]  # the account is more than one lead
        here.desk.act(LogTouch(lead, "noor", "call"))
        here.desk.act(MoveStatus(lead, NOOR_, "won"))
        assert here.rows("SELECT stage FROM opportunity") == [("won",)]
        assert here.rows("SELECT lead_id, contact_id FROM conversion") == [(lead, done.contact)]
        assert faults(here) == []


def test_an_enquiry_of_a_contact_goes_on_with_its_lead_and_whose_deal_is_open(database_url: str) -> None:
    with office(database_url) as here:
        lead = kims(here, company="Mara Robotics")
        here.desk.act(Convert(lead, KIM_, deal="Two robots"))
        again = here.send("mara")
        assert (again["lead"], owner_of(here, lead)) == (lead, "kim")
        assert faults(here) == []


@pytest.mark.parametrize(("won", "to"), [(False, "lost"), (True, "won")])
def test_a_deal_that_ends_in_the_crm_ends_the_lead_that_became_its_contact(
    database_url: str, won: bool, to: str
) -> None:
    with office(database_url) as here:
        known = Account("a-1", "Mara of the CRM", ("mara.example",), "omar", "", "", "")
        deal = Opportunity("o-1", "a-1", "Robots", "open", "omar", True, 5, "mara@mara.example", None)
        here.desk.act(TakeCrm("hubspot", [known], [deal]))
        lead = somebody(here, "mara")
        done = here.desk.act(Convert(lead, OPS))
        assert here.rows("SELECT system FROM contact") == [("hubspot",)]
        here.desk.act(TakeCrm("hubspot", [known], [deal]))
        assert here.rows("SELECT outcome, status FROM lead") == [("owner", "routed")]
        here.at = MONDAY + HOUR
        over = msgspec.structs.replace(deal, open=False, stage="closed")
        here.desk.act(TakeCrm("hubspot", [known], [over]))
        if won:  # an extract of this kind only says that it is over: that it was won, its stage does
            here.change("UPDATE opportunity SET won = ?", True)
            here.desk.act(Note("bulk", lambda batch: deals_heard(batch, "hubspot", ["o-1"])))
        assert here.rows("SELECT outcome, status FROM lead") == [("closed", to)]
        assert done.opportunity == ""


def test_who_cannot_is_told_why(database_url: str) -> None:
    with office(database_url) as here:
        lead = kims(here)
        assert isinstance(act(here, Convert(lead, NOOR_)), Superseded)
        wrong = act(here, Convert(lead, KIM_, amount=5))
        assert isinstance(wrong, Refused)
        assert list(wrong.reasons) == ["amount: is of an opportunity: name it, or leave this out"]
        here.desk.act(MoveStatus(lead, KIM_, "lost", reason="gone"))
        over = act(here, Convert(lead, OPS))
        assert isinstance(over, Refused)
        assert list(over.reasons) == ["lead: it is lost: it is opened again before it becomes a contact"]


def test_subscribers_hear_of_it(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(HEAD + TO_SDR + CATCH_ALL + CRM)
        lead = kims(here, company="Mara Robotics")
        here.desk.act(Convert(lead, KIM_))
        assert here.rows("SELECT event FROM delivery WHERE channel = 'webhook'") == [("lead.converted",)]


def test_who_won_a_lead_makes_it_a_contact_afterwards_and_nobody_else_does(database_url: str) -> None:
    with office(database_url) as here:
        lead = kims(here, "mara", last_name="Otto", company="Mara Robotics")
        here.desk.act(MoveStatus(lead, KIM_, "won"))
        with pytest.raises(Superseded):
            here.desk.act(Convert(lead, NOOR_))
        done = here.desk.act(Convert(lead, KIM_, deal="Two robots"))
        assert (done.status, bool(done.contact)) == ("won", True)
        assert ("deal", "firstright", "Two robots", "kim", "won", False, True) in base(here)
        assert faults(here) == []
