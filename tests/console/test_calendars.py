"""Somebody's own calendar in the console: hours of one day, a file handed over, an address, and who may not."""

from datetime import UTC, datetime, timedelta

import httpx2

from console.northwind import house
from console.visiting import Visitor, stored, visitor, words
from firstright.core.authority import Role
from firstright.storage.database import Database
from firstright.storage.statement import Statement
from web.houses import House

__all__ = ["house"]

SOON = (datetime.now(UTC) + timedelta(days=9)).date()
ICS = (
    f"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:off\r\nDTSTART:{SOON:%Y%m%dT080000Z}\r\nDURATION:PT4H\r\n"
    f"X-MICROSOFT-CDO-BUSYSTATUS:OOF\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:busy\r\nDTSTART:{SOON:%Y%m%dT140000Z}\r\n"
    "DURATION:PT3H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
).encode()
ODD = ICS.replace(b"END:VCALENDAR", b"BEGIN:VEVENT\r\nUID:odd\r\nDTSTART:soon\r\nEND:VEVENT\r\nEND:VCALENDAR")
SECRET = "https://calendar.example/private-hush/basic.ics"


def hand_over(
    who: Visitor,
    path: str,
    file: bytes,
    *,
    busy_over: str = "",
    csrf: str | None = None,
    name: str = "me.ics",
) -> httpx2.Response:
    """As a browser posts the form."""
    token = who.csrf if csrf is None else csrf
    parts = [("_csrf", None, token.encode()), ("busy_over", None, busy_over.encode()), ("file", name, file)]
    body = b""
    for field, called, value in parts:
        more = "" if called is None else f'; filename="{called}"\r\nContent-Type: text/calendar'
        body += (
            f'--x\r\nContent-Disposition: form-data; name="{field}"{more}\r\n\r\n'.encode() + value + b"\r\n"
        )
    headers = {"sec-fetch-site": "same-origin", "content-type": "multipart/form-data; boundary=x"}
    return who._client.post(path, content=body + b"--x--\r\n", headers=headers)


def fed(house: House, rep: str) -> list[object]:
    found = stored(
        house, "SELECT type FROM absence WHERE rep_id = ? AND type IN ('out-of-office', 'busy')", rep
    )
    return sorted(str(kind) for (kind,) in found)


def test_the_hours_of_a_day_are_written_down_and_taken_back(house: House) -> None:
    with visitor(house, Role.REP, "lena") as lena:
        asked = {"date": str(SOON), "hours": "09:00–12:00, 14:00-15:00", "reason": "a course"}
        assert lena.told(lena.post("/me/hours", asked)) == "Written down for that day."
        day = f"{SOON:%a} {SOON.day} {SOON:%b} {SOON.year}"
        assert f"hours As usual: hours, {day}: 09:00–12:00, 14:00–15:00" in words(lena.page("/me"))
        assert lena.told(lena.post("/me/hours", {**asked, "hours": ""})) == "Written down for that day."
        assert f"{day}: not there" in words(lena.page("/me"))
        wrong = lena.post("/me/hours", {**asked, "hours": "nine to five"})
        assert (wrong.status_code, 'id="hours-hours-wrong"' in wrong.text) == (422, True)
        assert lena.post("/me/hours", {**asked, "date": "soon"}).status_code == 422
        told = lena.told(lena.post("/me/hours/end", {"from": str(SOON)}))
        assert told == "That day is as the calendar says again."
        assert f"{day}:" not in words(lena.page("/me"))


def test_a_file_is_handed_over_for_oneself_and_by_ones_manager(house: House) -> None:
    with visitor(house, Role.REP, "lena") as lena, visitor(house, Role.MANAGER, "ada") as ada:
        assert lena.told(hand_over(lena, "/me/calendar", ICS)) == "1 absence from the calendar."
        assert fed(house, "lena") == ["out-of-office"]
        assert lena.told(hand_over(lena, "/me/calendar", ICS)) == "It was so already."
        assert (
            ada.told(hand_over(ada, "/team/lena/calendar", ICS, busy_over="7200"))
            == "2 absences from the calendar."
        )
        assert fed(house, "lena") == ["busy", "out-of-office"]
        told = lena.told(hand_over(lena, "/me/calendar", ODD))
        assert told.startswith(
            "1 absence from the calendar. One of its entries could not be read: line 15 DTSTART:"
        )


def test_what_is_no_calendar_is_said_beside_the_file(house: House) -> None:
    with visitor(house, Role.REP, "lena") as lena:
        before = fed(house, "lena")
        for file, name, why in (
            (b"<html>", "me.ics", "line 1: is outside of any BEGIN:VCALENDAR: this is no iCalendar file"),
            (b"", "", "choose one, such as calendar.ics"),
            (ICS[:-30], "me.ics", "line "),
        ):
            wrong = hand_over(lena, "/me/calendar", file, name=name)
            said = wrong.text.partition('id="calendar-file-wrong"')[2].partition("</p>")[0]
            assert wrong.status_code == 422 and why in said, wrong.text[-3000:]
        assert hand_over(lena, "/me/calendar", ICS, busy_over="7").status_code == 422
        assert hand_over(lena, "/me/calendar", bytes(11 << 20)).status_code == 413
        assert hand_over(lena, "/me/calendar", ICS, csrf="").status_code == 403
        assert hand_over(lena, "/team/ada/calendar", ICS).status_code in (403, 404)
        assert lena.post("/me/calendar", {"file": "x"}).status_code == 415
        assert fed(house, "lena") == before


def test_an_address_is_kept_and_never_shown_and_its_state_is(house: House) -> None:
    database: Database = house.desk.database
    with visitor(house, Role.REP, "lena") as lena, visitor(house, Role.MANAGER, "ada") as ada:
        assert lena.told(lena.post("/me/feed", {"url": SECRET, "busy_over": ""})).startswith(
            "It is read from there"
        )
        for page in (lena.page("/me"), ada.page("/team/lena")):
            assert "from calendar.example. not read yet" in words(page)
            assert "hush" not in page
        with database.write() as tx:
            tx.run(Statement("UPDATE rep_feed SET problem = 'HTTP 404: it is not there', failures = 3"))
        assert "The last look failed HTTP 404: it is not there. What it said" in words(lena.page("/me"))
        wrong = lena.post("/me/feed", {"url": "http://10.0.0.7/hush.ics"})
        assert (wrong.status_code, 'id="feed-url-wrong"' in wrong.text, "hush" in wrong.text) == (
            422,
            True,
            False,
        )
        assert lena.post("/team/ada/feed", {"url": SECRET}).status_code in (403, 404)
        assert ada.told(ada.post("/team/lena/feed/end")) == "It is read no longer."
        assert fed(house, "lena") == []
        assert "calendar.example" not in words(lena.page("/me"))
        assert lena.post("/me/feed/end").status_code == 422
