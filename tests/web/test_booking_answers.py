"""On its own booking page a lead sees what it answered to an invitation of ours, and answers otherwise; nothing is called off by that."""

from collections.abc import Iterator

import httpx2
import pytest

from console.visiting import words
from firstright.desk.links import token
from firstright.storage import meetings
from firstright.storage.statement import Statement
from routing import CALENDARS, CATCH_ALL, HEAD, TEAM, TO_SDR
from web.houses import House, running
from web.test_meetings import KINDS, lead_of, post, slots


@pytest.fixture
def booth(database_url: str) -> Iterator[House]:
    for house in running(database_url, published=False):
        house.desk.publish_roster(CALENDARS + "".join(TEAM), file="r", by="test", reason="test")
        house.able = house.new_key("web", scopes=("leads:act",))  # type: ignore[attr-defined]  # for acts
        house.desk.publish_policy(HEAD + KINDS + TO_SDR + CATCH_ALL, file="p", by="test", reason="test")
        yield house


def link(house: House, lead: str) -> str:
    with house.desk.read() as tx:
        return f"{house.url}/b/{token(meetings.secret(tx), lead)}"


def stood(house: House, lead: str) -> list[tuple[str, str]]:
    """(state, answer) of each of its meetings."""
    with house.desk.read() as tx:
        return [(row.state, row.answer) for row in meetings.of_lead(tx, lead)]


def engagements(house: House, lead: str) -> list[str]:
    with house.desk.read() as tx:
        said = Statement("SELECT what FROM engagement WHERE lead_id = ? AND kind = 'invitation' ORDER BY id")
        return [str(what).split(" ")[0] for (what,) in tx.all(said, (lead,))]


def n_of(page: str) -> str:
    return page.partition('name="n" value="')[2].partition('"')[0]


def test_a_lead_answers_on_its_page_and_then_otherwise(booth: House) -> None:
    lead = lead_of(booth)
    at = slots(booth, lead=lead)[0]
    assert post(booth, f"leads/{lead}/meetings", {"type": "demo", "starts": at}).status_code == 200
    with httpx2.Client(trust_env=False, follow_redirects=True, timeout=30) as anybody:
        page = anybody.get(link(booth, lead)).text
        assert "Will you come? I will come Maybe I cannot come" in words(page)
        declined = {"do": "answer", "answer": "declined", "n": n_of(page)}
        for _ in range(2):  # a form that is sent twice is one answer
            said = words(anybody.post(link(booth, lead), data=declined).text)
            assert "You have said that you cannot come. It is not called off" in said
        assert "I will come Maybe" in said and "I cannot come I" not in said
        assert (stood(booth, lead), engagements(booth, lead)) == ([("booked", "declined")], ["declined"])
        page = anybody.get(link(booth, lead)).text
        yes = {"do": "answer", "answer": "accepted", "n": n_of(page)}
        assert "You have said that you will come." in words(anybody.post(link(booth, lead), data=yes).text)
        assert stood(booth, lead) == [("booked", "accepted")]
        assert engagements(booth, lead) == ["declined", "accepted"]
        page = anybody.get(link(booth, lead)).text
        again = {"do": "answer", "answer": "declined", "n": n_of(page)}
        anybody.post(link(booth, lead), data=again)
        assert engagements(booth, lead) == ["declined", "accepted", "declined"]


def test_of_a_time_they_chose_themselves_they_are_asked_nothing(booth: House) -> None:
    lead = lead_of(booth)
    at = slots(booth, lead=lead)[0]
    with httpx2.Client(trust_env=False, follow_redirects=True, timeout=30) as anybody:
        page = anybody.post(link(booth, lead), data={"do": "book", "at": at, "what": "demo", "n": "0.0"}).text
        assert "Done: it is booked." in words(page)
        assert "Will you come?" not in words(page)
        wrong = {"do": "answer", "answer": "perhaps", "n": "1.0"}
        assert anybody.post(link(booth, lead), data=wrong).status_code == 400
        assert stood(booth, lead) == [("booked", "")]


def test_whoever_has_nothing_booked_answers_nothing(booth: House) -> None:
    lead = lead_of(booth)
    with httpx2.Client(trust_env=False, timeout=30) as anybody:
        answer = {"do": "answer", "answer": "accepted", "n": "0.0"}
        assert anybody.post(link(booth, lead), data=answer).status_code == 400
