"""Opting out on a public page, and outreach by programs: sequences, consent, the list of whom not to contact. On both databases."""

from collections.abc import Iterator

import httpx2
import pytest

from chaos.scene import POLICY, reps
from console.visiting import visitor, words
from desk.office import Note
from desk.outreachroom import OPEN, THREE, Box
from firstright.core.authority import Role
from firstright.desk.marks import Marks, marks_in
from web.houses import codes
from web.staffed import Staffed, staffed

WITH_SEQUENCE = POLICY.replace('first_touch = "2h"', 'first_touch = "2h"\nuntouched = "30d"') + THREE + OPEN
NOBODY = "0190a000-0000-7000-8000-0000000000aa"


@pytest.fixture
def house(database_url: str) -> Iterator[Staffed]:
    for house in staffed(database_url):
        house.desk.keep_with(Box())
        house.desk.publish_policy(WITH_SEQUENCE, file="policy.toml", by="mara", reason="test")
        yield house


def begun(house: Staffed) -> tuple[str, str]:
    """(a lead in a sequence, the link by which it opts out)."""
    lead, _ = house.owned()
    assert house.act(lead, "sequence/start", {"sequence": "welcome"}).status_code == 200
    house.desk.writer.submit(Note("person", marks_in)).result()  # as the first letter would
    [(person,)] = house.stored("SELECT person_id FROM lead WHERE id = ?", lead)
    return lead, f"{house.url}/o/{Marks(b's' * 32).link(str(person))}"


def state_of(house: Staffed, lead: str) -> tuple[str, str]:
    found = house.see(f"/v1/leads/{lead}/sequence").json()
    return found["state"], found["reason"]


def test_the_page_shows_a_button_and_changes_nothing(house: Staffed) -> None:
    lead, link = begun(house)
    with httpx2.Client(trust_env=False) as anybody:
        page = anybody.get(link)
    assert page.status_code == 200 and "Stop these messages" in words(page.text)
    assert "p1" not in page.text and "firm" not in page.text
    assert "no more messages of this kind from us." in words(page.text)
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in page.headers
    assert state_of(house, lead) == ("running", "")


@pytest.mark.parametrize(
    ("body", "source"), [(b"List-Unsubscribe=One-Click", "one-click"), (b"sure=yes", "link")]
)
def test_one_click_ends_it_also_without_a_page_of_ours(house: Staffed, body: bytes, source: str) -> None:
    lead, link = begun(house)
    form = {"content-type": "application/x-www-form-urlencoded"}
    with httpx2.Client(trust_env=False) as provider:
        answer = provider.post(link, content=body, headers=form)
        again = provider.post(link, content=body, headers=form)
    assert answer.status_code == again.status_code == 200
    assert "You are off the list" in words(answer.text)
    assert answer.text == again.text
    assert state_of(house, lead) == ("stopped", "opted-out")
    said = house.see(f"/v1/leads/{lead}/consents").json()["consents"]
    assert sorted((c["channel"], c["state"], c["evidence"]["source"]) for c in said) == [
        ("email", "withdrawn", source),
        ("sms", "withdrawn", source),
    ]


def test_what_they_were_asked_names_the_company_and_is_kept_as_they_read_it(house: Staffed) -> None:
    named = WITH_SEQUENCE.replace("[policy]\n", '[policy]\ncompany = "Northwind Robotics"\n')
    house.desk.publish_policy(named, file="policy.toml", by="mara", reason="test")
    lead, link = begun(house)
    with httpx2.Client(trust_env=False) as anybody:
        page = anybody.get(link)
        anybody.post(link, content=b"sure=yes", headers={"content-type": "application/x-www-form-urlencoded"})
    asked = "You will get no more messages of this kind from Northwind Robotics."
    assert asked in words(page.text)
    said = house.see(f"/v1/leads/{lead}/consents").json()["consents"]
    assert {c["evidence"]["text"][: len(asked)] for c in said} == {asked}


@pytest.mark.parametrize("broken", ["x", "A" * 43, "%00", "A" * 400])
def test_a_link_that_we_did_not_make_is_nobodys(house: Staffed, broken: str) -> None:
    begun(house)
    with httpx2.Client(trust_env=False) as anybody:
        page = anybody.get(f"{house.url}/o/{broken}")
        done = anybody.post(f"{house.url}/o/{broken}")
    assert (page.status_code, done.status_code) == (404, 404)
    assert page.text == done.text


def test_a_link_for_somebody_we_do_not_know_looks_like_every_other(house: Staffed) -> None:
    _, link = begun(house)
    other = f"{house.url}/o/{Marks(b's' * 32).link(NOBODY)}"
    with httpx2.Client(trust_env=False) as anybody:
        assert anybody.get(link).text == anybody.get(other).text
        assert anybody.post(link).text == anybody.post(other).text


def test_who_presses_too_often_is_told_to_wait(house: Staffed) -> None:
    _, link = begun(house)
    with httpx2.Client(trust_env=False) as anybody:
        answers = [anybody.get(link) for _ in range(30)]
    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429 and int(answers[-1].headers["retry-after"]) >= 1


def test_a_program_begins_a_sequence_and_stops_it(house: Staffed) -> None:
    lead, _ = begun(house)
    assert state_of(house, lead) == ("running", "")
    assert house.act(lead, "sequence/stop", {"reason": "they asked"}).json() == {"lead": lead, "stopped": 1}
    assert state_of(house, lead) == ("stopped", "by-hand")
    twice = house.act(lead, "sequence/stop", {})
    assert (twice.status_code, twice.json()["errors"][0]["reason"]) == (422, "lead: it is in no sequence")
    unknown = house.act(lead, "sequence/start", {"sequence": "welcom"})
    assert (unknown.status_code, codes(unknown)[0][0]) == (422, "/sequence")
    assert house.act(NOBODY, "sequence/start", {"sequence": "welcome"}).status_code == 404


def test_what_happened_to_it_stands_in_the_timeline(house: Staffed) -> None:
    lead, _ = begun(house)
    house.act(lead, "sequence/stop", {})
    entries = house.see(f"/v1/leads/{lead}/timeline").json()["entries"]
    assert [e["about"]["what"] for e in entries if e["kind"] == "outreach"] == ["stopped", "started"]


def test_consent_is_kept_with_what_they_saw(house: Staffed) -> None:
    lead, _ = begun(house)
    given = {"channel": "sms", "state": "given", "form": "newsletter", "text": "Yes, write to me."}
    assert house.act(lead, "consents", given).status_code == 200
    [said] = house.see(f"/v1/leads/{lead}/consents").json()["consents"]
    assert (said["channel"], said["purpose"], said["state"]) == ("sms", "all", "given")
    assert said["evidence"]["form"] == "newsletter" and said["evidence"]["text"] == "Yes, write to me."


def test_the_list_can_be_asked_and_not_read(house: Staffed) -> None:
    added = house.post(
        "/v1/suppressions", {"kind": "email", "value": "Anna@Acme.example", "reason": "she called"}
    )
    assert added.json() == {"number": 1}
    found = house.see("/v1/suppressions?kind=email&value=anna@acme.example").json()
    assert found["kinds"] == [{"kind": "email", "reason": "she called", "number": 1}]
    assert [each["reason"] for each in found["listed"]] == ["she called"]
    assert house.stored("SELECT count(*) FROM suppression WHERE digest LIKE '%anna%'") == [(0,)]
    wrong = house.post("/v1/suppressions", {"kind": "email", "value": "nobody"})
    assert (wrong.status_code, codes(wrong)[0][0]) == (422, "/value")
    assert house.post("/v1/suppressions/release", {"kind": "email", "value": "anna@acme.example"}).json() == {
        "number": 1
    }
    assert house.see("/v1/suppressions?kind=email&value=anna@acme.example").json()["listed"] == []


def test_the_page_of_a_lead_starts_and_stops_it_and_shows_what_they_agreed_to(house: Staffed) -> None:
    lead, owner = house.owned()
    with visitor(house, Role.REP, owner) as rep:
        [(epoch,)] = house.stored("SELECT epoch FROM lead WHERE id = ?", lead)
        path = f"/leads/{lead}"
        assert "Start a sequence" in words(rep.page(path))
        given = {"epoch": str(epoch), "sequence": "welcome"}
        assert rep.told(rep.post(f"{path}/sequence-start", given)) == "The sequence has begun."
        assert "E-mail: Hello (first name?) next" in words(rep.page(path))
        assert rep.told(rep.post(f"{path}/sequence-stop", {"epoch": str(epoch)})).startswith("Stopped")
        wrong = rep.post(f"{path}/sequence-start", {"epoch": str(epoch), "sequence": "welcom"})
        assert wrong.status_code == 422 and "did you mean welcome?" in words(wrong.text)
        said = {"epoch": str(epoch), "channel": "sms", "state": "given", "text": "on the telephone"}
        assert rep.told(rep.post(f"{path}/consent", said)) == "Noted."
        assert "consent given" in words(rep.page(path)) and "on the telephone" in words(rep.page(path))
        rep.post(f"{path}/opt-out", {"epoch": str(epoch)})
        assert "do not contact" in words(rep.page(path))
    other = next(each for each in reps(5) if each != owner)
    with visitor(house, Role.REP, other) as stranger:
        assert stranger.post(f"{path}/sequence-stop", {"epoch": str(epoch)}).status_code in (403, 404)


def test_the_page_of_outreach_tells_how_each_sequence_fares(house: Staffed) -> None:
    begun(house)
    house.post("/v1/suppressions", {"kind": "email", "value": "anna@acme.example"})
    with visitor(house, Role.OPERATIONS) as olga:
        assert "welcome 1 lead in it" in words(olga.page("/outreach"))
        assert "On the list since" in words(olga.page("/outreach?kind=email&value=anna@acme.example"))
        assert "Not on the list." in words(olga.page("/outreach?kind=email&value=bela@acme.example"))
        assert "is no domain" in words(olga.page("/outreach?kind=domain&value=nothing"))


def test_a_sequence_of_which_nothing_would_be_sent_is_not_begun(house: Staffed) -> None:
    opted, _ = house.owned()
    assert house.act(opted, "opt-out", {}).status_code == 200
    house.post("/v1/suppressions", {"kind": "email", "value": "bea@firm-bea.example", "reason": "she called"})
    listed = house.send({"email": "bea@firm-bea.example"}).json()["lead"]
    unwilling, _ = house.owned()
    house.act(unwilling, "consents", {"channel": "email", "state": "withdrawn"})
    unwritten = house.send({"phone": "+493012345678", "last_name": "Wolf"}).json()["lead"]
    given = {"rep": reps(5)[0], "reason": "they know each other"}
    assert house.act(unwritten, "reassign", given).status_code == 200
    found = []
    for lead in (opted, listed, unwilling, unwritten):
        answer = house.act(lead, "sequence/start", {"sequence": "welcome"})
        (told,) = answer.json()["errors"]
        found.append((answer.status_code, told["pointer"], told["code"], told["reason"]))
        assert house.see(f"/v1/leads/{lead}/sequence").json()["state"] != "running"
    never = "nothing of it would be sent; e-mail:"
    assert [each[:3] for each in found] == [(422, "/sequence", "value.refused")] * 4
    assert found[0][3].startswith(f"{never} they are on the list of whom not to contact")
    assert found[1][3] == f"{never} they are on the list of whom not to contact (email: she called)"
    assert found[2][3].startswith(f"{never} they have taken their consent back")
    assert found[3][3] == f"{never} there is no address or number for it"
    assert house.stored("SELECT count(*) FROM enrolment") == [(0,)]
