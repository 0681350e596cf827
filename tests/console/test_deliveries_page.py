"""Deliveries in the console, on both databases: who sees them, what they are shown, and sending once more."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from console.visiting import notices, stored, visitor, words
from firstright.core.authority import Role
from firstright.storage import decisions, destinations
from firstright.storage.destinations import DestinationRow
from firstright.storage.rows import DeliveryRow, JobRow, Rows
from web.staffed import Staffed, house

__all__ = ["house"]
NOW = datetime.now(UTC)
MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"
HOSTILE = '500 <script>alert(1)</script> & "quoted"'
CONTENT = b"for-your-eyes-only"


def delivered(
    house: Staffed, to: str, count: int = 1, *, state: str = "dead", error: str = "503 no"
) -> list[str]:
    """Deliveries an hour apart, the last one a minute ago; their names in the order of their decisions."""
    lead, _ = house.owned()
    names = [house.desk.new_id() for _ in range(count)]
    rows = Rows()
    for n, name in enumerate(names):
        at = NOW - timedelta(minutes=1, hours=count - 1 - n)
        row = DeliveryRow(
            name, lead, None, to, to.partition(":")[0], "lead-assigned", "", state, at, 10, error
        )
        rows.deliveries.append(
            msgspec.structs.replace(
                row,
                lease_token="hush-token",
                body=CONTENT,
                event="lead.assigned",
                order_key=str(n),
                created_at=at,
                last_status=503 if error else 0,
                sent_at=at if state == "sent" else None,
            )
        )
    with house.desk.database.write() as tx:
        decisions.write(tx, rows)
    return names


def dead_jobs(house: Staffed, count: int, error: str = "") -> list[str]:
    lead, _ = house.owned()
    names = [house.desk.new_id() for _ in range(count)]
    rows = Rows()
    rows.jobs = [
        JobRow(name, "decide", "person", lead, "", "arrived", NOW, state="dead", attempts=3, last_error=error)
        for name in names
    ]
    with house.desk.database.write() as tx:
        decisions.write(tx, rows)
    return names


def registered(house: Staffed, name: str, **changes: object) -> None:
    row = DestinationRow(
        id=house.desk.new_id(),
        name=name,
        kind="webhook",
        url="https://crm.example/hook",
        settings="{}",
        secret=None,
        enabled=True,
        failing_since=None,
        created_at=NOW,
    )
    for field, value in changes.items():
        setattr(row, field, value)
    with house.desk.database.write() as tx:
        destinations.add(tx, row)


@pytest.mark.parametrize("role", [Role.REP, Role.MANAGER])
def test_who_looks_after_leads_only_sees_no_delivery_and_sends_none(house: Staffed, role: Role) -> None:
    [name] = delivered(house, f"webhook:closed-{role}")
    with visitor(house, role, "rep-1" if role is Role.REP else "") as seen:
        for path in ("/deliveries", "/deliveries/sent", "/deliveries/jobs"):
            answer = seen.see(path)
            assert answer.status_code == 403
            assert "webhook:" not in answer.text
        posted = [
            seen.post(f"/deliveries/{name}/again"),
            seen.post(
                "/deliveries/again", {"destination": f"webhook:closed-{role}", "since": "2020-01-01T00:00"}
            ),
            seen.post("/deliveries/jobs/again"),
        ]
        assert [answer.status_code for answer in posted] == [403, 403, 403]
        assert 'href="/deliveries"' not in seen.page("/inbox")
    assert stored(house, "SELECT state FROM delivery WHERE id = ?", name) == [("dead",)]


def test_a_page_says_where_when_and_why_not_and_never_what(house: Staffed) -> None:
    delivered(house, "webhook:told", error=HOSTILE)
    with visitor(house, Role.OPERATIONS) as seen:
        page = seen.page("/deliveries/dead?to=webhook:told")
    text = words(page)
    assert "<script>alert" not in page
    assert '500 <script>alert(1)</script> & "quoted"' in text
    assert "A new owner lead-assigned" in text
    assert "for webhook:told" in text
    assert CONTENT.decode() not in page
    assert "hush" not in page


def test_pages_go_on_where_the_last_one_ended(house: Staffed) -> None:
    for tab, state in (("dead", "dead"), ("waiting", "ready"), ("sent", "sent")):
        names = delivered(house, f"webhook:many-{tab}", 60, state=state, error="")
        with visitor(house, Role.ADMIN) as seen:
            first = seen.page(f"/deliveries/{tab}?to=webhook:many-{tab}")
            following = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
            second = seen.page(following)
        order = names if tab == "waiting" else names[::-1]
        assert [name for name in order if f"row-{name}" in first] == order[:50]
        assert [name for name in order if f"row-{name}" in second] == order[50:]


def test_how_a_destination_is_doing_is_said_in_words(house: Staffed) -> None:
    hour = timedelta(hours=1)
    registered(house, "webhook:well")
    registered(house, "webhook:off", enabled=False, off_reason="answered 410: <b>gone</b>")
    registered(house, "webhook:slow", failures=7, failing_since=NOW - 2 * hour, paused_until=NOW + hour)
    delivered(house, "slack:floor")
    with visitor(house, Role.OPERATIONS) as seen:
        page = seen.page("/deliveries")
    text = words(page)
    assert "answered 410: <b>gone</b>" in text
    assert "<b>gone" not in page
    assert "firstright destination on webhook:off" in text
    assert "7 failures in a row, the first 2 h ago; asked again in" in text
    assert "slack not registered nobody registered where it is" in text
    assert "firstright destination add slack URL" in text
    assert "webhook:well https://crm.example/hook on" in text


def test_one_is_sent_again_and_the_trail_says_by_whom(house: Staffed) -> None:
    [name] = delivered(house, "webhook:one")
    with visitor(house, Role.OPERATIONS) as seen:
        answer = seen.post(f"/deliveries/{name}/again", {"to": "webhook:one"})
        assert answer.headers["location"] == "/deliveries/dead?to=webhook%3Aone"
        assert seen.told(answer) == "It will be sent again, under the same id."
        again = seen.post(f"/deliveries/{name}/again")
        assert seen.told(again) == "That one is not dead any more: somebody was quicker."
        assert seen.post(f"/deliveries/{MISSING}/again").status_code == 404
        assert seen.post("/deliveries/nonsense/again").status_code == 404
    [(state, attempts)] = stored(house, "SELECT state, attempts FROM delivery WHERE id = ?", name)
    assert (state, attempts) == ("ready", 0)
    [(action, by)] = stored(house, "SELECT action, actor FROM audit WHERE subject_id = ?", name)
    assert action == "replay"
    assert stored(house, "SELECT role FROM user_account WHERE id = ?", str(by)) == [("operations",)]


def test_all_of_a_destination_since_an_instant_are_sent_again(house: Staffed) -> None:
    names = delivered(house, "webhook:all", 5)
    since = (NOW - timedelta(hours=2, minutes=30)).strftime("%Y-%m-%dT%H:%M")
    with visitor(house, Role.ADMIN) as seen:
        answer = seen.post("/deliveries/again", {"destination": "webhook:all", "since": since})
        assert seen.told(answer) == "3 deliveries will be sent again."
        none = seen.post("/deliveries/again", {"destination": "webhook:all", "since": since})
        assert seen.told(none) == "Nothing for webhook:all that was decided since then is dead."
    left = stored(
        house, "SELECT id FROM delivery WHERE destination = 'webhook:all' AND state = 'dead' ORDER BY id"
    )
    assert [name for (name,) in left] == names[:2]
    assert stored(house, "SELECT action FROM audit WHERE subject_id = 'webhook:all'") == [("replay",)]


def test_a_form_with_something_wrong_comes_back_with_the_reason_beside_the_field(house: Staffed) -> None:
    delivered(house, "webhook:wrong")
    with visitor(house, Role.ADMIN) as seen:
        answer = seen.post("/deliveries/again", {"destination": "webhook:wrong", "since": "yesterday"})
        assert answer.status_code == 422
        assert 'id="since-wrong"' in answer.text
        assert 'value="yesterday"' in answer.text
        assert (
            seen.post("/deliveries/again", {"destination": "webhook:wrong", "extra": "1"}).status_code == 400
        )


def test_dead_jobs_are_shown_and_done_once_more(house: Staffed) -> None:
    names = dead_jobs(house, 3, "ValueError: <b>no</b>")
    with visitor(house, Role.OPERATIONS) as seen:
        page = seen.page("/deliveries/jobs")
        assert "3 workers died over it; before that: ValueError: <b>no</b>" in words(page)
        assert "<b>no" not in page
        assert seen.told(seen.post(f"/deliveries/jobs/{names[0]}/again")) == "The job is due again."
        assert seen.told(seen.post("/deliveries/jobs/again")) == "2 jobs are due again."
        assert seen.post(f"/deliveries/jobs/{MISSING}/again").status_code == 404
        assert "No job is dead" in words(seen.page("/deliveries/jobs"))
    trail = stored(
        house,
        "SELECT subject_id FROM audit WHERE action = 'replay' AND subject_kind = 'job' ORDER BY subject_id",
    )
    assert [name for (name,) in trail] == names


def test_nothing_is_sent_again_without_the_token_of_the_session(house: Staffed) -> None:
    [name] = delivered(house, "webhook:forged")
    with visitor(house, Role.ADMIN) as seen:
        for csrf in ("", "0" * 64):
            answer = seen.post(f"/deliveries/{name}/again", csrf=csrf)
            assert answer.status_code == 403
            assert notices(answer.text) == []
    assert stored(house, "SELECT state FROM delivery WHERE id = ?", name) == [("dead",)]


@pytest.mark.parametrize("tail", ["nonsense", "dead?after=nonsense", "waiting?after=2026_x", "sent?before=1"])
def test_what_is_no_list_and_no_place_in_one_is_refused(house: Staffed, tail: str) -> None:
    with visitor(house, Role.ADMIN) as seen:
        assert seen.see(f"/deliveries/{tail}").status_code == (404 if tail == "nonsense" else 400)
