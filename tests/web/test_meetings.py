"""Meetings by HTTP: slots, booking by a key, what is refused, and the same by a lead's own link."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from urllib.parse import quote

import httpx2
import pytest
from msgspec.structs import replace

from firstright.desk.sources import Add, Described, change_sources
from firstright.intake.formsettings import FormSettings, faults
from firstright.storage.statement import Statement
from intake.replies import OUTLOOK, written
from routing import CALENDARS, CATCH_ALL, HEAD, TEAM, TO_SDR
from web.formpages import FAST, LINE, ORIGIN, Page
from web.houses import House, codes, running

KINDS = """
[meetings.demo]
with = "pool:sdr"
title = "Product demo"
before = "10min"
"""
_names = count(1)
MISSING = "0190a000-0000-7000-8000-000000000000"


@pytest.fixture(scope="module")
def booth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("booth")
    for house in running(f"sqlite:///{folder / 'workspace.db'}", published=False):
        house.desk.publish_roster(CALENDARS + "".join(TEAM), file="r", by="test", reason="test")
        house.able = house.new_key("web", scopes=("leads:act",))  # type: ignore[attr-defined]  # for acts
        house.desk.publish_policy(HEAD + KINDS + TO_SDR + CATCH_ALL, file="p", by="test", reason="test")
        yield house


def lead_of(house: House) -> str:
    name = f"p{next(_names)}"
    return str(house.send({"first_name": name, "email": f"{name}@{name}.example"}).json()["lead"])


def slots(house: House, **query: str) -> list[str]:
    asked = "&".join(f"{name}={value}" for name, value in {"type": "demo", **query}.items())
    return list(house.get(f"/v1/meetings/slots?{asked}").json()["slots"])


def post(house: House, path: str, body: object, **headers: str) -> httpx2.Response:
    with house.client(house.able) as client:  # type: ignore[attr-defined]  # set by the fixture
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.post(f"/v1/{path}", json=body, headers=given)


def test_a_program_sees_slots_books_moves_and_calls_off(booth: House) -> None:
    lead = lead_of(booth)
    free = slots(booth, lead=lead)
    answer = post(booth, f"leads/{lead}/meetings", {"type": "demo", "starts": free[0]}, idempotency_key="one")
    again = post(booth, f"leads/{lead}/meetings", {"type": "demo", "starts": free[0]}, idempotency_key="one")
    assert (answer.status_code, answer.json()["status"], again.json()["repeat"]) == (200, "scheduled", True)
    listed = booth.get(f"/v1/meetings?rep={answer.json()['owner']['id']}").json()["meetings"]
    [meeting] = [each for each in listed if each["lead"] == lead]
    assert (meeting["type"], meeting["starts"], meeting["state"]) == ("demo", free[0], "booked")
    assert free[0] not in slots(booth, lead=lead)
    moved = post(booth, f"meetings/{meeting['meeting']}/move", {"starts": free[2]})
    assert moved.status_code == 200
    early = post(booth, f"meetings/{meeting['meeting']}/no-show", {})
    assert (early.status_code, early.json()["errors"][0]["reason"]) == (422, "meeting: has not begun")
    assert post(booth, f"meetings/{meeting['meeting']}/cancel", {"reason": "not needed"}).status_code == 200
    over = post(booth, f"meetings/{meeting['meeting']}/cancel", {})
    assert (over.status_code, over.json()["errors"][0]["reason"]) == (422, "meeting: is cancelled already")


def test_what_a_program_gets_wrong_is_named(booth: House) -> None:
    lead = lead_of(booth)
    at = slots(booth, lead=lead)[0]
    off = (datetime.fromisoformat(at) + timedelta(minutes=7)).isoformat()
    assert codes(post(booth, f"leads/{lead}/meetings", {"type": "demo", "starts": off})) == [
        ("/starts", "value.refused")
    ]
    assert codes(post(booth, f"leads/{lead}/meetings", {"type": "x", "starts": at})) == [
        ("/type", "value.refused")
    ]
    assert codes(post(booth, f"leads/{lead}/meetings", {"type": "demo", "starts": at, "zone": "Mars"})) == [
        ("/zone", "value.refused")
    ]
    for far in ("1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2199-12-31T23:59:59Z"):
        assert post(booth, f"leads/{lead}/meetings", {"type": "demo", "starts": far}).status_code == 422
        assert booth.get(f"/v1/meetings?from={far}").status_code in (200, 400)
    assert post(booth, f"meetings/{MISSING}/cancel", {}).status_code == 404
    assert booth.get("/v1/meetings/slots?type=x").status_code == 404
    assert booth.get("/v1/meetings?from=yesterday").status_code == 400


def test_a_page_of_somebody_else_books_nothing_and_a_flood_is_stopped(booth: House) -> None:
    lead = lead_of(booth)
    page = str(booth.get(f"/v1/meetings/slots?type=demo&lead={lead}").json()["page"])
    with httpx2.Client(base_url=booth.url, trust_env=False) as line:
        at = slots(booth, lead=lead)[0]
        foreign = line.post(
            page, data={"do": "book", "at": at, "n": "0.0"}, headers={"Origin": "https://evil.example"}
        )
        assert foreign.status_code == 403
        odd = {"do": "cancel", "n": "\0;'", "why": "\0", "at": "9999-12-31T23:59Z", "zone": "\0"}
        assert line.post(page, data=odd).status_code in (409, 422)
        assert line.post(page, data={**odd, "do": "book"}).status_code == 409
        assert line.get(f"{page}?day=%F0%9F%92%A9&zone=x&at=9999-12-31T23:59Z&move=").status_code == 200
        found = [line.post("/b/nobody", data={"do": "cancel"}).status_code for _ in range(30)]
        assert found.count(429) >= 8 and set(found) == {404, 429}
    with booth.desk.read() as tx:
        assert tx.all(Statement("SELECT count(*) FROM meeting WHERE lead_id = ?"), (lead,))[0][0] == 0


def test_the_reply_to_a_lead_holds_slots_where_they_are_asked_for(booth: House) -> None:
    name = f"p{next(_names)}"
    body = {"first_name": name, "email": f"{name}@{name}.example"}
    with booth.client() as client:
        plain = client.post("/v1/leads", json=body, headers={"Idempotency-Key": name})
        asked = client.post("/v1/leads?slots=demo", json=body, headers={"Idempotency-Key": name})
        assert client.post("/v1/leads?slots=nothing", json=body).status_code == 400
    assert "booking" not in plain.json()
    told = asked.json()
    assert (asked.headers["idempotent-replayed"], told.pop("booking")["type"]) == ("true", "demo")
    assert told == plain.json()
    booking = asked.json()["booking"]
    assert [each["starts"] for each in booking["slots"]] == slots(booth, lead=told["lead"])[:12]
    with httpx2.Client(base_url=booth.url, trust_env=False) as line:
        page = line.get(booking["slots"][1]["book"])
        assert page.status_code == 200 and ">Confirm</button>" in page.text


def test_a_form_is_answered_with_slots_that_give_nobody_away(booth: House) -> None:
    change_sources(booth.desk, Add(Described("asks", form=FormSettings(min_seconds=0))), by="test")
    with httpx2.Client(base_url=booth.url, trust_env=False) as line:
        asked = line.post("/v1/forms/asks?slots=demo", json={"email": f"p{next(_names)}@x.example"})
    booking = asked.json()["booking"]
    assert (asked.status_code, booking["page"], booking["rep"]) == (201, "/b/pool/demo", None)
    assert all(each["book"].startswith("/b/pool/demo?at=") for each in booking["slots"])
    assert len(booking["slots"]) == 12


def test_who_comes_second_is_told_and_shown_what_is_free_next(booth: House) -> None:
    """As many leads as the pool has people have that slot, then one more."""
    found = [lead_of(booth) for _ in range(4)]
    pages = [str(booth.get(f"/v1/meetings/slots?type=demo&lead={lead}").json()["page"]) for lead in found]
    wanted = slots(booth, lead=found[0])[10]
    answers = []
    with httpx2.Client(
        base_url=booth.url, trust_env=False, headers={"X-Forwarded-For": "203.0.113.9"}
    ) as line:
        for page in pages:
            sent = {"do": "book", "what": "demo", "at": wanted, "n": "0.0"}
            answers.append(line.post(page, data=sent))
            again = line.post(page, data=sent)  # the button was pressed twice
            assert again.status_code == answers[-1].status_code
    codes = [answer.status_code for answer in answers]
    assert codes == [303, 303, 303, 409]
    assert "Somebody was faster" in answers[3].text
    shown = re.findall(r'at=([^&"]+)', answers[3].text)
    assert len(shown) > 3 and quote(wanted.replace(":00Z", "Z")) not in shown


def test_a_form_that_offers_a_meeting_says_so_to_whoever_sent_it(booth: House) -> None:
    page = Page(booth, replace(FAST, booking="demo"))
    sent = page.plain({"email": f"p{next(_names)}@firm.example"})
    assert sent.headers["location"] == f"/forms/{page.name}/thanks"
    assert 'href="/b/pool/demo"' in LINE.get(booth.url + sent.headers["location"]).text
    told = page.script({"email": f"p{next(_names)}@firm.example"}).json()["booking"]
    assert (told["type"], told["page"], told["rep"], len(told["slots"])) == ("demo", "/b/pool/demo", None, 12)
    gone = Page(booth, replace(FAST, booking="tour"))
    assert "/b/pool/" not in LINE.get(f"{booth.url}/forms/{gone.name}/thanks").text
    assert set(gone.script({"email": f"p{next(_names)}@firm.example"}).json()) == {"received"}
    both = replace(FAST, booking="demo", thanks=f"{ORIGIN}/thanks")
    assert [each.partition(":")[0] for each in faults(both)] == ["booking"]


def test_a_reply_to_an_invitation_is_handed_on_as_the_mail_brought_it(booth: House) -> None:
    lead = lead_of(booth)
    begins = slots(booth, lead=lead)[0]
    owner = post(booth, f"leads/{lead}/meetings", {"type": "demo", "starts": begins}).json()["owner"]["id"]
    listed = booth.get(f"/v1/meetings?rep={owner}").json()["meetings"]
    [meeting] = [each["meeting"] for each in listed if each["lead"] == lead]

    def handed(body: bytes, content: str = "text/calendar; method=REPLY; charset=UTF-8") -> httpx2.Response:
        with booth.client(booth.able) as client:  # type: ignore[attr-defined]  # set by the fixture
            return client.post("/v1/meetings/replies", content=body, headers={"content-type": content})

    declined = written(OUTLOOK, "DECLINED", meeting)
    answers = [handed(declined), handed(declined)]
    assert [(each.status_code, each.json()["lead"], each.json()["repeat"]) for each in answers] == [
        (200, lead, False), (200, lead, True),
    ]  # fmt: skip
    found = booth.get(f"/v1/meetings?rep={owner}").json()["meetings"]
    said = [each["answer"] for each in found if each["meeting"] == meeting]
    assert (answers[0].json()["status"], said) == ("scheduled", ["declined"])
    unanswered = {"answer": "", "answered_at": None}
    assert [each | unanswered if each["meeting"] == meeting else each for each in found] == listed
    refusals = [
        handed(b"hello"), handed(written(OUTLOOK, "DECLINED", MISSING)), handed(written(OUTLOOK, "DECLINED", meeting, sequence=3)),
        handed(declined, "application/json"),
    ]  # fmt: skip
    assert [(each.status_code, codes(each)) for each in refusals] == [
        (422, [("/calendar", "reply.not_a_calendar")]), (404, [("", "not_found")]), (422, [("", "refused")]),
        (415, [("", "content_type.unsupported")]),
    ]  # fmt: skip


def test_meetings_of_a_rep_follow_each_other_page_by_page(booth: House) -> None:
    whose: dict[str, list[str]] = {}
    for _ in range(4):
        lead = lead_of(booth)
        made = post(booth, f"leads/{lead}/meetings", {"type": "demo", "starts": slots(booth, lead=lead)[0]})
        whose.setdefault(made.json()["owner"]["id"], []).append(lead)
    rep = max(whose, key=lambda each: len(whose[each]))
    found, after = [], ""
    while True:
        page = booth.get(f"/v1/meetings?rep={rep}&limit=1{after}").json()
        found += [each["lead"] for each in page["meetings"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    everybodys = booth.get("/v1/meetings?limit=200").json()["meetings"]
    assert found == [each["lead"] for each in everybodys if each["rep"] == rep]
    assert set(whose[rep]) <= {*found}
    assert booth.get("/v1/meetings?after=nonsense").status_code == 400
    assert booth.get("/v1/meetings?rep=nobody").json() == {"meetings": [], "next": None}
