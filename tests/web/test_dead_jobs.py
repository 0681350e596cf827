"""Jobs that were given up over HTTP on both databases: seen, done once more, everything else refused."""

from datetime import UTC, datetime, timedelta

import pytest

from firstright.storage import decisions
from firstright.storage.rows import JobRow, Rows
from web.houses import codes
from web.staffed import Staffed, house

__all__ = ["house"]
MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def buried(house: Staffed, count: int, *, state: str = "dead") -> tuple[str, list[str]]:
    """A lead, and jobs of it that are due an hour apart."""
    lead, _ = house.owned()
    names = [house.desk.new_id() for _ in range(count)]
    rows = Rows()
    rows.jobs = [
        JobRow(
            name, "decide", "deadlines", lead, "", "no-reply", AT + timedelta(hours=n), guard_epoch=1, state=state,
            attempts=3, last_error="ValidationError", payload='{"failed":4}',
        )
        for n, name in enumerate(names)
    ]  # fmt: skip
    with house.desk.database.write() as tx:
        decisions.write(tx, rows)
    return lead, names


def before(house: Staffed) -> str:
    """The cursor behind all that other tests of this module have left."""
    return house.desk.new_id()


def test_a_page_shows_what_it_was_for_since_when_and_how_often(house: Staffed) -> None:
    after = before(house)
    lead, names = buried(house, 3)
    page = house.see(f"/v1/jobs?state=dead&limit=2&after={after}").json()
    assert [each["job"] for each in page["jobs"]] == names[:2]
    assert page["jobs"][0] == {
        "job": names[0], "kind": "decide", "lead": lead, "cause": "no-reply", "state": "dead",
        "due_at": "2026-03-02T09:00:00Z", "attempts": 3, "last_error": "ValidationError",
    }  # fmt: skip
    rest = house.see(f"/v1/jobs?after={page['next']}").json()
    assert ([each["job"] for each in rest["jobs"]], rest["next"]) == (names[2:], None)


def test_one_is_due_now_with_every_try_before_it_and_who_asked_is_on_record(house: Staffed) -> None:
    _, [name] = buried(house, 1)
    answer = house.post(f"/v1/jobs/{name}/replay", b"")
    assert (answer.status_code, answer.json()) == (200, {"jobs": [name], "more": False})
    again = house.post(f"/v1/jobs/{name}/replay", {})
    assert (again.status_code, codes(again)) == (409, [("", "job.not_dead")])
    stored = house.stored("SELECT state, attempts, last_error, payload FROM job WHERE id = ?", name)
    assert stored == [("ready", 0, "", "{}")]
    due = "SELECT l.next_at = j.due_at, j.due_at > ? FROM lead AS l JOIN job AS j ON j.lead_id = l.id WHERE j.id = ?"
    assert house.stored(due, AT.isoformat(), name) == [(True, True)]
    told = house.stored("SELECT actor, action, subject_kind FROM audit WHERE subject_id = ?", name)
    assert told == [(house.able.rpartition("_")[0], "replay", "job")]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("state=ready", "query.invalid"), ("state=", "query.invalid"), ("limit=0", "query.invalid"),
        ("after=x", "cursor.invalid"), ("after=", "cursor.invalid"), ("kind=clock", "query.unknown"),
    ],
)  # fmt: skip
def test_wrong_parameters_are_refused(house: Staffed, query: str, code: str) -> None:
    answer = house.see(f"/v1/jobs?{query}")
    assert (answer.status_code, codes(answer)) == (400, [("", code)])


@pytest.mark.parametrize("name", [MISSING, "1", "%00", MISSING.upper()])
def test_what_is_not_there_gets_one_answer(house: Staffed, name: str) -> None:
    answer = house.post(f"/v1/jobs/{name}/replay", b"")
    assert (answer.status_code, codes(answer)) == (404, [("", "not_found")])


def test_a_body_may_say_nothing(house: Staffed) -> None:
    _, [name] = buried(house, 1)
    answer = house.post(f"/v1/jobs/{name}/replay", {"all": True})
    assert (answer.status_code, codes(answer)) == (400, [("/all", "field.unknown")])
    assert house.stored("SELECT state FROM job WHERE id = ?", name) == [("dead",)]


def test_keys_need_the_scope(house: Staffed) -> None:
    _, [name] = buried(house, 1)
    assert codes(house.get("/v1/jobs")) == [("", "auth.scope")]
    with house.client() as client:
        assert client.post(f"/v1/jobs/{name}/replay").status_code == 403
    assert house.stored("SELECT state FROM job WHERE id = ?", name) == [("dead",)]


def test_both_are_in_the_document(house: Staffed) -> None:
    paths = house.see("/openapi.json").json()["paths"]
    assert [each["name"] for each in paths["/v1/jobs"]["get"]["parameters"]] == ["state", "after", "limit"]
    assert {"400", "401", "403", "404", "409", "503"} <= set(
        paths["/v1/jobs/{job_id}/replay"]["post"]["responses"]
    )
