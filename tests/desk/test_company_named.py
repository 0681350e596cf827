"""Who speaks: the name of the policy's company in letters about meetings, in their calendar, and at the end of a sequence's letters."""

import pytest

from desk.office import Note, Office, office
from desk.outreachroom import OPEN, RULES, outreach
from desk.test_meetings import PEOPLE, TO_POOL, booked
from firstright.core.documents.policyfile import read_policy
from firstright.core.lead import Facts
from firstright.desk.batch import Batch
from firstright.desk.meetingletters import Worded, worded
from firstright.storage import deliveries

HEAD = "[policy]\n"
NAMED = HEAD + 'company = "Northwind Robotics"\n'
LETTERS = "SELECT id FROM delivery WHERE event = 'invitation.booked' ORDER BY order_key"


def letters(here: Office) -> list[Worded]:
    """To the lead and to the rep."""
    facts: Facts = {"first_name": "Mara", "email": "mara@mara.example"}
    found: list[Worded] = []

    def word(batch: Batch) -> None:
        for (name,) in here.rows(LETTERS):
            row = deliveries.one(batch.tx, str(name))
            assert row is not None
            found.append(worded(batch, row, facts, "https://ours.example"))

    here.desk.writer.submit(Note("person", word)).result()
    return found


@pytest.mark.parametrize(("policy", "named"), [(TO_POOL.replace(HEAD, NAMED), True), (TO_POOL, False)])
def test_an_invitation_says_whose_company_asks(database_url: str, policy: str, named: bool) -> None:
    with office(database_url, published=False) as here:
        here.publish(policy, PEOPLE)
        booked(here, here.send("mara"))
        to_lead, to_rep = letters(here)
    calendar = to_lead.calendar.replace("\r\n ", "")
    assert ("Kim Larsen of Northwind Robotics is booked for" in to_lead.text) is named
    assert to_lead.subject.startswith("Product demo with Northwind Robotics: ") is named
    assert ('ORGANIZER;CN="Kim Larsen of Northwind Robotics":mailto:kim@' in calendar) is named
    assert ("SUMMARY:Product demo with Kim Larsen of Northwind Robotics" in calendar) is named
    assert "Northwind" not in to_rep.text + to_rep.subject


def test_a_letter_of_a_sequence_ends_with_who_wrote_it(database_url: str) -> None:
    rules = (RULES + OPEN).replace(HEAD, NAMED).replace("Here is more.", "{our_company} has more.")
    with outreach(database_url, rules) as here:
        here.arrive("anna", phone="+49 30 901820")
        here.days(4)
        first, second = here.mail
    assert first.text.endswith(f"\n\n--\nNorthwind Robotics\nNo more messages like this: {first.unsubscribe}")
    assert second.text.startswith("Northwind Robotics has more.")


@pytest.mark.parametrize(
    ("name", "code"),
    [("N" * 101, "length.max"), ("{company}", "company.invalid"), ("A <b>", "company.invalid")],
)
def test_a_name_that_would_break_a_letter_is_refused(name: str, code: str) -> None:
    policy, findings = read_policy(TO_POOL.replace(HEAD, f'{HEAD}company = "{name}"\n'))
    assert (policy, findings[0].code) == (None, code)
