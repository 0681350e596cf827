"""`firstright bench nodes`: two servers on one PostgreSQL and one workspace against one, and how long a killed node is missed."""

from contextlib import ExitStack
from statistics import median
from time import monotonic, sleep

import msgspec
import psycopg

from firstright.cli.benches.server import (
    Node,
    found,
    loaded,
    loading,
    postgres_database,
    prepared,
    serving,
)
from firstright.desk.desk import LEASE
from firstright.errors import FirstrightError
from firstright.simulate.benches.load import Task
from firstright.simulate.benches.measure import (
    Extra,
    Figures,
    Method,
    Side,
    figure,
    figures,
    point,
)

NAME = "nodes"
TARGET, TAKE_OVER = 0.75, 16.0
CONNECTIONS = 32
SECONDS = 3.0
APART = 100_000


class Turn(msgspec.Struct, frozen=True):
    """Leads a second of two nodes and of one."""

    two: float
    one: float


def run(method: Method, base: str) -> Figures:
    rounds = max(1, method.rounds // 2)
    with ExitStack() as stack:
        url = stack.enter_context(postgres_database(base, NAME))
        key = prepared(url)
        first = stack.enter_context(serving(url))
        second = stack.enter_context(serving(url))
        turns = [_turn(number, (first.port, second.port), key, method) for number in range(rounds + 1)][1:]
        gap, claimed = _killed(url, first, second, key, method)
    ratio = median(turn.two / turn.one for turn in turns)
    a, b = median(turn.two for turn in turns), median(turn.one for turn in turns)
    return figures(
        NAME,
        Side(f"two nodes, {CONNECTIONS} connections", "leads/s", a),
        Side(f"one node, {CONNECTIONS} connections", "leads/s", b),
        ratio,
        TARGET,
        "at least",
        [point("2 nodes", a, b, ratio, TARGET, "at least")],
        rounds,
        [
            Extra(
                "longest silence of the other node after a kill",
                "s",
                figure(gap),
                TAKE_OVER,
                gap <= TAKE_OVER,
            ),
            Extra(
                "until a decision the killed node had claimed is made",
                "s",
                figure(claimed),
                TAKE_OVER,
                claimed <= TAKE_OVER,
            ),
        ],
    )


def _turn(number: int, ports: tuple[int, int], key: str, method: Method) -> Turn:
    def rate(place: int, asked: tuple[int, ...]) -> float:
        task = Task(
            ports=asked,
            key=key,
            connections=CONNECTIONS,
            seconds=SECONDS * method.scale,
            first=(2 * number + place) * APART,
            most=method.of(12_000, 200),
        )
        return loaded(task).rate

    return Turn(rate(0, ports), rate(1, ports[:1]))


def _killed(url: str, dying: Node, living: Node, key: str, method: Method) -> tuple[float, float]:
    """(longest silence of the living node while the other dies, seconds until a job of the dead one is done)."""
    both = Task(
        ports=(dying.port,),
        key=key,
        connections=8,
        seconds=30.0,
        first=90 * APART,
        most=method.of(12_000, 200),
    )
    other = Task(
        ports=(living.port,),
        key=key,
        connections=8,
        seconds=max(1.0, 6.0 * method.scale),
        first=91 * APART,
        most=method.of(12_000, 200),
    )
    with loading(both) as busy, loading(other) as watching:
        sleep(max(0.5, 3.0 * method.scale))
        claimed = _claim(url, method.of(LEASE))
        dying.kill()
        killed_at = monotonic()
        survived = found(watching)
        busy.kill()
    if set(survived.statuses) - {"201"}:
        raise FirstrightError(f"the living node refused leads: {survived.statuses}")
    return survived.longest_gap, _done_after(url, claimed, killed_at)


def _claim(url: str, lease: int) -> str:
    """A due decision, leased as if the node that is about to die had just claimed it; gives the job."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(
            """INSERT INTO job (id, kind, lane, lead_id, ref_id, cause, due_at, priority, guard_epoch, state, lease_token,
                                lease_until, attempts, last_error, payload)
               SELECT gen_random_uuid(), 'decide', 'deadlines', lead_id, ref_id, 'rerun', clock_timestamp(), 0, NULL, 'leased',
                      'dead', clock_timestamp() + make_interval(secs => %s), 1, '', '{}'
               FROM job LIMIT 1 RETURNING id::text""",
            (lease,),
        ).fetchone()
    assert row is not None
    return str(row[0])


def _done_after(url: str, job: str, killed_at: float) -> float:
    with psycopg.connect(url, autocommit=True) as connection:
        while monotonic() - killed_at < 2 * TAKE_OVER:
            row = connection.execute("SELECT state FROM job WHERE id = %s", (job,)).fetchone()
            if row is None or row[0] not in ("leased", "ready", "done"):
                raise FirstrightError(f"the decision a killed node had claimed ended as {row}")
            if row[0] == "done":
                return monotonic() - killed_at
            sleep(0.1)
    return monotonic() - killed_at
