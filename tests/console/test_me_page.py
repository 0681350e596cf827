"""One's own page in the console, on both databases: my turn, what became of the leads my rotations were asked for, and pauses."""

import re
from datetime import UTC, datetime, timedelta

from console.examples import held_by, send
from console.northwind import came, house
from console.visiting import stored, visitor, words
from firstright.core.authority import Role
from web.houses import House

__all__ = ["house"]


def until(house: House, rep: str) -> datetime | None:
    ((found,),) = stored(house, "SELECT paused_until FROM rep WHERE id = ?", rep)
    return datetime.fromisoformat(str(found)) if found else None


def test_it_is_for_people_of_the_roster(house: House) -> None:
    with visitor(house, Role.OPERATIONS) as olga, visitor(house, Role.REP, "lena") as lena:
        assert olga.see("/me").status_code == 404
        assert 'href="/me"' not in olga.page("/inbox")
        assert 'href="/me"' in lena.page("/inbox")
        said = words(lena.page("/me"))
        assert "No lead yet" in said
        assert "vacation Cancel: vacation, Mon 21 Dec 2026 to Fri 1 Jan 2027" in said
        assert "Mon 21 Dec 2026 to Fri 1 Jan 2027 Ada Krüger stands in" in said
        assert "Today all day" in said


def test_my_turn_and_my_skips_are_told_without_colleagues_names(house: House) -> None:
    send(house.desk, 60, first=91_000)
    with visitor(house, Role.REP, "lena") as lena:
        page = lena.page("/me")
        said = words(page)
        assert re.search(r"The next one is yours|Your turn in about \d+ leads", said)
        assert "credit" in said
        assert "Got it It was your turn" in said
        assert re.search(
            r"Could have It was the turn of another rep: credit [+−]?\d\.\d\d against your", said
        )
        table = page[page.index('id="skips-title"') : page.index('id="hand-title"')]
        assert not re.search("Felix|Noor|Krüger", words(table))
        linked = set(re.findall(r'href="/leads/([^"]+)"', table))
        assert linked
        assert linked <= {entry.id for entry in held_by(house.desk, "lena", 500)}


def test_skips_come_a_page_at_a_time(house: House) -> None:
    send(house.desk, 90, first=92_000)
    (counted,) = stored(house, "SELECT count(*) FROM ledger WHERE pool = ? AND kind = 'turned'", "dach-ae")
    with visitor(house, Role.REP, "lena") as lena:
        path, found = "/me", []
        for _ in range(20):
            page = lena.page(path)
            found += re.findall(r'id="skip-([^"]+)"', page)
            following = re.findall(r'rel="next" href="([^"]+)"', page)
            if not following:
                break
            path = following[0].replace("&amp;", "&")
        assert len(found) == len(set(found)) == counted[0]
        assert lena.see("/me?after=nonsense").status_code == 400


def test_who_pauses_gets_nothing_until_they_resume(house: House) -> None:
    with visitor(house, Role.REP, "lena") as lena:
        answer = lena.post("/me/pause", {"length": "15m", "reason": "a break", "until": ""})
        assert lena.told(answer).startswith("Paused until ")
        paused = until(house, "lena")
        assert paused is not None
        assert timedelta(minutes=14) < paused - datetime.now(UTC) <= timedelta(minutes=17)
        again = lena.post("/me/pause", {"length": "ages", "reason": "again"})
        assert (again.status_code, "Nothing was changed" in words(again.text)) == (422, True)
        before = len(held_by(house.desk, "lena", 500))
        came(house, email="kim@bavaria.example", state="Bavaria", country="DE", employees="80")
        send(house.desk, 20, first=93_000)
        assert len(held_by(house.desk, "lena", 500)) == before
        said = words(lena.page("/me"))
        assert "Could not Paused until" in said
        assert ", were you on" in said
        assert (
            lena.told(lena.post("/me/resume", {"reason": "I am back"})) == "You take leads again, as of now."
        )
        assert "15 min" in words(lena.page("/me"))
        send(house.desk, 60, first=94_000)
        assert len(held_by(house.desk, "lena", 500)) > before


def test_the_rest_of_the_day_ends_at_midnight_where_one_is_and_longer_is_an_absence(house: House) -> None:
    with visitor(house, Role.REP, "maria") as maria:
        maria.post("/me/pause", {"length": "day", "reason": "a doctor"})
        ends = until(house, "maria")
        assert ends is not None
        assert ends - datetime.now(UTC) <= timedelta(hours=25)
        assert (ends.astimezone(UTC).hour, ends.minute) in ((4, 0), (5, 0))  # New York
        maria.post("/me/resume", {"reason": "back"})
        later = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
        refused = maria.post("/me/pause", {"length": "until", "until": later, "reason": "half typed"})
        assert refused.status_code == 422
        assert "is a day from now at most where somebody pauses themselves" in words(refused.text)
        assert 'value="half typed"' in refused.text
        assert f'value="{later}"' in refused.text


def test_forms_of_no_page_of_ours_are_refused(house: House) -> None:
    with visitor(house, Role.REP, "felix") as felix, visitor(house, Role.OPERATIONS) as olga:
        for path in ("/me/pause", "/me/resume"):
            assert felix.post(path, {"length": "1h", "reason": "x"}, csrf="").status_code == 403
            assert olga.post(path, {"reason": "x"}).status_code == 404
        assert felix.post("/me/pause", {"length": "1h", "reason": "x", "rep": "lena"}).status_code == 400
    assert until(house, "felix") is None
