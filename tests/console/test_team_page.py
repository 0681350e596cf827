"""The team in the console, on both databases: who sees whose leads, load and reasons, the rotations in figures, and pauses by a
manager.
"""

import re
from datetime import UTC, datetime, timedelta

from console.examples import send
from console.northwind import EXAMPLES, came, house
from console.visiting import stored, visitor, words
from firstright.core.authority import Role
from firstright.simulate.roundtheclock import round_the_clock
from web.houses import House

__all__ = ["house"]
HOSTILE = '<script>alert(1)</script> & "quoted"'


def republished(house: House, *changes: tuple[str, str], more: str = "") -> None:
    text = round_the_clock((EXAMPLES / "rosters/inbound.toml").read_text())
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    house.desk.publish_roster(text + more, file="roster.toml", by="mara", reason="test")


def paused(house: House, rep: str) -> datetime | None:
    assert house.desk.roster is not None
    until = house.desk.roster.reps[rep].paused_until
    return until if until and until > datetime.now(UTC) else None


def row(page: str, rep: str) -> str:
    (found,) = re.findall(rf'<tr id="row-{rep}">(.*?)</tr>', page, re.DOTALL)
    return words(found)


def test_everybody_sees_the_rotations_they_share_and_only_the_leads_that_are_theirs(house: House) -> None:
    came(house, email="buyer@bigbank.example")  # Ada's, by the do-not-assign list
    with visitor(house, Role.REP, "lena") as lena, visitor(house, Role.MANAGER, "ada") as ada:
        hers, all_of_them = lena.page("/team"), ada.page("/team")
        assert set(re.findall(r'id="row-(\w+)"', hers)) == {"ada", "felix", "lena", "noor"}
        assert row(hers, "ada") == "AKAda Krüger on not yours to see Account executives DACH"
        assert "0 of 60 in hand" in row(hers, "lena")
        assert {"lena", "felix", "chiara", "mikko"} <= set(re.findall(r'id="row-(\w+)"', all_of_them))
        assert "maria" not in re.findall(r'id="row-(\w+)"', all_of_them)
        assert "1 in hand 1 untouched" in row(all_of_them, "ada")
        assert lena.see("/team?pool=emea-sdr").status_code == 404
        assert lena.see("/team/maria").status_code == 404
        felix = words(lena.page("/team/felix"))
        assert "A colleague of another team" in felix
        assert "In hand" not in felix
    with visitor(house, Role.OPERATIONS) as olga:
        assert "maria" in re.findall(r'id="row-(\w+)"', olga.page("/team"))


def test_what_one_of_them_has_is_a_list_of_its_own_for_whoever_may_see_it(house: House) -> None:
    came(house, email="buyer@bigbank.example")  # Ada's, by the do-not-assign list
    with visitor(house, Role.MANAGER, "ada") as ada:
        assert 'href="/inbox/team?rep=lena"' in ada.page("/team/lena")
        assert "Lena Huber has nothing open" in words(ada.page("/inbox/team?rep=lena"))
        hers = ada.page("/inbox/team?rep=ada")
        assert 'hx-get="/inbox/team?rep=ada"' in hers
        assert hers.count('<tr id="row-') == 1
        assert ada.see("/inbox/team?rep=maria").status_code == 404


def test_why_somebody_is_off_is_said_with_until_when_to_whom_it_concerns(house: House) -> None:
    day = datetime.now(UTC).date()
    away = f'absences = [{{ type = "training", from = "{day - timedelta(days=1)}", until = "{day + timedelta(days=3)}" }}]'
    republished(house, ('id = "felix"', f'id = "felix"\n{away}'), ("capacity = 60", "capacity = 0"))
    with visitor(house, Role.REP, "lena") as lena, visitor(house, Role.MANAGER, "ada") as ada:
        assert "training until" in row(ada.page("/team"), "felix")
        assert (
            row(lena.page("/team"), "felix") == "FBFelix Brunner off not yours to see Account executives DACH"
        )
        assert "full, 0 of 0 open leads" in row(lena.page("/team"), "lena")
        assert set(re.findall(r'id="row-(\w+)"', ada.page("/team?state=full"))) == {"lena"}
        assert set(re.findall(r'id="row-(\w+)"', ada.page("/team?state=off&pool=dach-ae"))) == {"felix"}
        assert ada.see("/team?state=asleep").status_code == 404
    republished(house)


def test_turns_stand_beside_shares_and_credit_around_zero(house: House) -> None:
    send(house.desk, 40, first=90_000)
    with visitor(house, Role.OPERATIONS) as olga:
        page = olga.page("/team?pool=emea-sdr")
        assert 'style="' not in page
        (counted,) = stored(
            house, "SELECT count(*) FROM ledger WHERE pool = ? AND kind = 'turned'", "emea-sdr"
        )
        assert f"{counted[0]} turns in 7 days" in words(page)
        assert "Credit is what a rotation owes" in words(page)
        assert re.search(r"The next lead anybody here can take is \w+ \w+'s\.", words(page))
        credits = re.findall(r'<td class="right num">([+−]?\d+\.\d\d)<', page)
        assert len(credits) >= 4
        assert abs(sum(float(each.replace("−", "-")) for each in credits)) < 0.05
        assert "in 30 days" in words(olga.page("/team?pool=emea-sdr&days=30"))


def test_a_manager_pauses_their_people_and_nobody_elses(house: House) -> None:
    with visitor(house, Role.MANAGER, "ada") as ada, visitor(house, Role.REP, "lena") as lena:
        answer = ada.post("/team/lena/pause", {"length": "1h", "reason": "a fair", "until": ""})
        assert ada.told(answer).startswith("Paused until ")
        until = paused(house, "lena")
        assert until is not None
        assert timedelta(minutes=59) < until - datetime.now(UTC) <= timedelta(minutes=62)
        assert "paused until" in row(ada.page("/team"), "lena")
        assert "You get no new leads: paused until" in words(lena.page("/me"))
        assert ada.post("/team/maria/pause", {"length": "1h", "reason": "a fair"}).status_code == 404
        refused = lena.post("/team/felix/pause", {"length": "1h", "reason": "a fair"})
        assert (refused.status_code, paused(house, "felix")) == (403, None)
        assert "You may pause yourself" in words(refused.text)
        assert ada.told(ada.post("/team/lena/resume", {"reason": "back"})) == "Takes leads again, as of now."
        assert paused(house, "lena") is None


def test_a_pause_that_is_refused_comes_back_with_what_was_typed(house: House) -> None:
    with visitor(house, Role.MANAGER, "ada") as ada:
        for fields, said in (
            ({"length": "1h", "reason": ""}, "is required"),
            ({"length": "until", "reason": "half typed"}, "say until when"),
            ({"length": "until", "reason": "half typed", "until": "2020-01-01T09:00"}, "has passed"),
            ({"length": "ages", "reason": "half typed"}, "is not known"),
        ):
            answer = ada.post("/team/lena/pause", fields)
            assert (answer.status_code, said in words(answer.text)) == (422, True), fields
            assert f'value="{fields["reason"]}"' in answer.text
        for path in ("/team/lena/pause", "/team/lena/resume"):
            assert ada.post(path, {"length": "1h", "reason": "x"}, csrf="").status_code == 403
    assert paused(house, "lena") is None


def test_a_team_of_hundreds_comes_a_page_at_a_time_and_names_are_text(house: House) -> None:
    many = "".join(
        f'\n[[rep]]\nid = "r{n}"\nname = "Rep {n:03}"\nmanager = "ada"\npools = {{ amer-sdr = 1 }}\n'
        for n in range(120)
    )
    republished(house, ('name = "Ada Krüger"', f"name = '{HOSTILE}'"), more=many)
    with visitor(house, Role.OPERATIONS) as olga:
        path, found = "/team", []
        for _ in range(5):
            page = olga.page(path)
            assert HOSTILE not in page
            found += re.findall(r'id="row-(\w+)"', page)
            following = re.findall(r'rel="next" href="([^"]+)"', page)
            if not following:
                break
            path = following[0].replace("&amp;", "&")
        assert len(found) == len(set(found)) == 134
        assert olga.see("/team?after=nobody").status_code == 400
        assert HOSTILE in words(olga.page("/team"))
    republished(house)
