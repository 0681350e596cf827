"""Eight clients on two nodes, reps who come and go, reps who decline and close, a node killed in the middle: the pool whose
members are constant stays within one lead, nobody ever has more than they have room for, no lead goes A, B, A.

Beside them what is naive is seen to fail: looking for room and then writing, and giving a lead to whoever has least.
"""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from chaos.crew import work
from chaos.scene import broken, opened, replayed, spread
from firstright.core.authority import Actor, Role
from firstright.core.replay import Verdict
from firstright.desk import Desk
from firstright.desk.staff.pausing import Pause, Resume
from firstright.storage.database import open_database
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from patience import PATIENCE

LEADS, CLIENTS = 800, 8
ROOM, CAP = 4, 60
STEADY = [f"steady{number}" for number in range(7)]
CROWD = [f"crowd{number}" for number in range(9)]
MARA = Actor("u-mara", "Mara Diaz", Role.ADMIN)

POLICY = f"""
[policy]
name = "Under fire"
zone = "UTC"
tiers = ["first", "rest"]

[pools.steady]
[pools.crowd]
load = "leads"
method = "load-balanced"

[limits.most]
most = {CAP}
within = "24h"
pools = ["crowd"]

[queues.desk]

[services.standard]
routing = "30min"
first_touch = "8h"

[[rule]]
id = "steady"
tier = "first"
when = {{ country = "DE" }}
send_to = {{ pool = "steady" }}

[[rule]]
id = "crowd"
tier = "first"
when = {{ country = "FR" }}
send_to = {{ pool = "crowd" }}
when_full = {{ wait = "0min" }}

[[rule]]
id = "rest"
tier = "rest"
when = {{}}
send_to = {{ queue = "desk" }}
"""
ROSTER = "".join(
    [f'[[rep]]\nid = "{name}"\npools = {{ steady = 1 }}\n' for name in STEADY]
    + [f'[[rep]]\nid = "{name}"\ncapacity = {ROOM}\npools = {{ crowd = 1 }}\n' for name in CROWD]
)
# Who has each lead after each decision, in the order in which they were made.
TOLD = Statement(
    """SELECT lead_id, holder_kind, holder_id FROM decision ORDER BY turn, seq""",
)
TURNS = Statement("SELECT rep, count(*) FROM ledger WHERE pool = ? AND kind = 'turned' GROUP BY rep")


def set_up(desk: Desk) -> None:
    desk.publish_roster(ROSTER, file="roster.toml", by="mara", reason="test")
    desk.publish_policy(POLICY, file="policy.toml", by="mara", reason="test")


def come_and_go(desk: Desk, seconds: float) -> int:
    """Members of the crowd pause and come back, one after another; each at least once, which takes a busy machine longer."""
    until, done = time.monotonic() + seconds, 0
    while time.monotonic() < until or done < len(CROWD):
        name = CROWD[done % len(CROWD)]
        desk.act(Pause(name, MARA, datetime.now(UTC) + timedelta(hours=1), "a break"))
        desk.act(Resume(CROWD[(done - 3) % len(CROWD)], MARA, "back"))
        done += 1
    for name in CROWD:
        desk.act(Resume(name, MARA, "back"))
    return done


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_on_two_nodes_one_of_which_is_killed(database_url: str) -> None:
    with opened(database_url, "office") as desk:
        set_up(desk)
        half = LEADS // 2
        with crew(database_url, "ada", 0, half) as ada, crew(database_url, "ben", half, half) as ben:
            for each in (ada, ben):
                go(each)
            toggled = come_and_go(desk, 1.5)
            ben.kill()
            ben.wait()
            with crew(database_url, "cleo", half, half) as cleo:
                go(cleo)
                toggled += come_and_go(desk, 1.0)
                assert cleo.communicate(timeout=PATIENCE)[0] == "done\n"
            assert ada.communicate(timeout=PATIENCE)[0] == "done\n"
        assert toggled > 5
    held_true(database_url)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_on_one_node(database_url: str) -> None:
    with opened(database_url, "office") as desk:
        set_up(desk)
        shares = [range(client, LEADS, CLIENTS) for client in range(CLIENTS)]
        with ThreadPoolExecutor(CLIENTS + 1) as pool:
            toggling = pool.submit(come_and_go, desk, 0.5)
            list(pool.map(lambda numbers: work(desk, numbers), shares))
            assert toggling.result() > 5
    held_true(database_url)


def held_true(url: str) -> None:
    database = open_database(url, node="auditor")
    with database.read() as tx:
        steady = Counter(dict(tx.all(TURNS, ("steady",))))
        crowd = Counter(dict(tx.all(TURNS, ("crowd",))))
        moves = tx.all(TOLD)
    assert steady.total() == LEADS // 2
    assert spread(steady, STEADY) <= 1
    assert max(crowd.values()) <= CAP
    assert most_at_once(moves) == ROOM  # it was reached, and never passed
    histories = owners(moves)
    assert any(len(history) > 1 for history in histories.values())
    assert to_and_fro(histories) == []
    assert broken(database) == []
    assert replayed(database)[0].keys() == {Verdict.EQUAL}
    database.close()


def most_at_once(moves: list[tuple[str, str, str]]) -> int:
    """The most leads one of the crowd ever had at once."""
    holder: dict[str, str] = {}
    held: Counter[str] = Counter()
    most = 0
    for lead, kind, name in moves:
        rep = name if kind == "rep" else ""
        before = holder.get(lead, "")
        if rep == before:
            continue
        held[before] -= 1
        held[rep] += 1
        holder[lead] = rep
        if rep in CROWD:
            most = max(most, held[rep])
    return most


def owners(moves: list[tuple[str, str, str]]) -> dict[str, list[str]]:
    """Whom each lead was with, one after another, each stay once."""
    found: dict[str, list[str]] = {}
    for lead, kind, name in moves:
        history = found.setdefault(lead, [])
        if kind == "rep" and (not history or history[-1] != name):
            history.append(name)
    return found


def to_and_fro(histories: dict[str, list[str]]) -> list[str]:
    return [lead for lead, history in histories.items() if len(set(history)) < len(history)]


def test_looking_for_room_and_then_writing_is_seen_to_pass_it(database: Database) -> None:
    with database.write() as tx:
        tx.run(Statement("CREATE TABLE naive (lead INTEGER NOT NULL, rep TEXT NOT NULL)"))

    def give(number: int) -> None:
        with database.read() as tx:
            held = Counter(dict(tx.all(Statement("SELECT rep, count(*) FROM naive GROUP BY rep"))))
        rep = min(CROWD, key=lambda name: held[name])
        time.sleep(0.001)  # it thinks
        if held[rep] < ROOM:
            with database.write() as tx:
                tx.run(Statement("INSERT INTO naive VALUES (?, ?)"), (number, rep))

    with ThreadPoolExecutor(CLIENTS) as pool:
        list(pool.map(give, range(ROOM * len(CROWD) * 2)))
    with database.read() as tx:
        assert max(n for _, n in tx.all(Statement("SELECT rep, count(*) FROM naive GROUP BY rep"))) > ROOM


def test_giving_a_declined_lead_to_whoever_has_least_is_seen_to_go_to_and_fro() -> None:
    held = Counter({"ada": 1, "ben": 1})
    history = ["ada"]
    for _ in range(3):
        held[history[-1]] -= 1
        history.append(min((rep for rep in held if rep != history[-1]), key=lambda rep: held[rep]))
        held[history[-1]] += 1
    assert to_and_fro({"lead": history}) == ["lead"]
    assert any(a == c for a, c in zip(history, history[2:], strict=False))
    assert all(a != b for a, b in pairwise(history))


@contextmanager
def crew(url: str, name: str, first: int, count: int) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "chaos.crew", url, name, str(CLIENTS // 2), str(first), str(count)]
    process = subprocess.Popen(
        command, cwd=Path(__file__).parents[1], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        with suppress(BrokenPipeError):  # it was told to go, and killed before it heard
            process.stdin.close()


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()
