"""Leads in line for a pool, and in a queue: the most urgent and then the oldest first, and who looks at the front of it."""

from datetime import timedelta

from desk.office import Office, office, owner
from firstright.storage import waiting
from firstright.storage.waiting import FRONT, Place, place_of, read_place
from routing import ADA, CALENDARS, HEAD, KIM, MINUTE, MONDAY, NOOR, TO_SDR

FULL = CALENDARS + ADA + KIM.replace("pools =", "capacity = 0\npools =")
URGENT = '\n[[rule]]\nid = "demo"\ntier = "first"\nwhen = { intent = "demo" }\nsend_to = { pool = "sdr" }\nservice = "urgent"\n'
DESK = '\n[[rule]]\nid = "rest"\ntier = "last"\nwhen = {}\nsend_to = { queue = "desk" }\n'
LONG = 'when_full = { wait = "8h" }\n'


def names(here: Office, place: Place = FRONT, limit: int = 10) -> list[str]:
    with here.desk.read() as tx:
        found = waiting.behind(tx, "sdr", place, limit)
    return [row.facts.split('"first_name":"')[1].split('"')[0] for row in found]


def test_a_line_is_read_from_the_front_and_from_any_place_in_it(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(HEAD + URGENT + LONG + TO_SDR + LONG + DESK, FULL)
        for name, facts in (("anna", {}), ("ben", {}), ("cleo", {"intent": "demo"})):
            assert owner(here.send(name, **facts)) == "waiting"
            here.at += MINUTE
        assert names(here) == ["Cleo", "Anna", "Ben"]
        assert names(here, limit=2) == ["Cleo", "Anna"]
        with here.desk.read() as tx:
            second = place_of(waiting.behind(tx, "sdr", FRONT, 3)[1])
            assert waiting.first(tx, "sdr") == place_of(waiting.behind(tx, "sdr", FRONT, 1)[0])
            assert (waiting.pools(tx), waiting.first(tx, "sun")) == ({"sdr"}, None)
        assert names(here, second) == ["Ben"]
        assert read_place(second.text()) == second


def test_a_lead_that_was_merged_stands_in_no_line(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(HEAD + TO_SDR + DESK, FULL)
        told = here.send("anna")
        here.change("UPDATE lead SET merged_into = id WHERE id = ?", str(told["lead"]))
        assert names(here) == []
        with here.desk.read() as tx:
            assert waiting.first(tx, "sdr") is None


def test_a_queue_is_read_the_same_way(database_url: str) -> None:
    with office(database_url) as here:
        here.publish(HEAD + DESK, CALENDARS + ADA + NOOR)
        told = [here.send(name) for name in ("anna", "ben")]
        here.change(
            "UPDATE lead SET arrived_at = ? WHERE id = ?", "2026-03-01T00:00:00.000000Z", str(told[1]["lead"])
        )
        with here.desk.read() as tx:
            found = [row.id for row in waiting.queued_behind(tx, "desk", FRONT, 5)]
        assert found == [told[1]["lead"], told[0]["lead"]]


def test_jobs_that_look_at_the_front_are_found_and_those_that_go_on_behind_it_are_not(
    database_url: str,
) -> None:
    with office(database_url) as here:
        made = (
            "INSERT INTO job (id, kind, lane, lead_id, ref_id, cause, due_at, priority, guard_epoch, state, lease_token,"
            " lease_until, attempts, last_error, payload) VALUES (?, 'decide', 'deadlines', NULL, 'sdr', 'capacity-freed',"
            " ?, 0, NULL, ?, '', NULL, 0, '', ?)"
        )
        jobs = [here.desk.new_id() for _ in range(4)]
        at = f"{MONDAY:%Y-%m-%dT%H:%M:%S}.000000Z"
        for name, state, payload in zip(
            jobs, ("ready", "leased", "done", "ready"), ("{}", "{}", "{}", '{"after": ""}'), strict=True
        ):
            here.change(made, name, at, state, payload)
        with here.desk.read() as tx:
            assert waiting.drains(tx, "sdr", MONDAY) == set(jobs[:2])
            assert waiting.drains(tx, "sdr", MONDAY - timedelta(seconds=1)) == {jobs[1]}
            assert waiting.drains(tx, "sun", MONDAY) == set()
