"""What was found over HTTP: values without a meaning, alarms, findings; and what a program may say about them."""

from collections.abc import Iterator

import pytest

from firstright.desk.watch.hygiene import audit_due
from firstright.storage import alarms, policies, profiles
from firstright.storage.profiles import Missed
from firstright.wiring import now
from web.staffed import Staffed, staffed

ALARM = "01900001-0000-7000-8000-000000000001"


@pytest.fixture
def house(database_url: str) -> Iterator[Staffed]:
    for found in staffed(database_url):
        at = now()
        with found.desk.database.write() as tx:
            profiles.add_missed(tx, [Missed("country", "germny", 3, at, at, {"web"})], at)
            profiles.add_missed(tx, [Missed("city", "muc", 2, at, at, {"web"})], at)
            alarms.raise_alarm(
                tx, ALARM, "source-silent", "web", at, source="web", detail={"said": "Silence."}
            )
        yield found


def test_values_without_a_meaning_are_told_with_what_is_near(house: Staffed) -> None:
    told = house.see("/v1/unmapped").json()["unmapped"]
    assert [(each["field"], each["value"], each["n"], each["sources"], each["near"]) for each in told] == [
        ("city", "muc", 2, ["web"], ""),
        ("country", "germny", 3, ["web"], "DE"),
    ]
    assert [each["field"] for each in house.see("/v1/unmapped?field=city").json()["unmapped"]] == ["city"]


def test_a_program_that_may_decide_says_what_a_value_means(house: Staffed) -> None:
    asked = {"field": "country", "value": "Germny", "means": "DE", "reason": "typed by hand", "again": True}
    may = {"Authorization": f"Bearer {house.new_key('decider', scopes=('leads:read', 'leads:assign'))}"}
    answer = house.post("/v1/synonyms", asked, **may)
    assert answer.status_code == 200
    assert answer.json() | {"version": 0} == {
        "field": "country", "words": 1, "version": 0, "changed": True, "leads": 0, "decided": 0,
    }  # fmt: skip
    with house.desk.read() as tx:
        current = policies.current(tx)
        assert current is not None and current.reason == "typed by hand"
    assert [each["field"] for each in house.see("/v1/unmapped").json()["unmapped"]] == ["city"]
    wrong = house.post("/v1/synonyms", {**asked, "field": "cuntry"}, **may)
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/field")
    blind = {"Authorization": f"Bearer {house.new_key('reader', scopes=('leads:read',))}"}
    assert house.post("/v1/synonyms", asked, **blind).status_code == 403


def test_alarms_are_told_and_ended_by_who_may(house: Staffed) -> None:
    [alarm] = house.see("/v1/alarms").json()["alarms"]
    assert (alarm["id"], alarm["kind"], alarm["severity"], alarm["said"]) == (
        ALARM, "source-silent", "warning", "Silence.",
    )  # fmt: skip
    may = {"Authorization": f"Bearer {house.new_key('worker', scopes=('reviews:work',))}"}
    done = {"id": ALARM, "kind": "source-silent", "subject": "web", "repeat": False}
    assert house.post(f"/v1/alarms/{ALARM}/end", {}, **may).json() == done
    assert house.post(f"/v1/alarms/{ALARM}/end", {}, **may).json() == done | {"repeat": True}
    assert house.post(f"/v1/alarms/{house.desk.new_id()}/end", {}, **may).status_code == 404
    assert house.see("/v1/alarms").json() == {"alarms": []}


def test_findings_are_told_with_cause_owner_and_trend(house: Staffed) -> None:
    assert house.see("/v1/hygiene").json() == {"audited_at": None, "findings": [], "trend": []}
    house.owned()
    audit_due(house.desk, now())
    told = house.see("/v1/hygiene").json()
    assert told["audited_at"] is not None
    [city, _] = sorted(
        (f for f in told["findings"] if f["kind"] == "unmapped"), key=lambda f: str(f["subject"])
    )
    assert (city["subject"], city["n"], city["remedy"]) == ("city", 2, "Say once what each means.")
    assert [day["n"] for day in told["trend"] if day["kind"] == "unmapped"] == [5]
