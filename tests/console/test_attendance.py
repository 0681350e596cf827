"""Being away, being there, leaving, in the console: what is said, what the page then shows, and who may not say it."""

import html
from datetime import UTC, datetime, timedelta

import pytest

from console.examples import held_by, send
from console.northwind import house
from console.visiting import stored, visitor, words
from firstright.core.authority import Role
from web.houses import House

__all__ = ["house"]

SOON = (datetime.now(UTC) + timedelta(days=9)).date()
AWAY = {"type": "training", "from": str(SOON), "until": "", "backup": "", "reason": "a course"}


def absences(house: House, rep: str) -> list[tuple[object, ...]]:
    return stored(
        house, "SELECT type, backup FROM absence WHERE rep_id = ? AND type <> 'vacation' ORDER BY 1", rep
    )


def test_who_is_to_be_away_writes_it_down_and_takes_it_back(house: House) -> None:
    with visitor(house, Role.REP, "lena") as lena:
        assert lena.told(lena.post("/me/absences", AWAY)).startswith("Written down.")
        assert absences(house, "lena") == [("training", "")]
        page = lena.page("/me")
        assert f"training Cancel: training, {SOON:%a} {SOON.day} {SOON:%b} {SOON.year}" in words(page)
        assert lena.told(lena.post("/me/absences", AWAY)) == "It was so already."
        key = html.unescape(
            page.partition(">training<")[2].partition('name="from" value="')[2].partition('"')[0]
        )
        assert lena.told(lena.post("/me/absences/end", {"from": key})) == "That absence is ended."
        assert absences(house, "lena") == []


def test_what_is_wrong_stands_beside_its_field_with_what_was_typed(house: House) -> None:
    with visitor(house, Role.REP, "lena") as lena:
        asked = {**AWAY, "until": str(SOON - timedelta(days=1)), "reason": "half typed"}
        refused = lena.post("/me/absences", asked)
        assert refused.status_code == 422
        assert 'id="away-until-wrong"' in refused.text
        assert "is not after from, so nobody would be away" in words(refused.text)
        assert 'value="half typed"' in refused.text
        later = lena.post("/me/on", {"until": f"{SOON}T10:00", "reason": "x"})
        assert (later.status_code, 'id="on-until-wrong"' in later.text) == (422, True)
        gone = lena.post("/me/absences/end", {"from": "2020-01-01"})
        assert (gone.status_code, "Nothing was changed" in words(gone.text)) == (422, True)


def test_a_manager_says_it_of_her_people_and_of_nobody_else(house: House) -> None:
    with visitor(house, Role.MANAGER, "ada") as ada, visitor(house, Role.REP, "lena") as lena:
        assert ada.told(ada.post("/team/lena/absences", {**AWAY, "type": "sick"})).startswith("Written down.")
        assert absences(house, "lena") == [("sick", "")]
        until = (datetime.now(UTC) + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
        assert ada.told(ada.post("/team/lena/on", {"until": until, "reason": "a launch"})).startswith("Leads")
        said = words(ada.page("/team/lena"))
        assert "takes leads now" in said, said[said.index("Coming") :]
        assert ada.told(ada.post("/team/lena/on/end")) == "Leads come as the calendar says again."
        assert "Leave for good" in words(ada.page("/team/lena"))
        assert "Leave for good" not in words(lena.page("/me"))
        assert ada.post("/team/dwayne/absences", AWAY).status_code in (403, 404)
        assert lena.post("/team/ada/absences", AWAY).status_code in (403, 404)
        assert lena.post("/me/leave", {"at": str(SOON), "reason": "x"}).status_code in (404, 405)


@pytest.mark.parametrize("act", ["absences", "absences/end", "on", "on/end", "leave", "leave/end"])
def test_nobody_says_it_of_others_nor_without_the_token_of_their_own_form(house: House, act: str) -> None:
    for role, rep in ((Role.REP, "felix"), (Role.MANAGER, "mara-of-nobody")):
        with visitor(house, role, rep) as who:
            assert who.post(f"/team/lena/{act}").status_code in (403, 404)
    with visitor(house, Role.OPERATIONS) as olga:
        assert olga.post(f"/team/lena/{act}", csrf="").status_code == 403


def test_who_leaves_has_nothing_left(house: House) -> None:
    send(house.desk, 30, first=97_000)
    with visitor(house, Role.OPERATIONS) as olga:
        assert held_by(house.desk, "noor", 500)
        told = olga.told(olga.post("/team/noor/leave", {"at": str(SOON), "reason": "a new job"}))
        assert told.startswith("Written down: open leads go to others")
        said = words(olga.page("/team/noor"))
        assert "leaves Stays" in said
        assert olga.told(olga.post("/team/noor/leave/end")) == "They stay."
        today = datetime.now(UTC).date()
        olga.post("/team/noor/leave", {"at": str(today), "reason": "a new job"})
        while house.desk.work_due(datetime.now(UTC))[0]:
            pass
        assert held_by(house.desk, "noor", 500) == []
        assert olga.told(olga.post("/team/noor/leave/end")) == "They stay."


def test_presence_is_said_on_ones_own_page(house: House) -> None:
    with visitor(house, Role.REP, "lena") as lena:
        assert "At your desk" not in words(lena.page("/me"))  # no rotation of hers asks for it
        assert lena.told(lena.post("/me/presence", {"state": "online"})) == "You are at your desk."
        assert lena.post("/me/presence", {"state": "asleep"}).status_code == 422
        ((data,),) = stored(house, "SELECT data FROM standing WHERE scope = ?", "seen:lena")
        assert '"online"' in str(data)
