"""The life of the demo: leads reach reps at any hour, reps answer through the acts people use, and it ends with the server."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from firstright.cli.demos import served as demoserved
from firstright.cli.demos.leads import MORNING
from firstright.cli.demos.life import Life, in_hand, worked_through
from firstright.desk import Desk
from firstright.desk.access.users import Follow, done
from firstright.storage import users
from firstright.storage.database import open_database
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row
from firstright.wiring import Names
from web.houses import EXAMPLES, publish_examples

SUNDAY = datetime(2026, 11, 22, 3, 10, tzinfo=UTC)


class Hall:
    """A demo's workspace whose clock the test moves."""

    def __init__(self, folder: Path) -> None:
        self.at = SUNDAY
        database = open_database(f"sqlite:///{folder / 'demo.db'}", node="demo")
        database.migrate()
        self.desk = Desk(database, node="demo", now=lambda: self.at, new_id=Names())
        publish_examples(self.desk)
        self.tokens = demoserved.begin(self.desk, EXAMPLES)

    def life(self) -> Life:
        return Life(self.desk, EXAMPLES, lambda: self.at)

    def rows(self, select: str) -> list[Row]:
        with self.desk.read() as tx:
            return tx.all(Statement(select))


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    hall = Hall(tmp_path)
    with closing(hall.desk):
        yield hall


def test_on_a_sunday_night_leads_reach_reps(hall: Hall) -> None:
    hall.life().come(60)
    held = Counter(kind for (kind,) in hall.rows("SELECT holder_kind FROM lead"))
    assert held["rep"] > 40
    assert len(hall.rows("SELECT DISTINCT holder_id FROM lead WHERE holder_kind = 'rep'")) > 8


def test_reps_answer_after_a_while_and_not_those_whom_somebody_can_sign_in_as(hall: Hall) -> None:
    life = hall.life()
    life.come(60)
    assert sum(life.answer() for _ in range(10)) == 0  # nobody has noticed yet
    hall.at += timedelta(minutes=1)
    assert sum(life.answer() for _ in range(20)) > 10
    causes = {cause for (cause,) in hall.rows("SELECT DISTINCT cause FROM decision")}
    assert causes >= {"arrived", "accepted", "touched"}
    lena = in_hand(hall.desk, "lena", hall.at, 100)
    assert len(lena) > 1
    assert not any(entry.touched or entry.accepted for entry in lena)


def test_two_runs_send_no_lead_twice(hall: Hall) -> None:
    hall.life().come(5)
    hall.at += timedelta(minutes=12)
    hall.life().come(5)
    assert len(hall.rows("SELECT DISTINCT event_id FROM arrival WHERE event_id LIKE 'live-%'")) == 10


def test_it_ends_when_it_is_told_to(hall: Hall) -> None:
    with hall.life() as life:
        assert life._thread.is_alive()
    assert not life._thread.is_alive()
    assert {event for (event,) in hall.rows("SELECT event_id FROM arrival")} == set(MORNING)


def test_a_rep_finds_six_leads_in_the_morning_and_each_comes_once(hall: Hall) -> None:
    demoserved.begin(hall.desk, EXAMPLES)
    held = in_hand(hall.desk, "lena", hall.at, 9)
    assert {entry.glance.company for entry in held} == {raw["company"] for raw in MORNING.values()}
    assert len(held) == len(MORNING) == 6
    assert not any(entry.touched for entry in held)
    assert hall.rows("SELECT count(*) FROM arrival") == [(6,)]


def test_what_is_older_than_a_day_was_answered_and_much_of_it_is_over(hall: Hall) -> None:
    hall.life().come(90)
    assert worked_through(hall.desk, hall.at) == 0
    hall.at += timedelta(days=2)
    worked = worked_through(hall.desk, hall.at)
    assert worked == hall.rows("SELECT count(*) FROM lead WHERE touched")[0][0] > 40
    statuses = Counter(status for (status,) in hall.rows("SELECT status FROM lead"))
    assert min(statuses[each] for each in ("won", "lost", "disqualified", "contacted")) > 3


def test_each_of_three_people_comes_in_by_a_link_once_and_signs_in_the_next_time(hall: Hall) -> None:
    versions = (hall.desk.policy.version, hall.desk.roster.version)  # type: ignore[union-attr]  # published above
    done(hall.desk.writer, Follow(hall.tokens["ada@northwind.example"], "hash"))
    again = demoserved.begin(hall.desk, EXAMPLES)
    said = demoserved.ways_in(again, "http://127.0.0.1:8080")
    assert said[1:] == [
        f"  Robin Ray, admin: http://127.0.0.1:8080/set-up/{again['robin@northwind.example']}",
        "  Ada Krüger, manager: http://127.0.0.1:8080/sign-in as ada@northwind.example",
        f"  Lena Huber, rep: http://127.0.0.1:8080/set-up/{again['lena@northwind.example']}",
    ]
    assert again["lena@northwind.example"] != hall.tokens["lena@northwind.example"]
    assert (hall.desk.policy.version, hall.desk.roster.version) == versions == (1, 2)  # type: ignore[union-attr]
    with hall.desk.read() as tx:
        assert [(user.email, user.state) for user in users.users(tx)] == [
            ("ada@northwind.example", "active"),
            ("lena@northwind.example", "invited"),
            ("robin@northwind.example", "invited"),
        ]
