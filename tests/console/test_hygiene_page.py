"""Values are mapped on the page they are shown on; alarms and findings are told with cause and leads, on both databases."""

from collections.abc import Iterator

import pytest

from chaos.scene import reps
from console.visiting import visitor, words
from firstright.core.authority import Role
from firstright.desk.arrival import Seen
from firstright.desk.watch.tending import audit_now
from firstright.storage import alarms, policies
from firstright.wiring import now
from web.staffed import Staffed, staffed


@pytest.fixture
def house(database_url: str) -> Iterator[Staffed]:
    yield from staffed(database_url)


def came(house: Staffed, field: str, value: str) -> str:
    lead, _ = house.owned()
    house.desk.profiling.note([Seen("web", "intake", now(), {}, (), ((field, value),), lead)])
    house.desk.profiling.put_down()
    return lead


def test_a_value_is_mapped_with_one_click(house: Staffed) -> None:
    came(house, "country", "Germny")
    with visitor(house, Role.OPERATIONS) as olga:
        page = olga.page("/fields")
        assert "germny 1 times web" in words(page)
        assert "germny" in words(olga.page("/fields?order=newest"))
        assert olga.see("/fields?order=oldest").status_code == 400
        assert 'value="DE"' in page  # what it most likely means is there already
        fields = {"field": "country", "value": "germny", "means": "DE", "again": "yes"}
        said = olga.told(olga.post("/fields/map", fields))
        assert said.startswith('"germny" means DE from policy version ')
        assert said.endswith("1 of 1 leads were decided again.")
        assert "germny" not in words(olga.page("/fields"))
    with house.desk.read() as tx:
        current = policies.current(tx)
        assert current is not None and current.reason == '"germny" means DE'
        assert policies.load(tx, current.version).endswith('\n[synonyms.country]\ngermny = "DE"\n')


def test_what_is_refused_is_said_beside_what_was_typed(house: Staffed) -> None:
    came(house, "email_kind", "Private")
    with visitor(house, Role.OPERATIONS) as olga:
        fields = {"field": "email_kind", "value": "private", "means": "mine", "again": "yes"}
        answer = olga.post("/fields/map", fields)
        assert answer.status_code == 422
        assert "Nothing was published" in words(answer.text)
        assert "is not a value of" in words(answer.text)


def test_a_manager_sees_and_cannot_map(house: Staffed) -> None:
    came(house, "country", "Germny")
    with visitor(house, Role.MANAGER, reps(1)[0]) as max_:
        assert "germny" in words(max_.page("/fields"))
        assert "/fields/map" not in max_.page("/fields")
    with visitor(house, Role.REP, reps(1)[0]) as rep:
        assert rep.see("/fields").status_code == 403
        assert rep.see("/hygiene").status_code == 403


def test_nothing_was_audited_yet_and_then_nothing_is_wrong_but_what_is_told(house: Staffed) -> None:
    with visitor(house, Role.OPERATIONS) as olga:
        assert "Nothing was audited yet" in words(olga.page("/hygiene"))
        lead = came(house, "country", "Germny")
        audit_now(house.desk, now())
        page = olga.page("/hygiene")
        said = words(page)
        assert "1 value of country came that no table knows, 1 different one." in said
        assert "1 lead of web says neither campaign, channel, medium, referrer nor landing page." in said
        assert f'href="/leads/{lead}"' in page


def test_an_alarm_is_shown_until_somebody_says_that_it_is_right_so(house: Staffed) -> None:
    name = house.desk.new_id()
    with house.desk.database.write() as tx:
        alarms.raise_alarm(
            tx, name, "source-silent", "web", now(), severity="critical", detail={"said": "Silence."}
        )
    with visitor(house, Role.OPERATIONS) as olga:
        assert "source is silent Silence." in words(olga.page("/hygiene"))
        assert (
            olga.told(olga.post("/hygiene/alarms/end", {"alarm": name})) == "web: as it is now, it shall be."
        )
        assert "Silence." not in words(olga.page("/hygiene"))
        assert olga.post("/hygiene/alarms/end", {"alarm": "x"}).status_code == 400
        assert (
            olga.told(olga.post("/hygiene/alarms/end", {"alarm": house.desk.new_id()}))
            == "That alarm is not there."
        )
