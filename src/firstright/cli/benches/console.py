"""`firstright bench console`: pages of the inbox of a workspace that holds 100,000 leads, against one that holds 1,000.

Each side is a server of its own, asked over HTTP by turns, page after page, by somebody who is signed in. Both show full
pages: what grows is what stands behind them.
"""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

from firstright import wiring
from firstright.cli.benches.server import fill, postgres_database, resting_mail, serving
from firstright.core.authority import Role
from firstright.desk import Desk
from firstright.errors import FirstrightError
from firstright.settings import Settings
from firstright.simulate.benches import workspace
from firstright.simulate.benches.measure import Extra, Figures, Method, Point, Side, figure, figures, point
from firstright.storage import destinations, instants, sessions, users
from firstright.storage.sessions import SessionRow
from firstright.storage.statement import Statement
from firstright.storage.users import UserRow
from firstright.web.console.gate import PLAIN_COOKIE, digest_of

SQLITE, POSTGRES = "console", "console-postgres"
TARGET = 1.5
MANY, FEW, LEAST = 100_000, 1_000, 250  # leads; with fewer than LEAST no page is full
RULES, REPS = 10, 2
ASKED = 60  # times a page in one turn
TABS = {"mine": Role.REP, "team": Role.MANAGER, "breaching": Role.MANAGER, "all": Role.OPERATIONS}
ROWS = 50  # of a full page

# A good third of the leads is due soon. Their clocks ring in weeks: nothing may happen while pages are timed.
_DUE = Statement(
    "UPDATE lead SET expected_at = ? WHERE substr(id, 36) IN ('0', '1', '2', '3', '4', '5')",
    postgresql="UPDATE lead SET expected_at = %s WHERE substr(id::text, 36) IN ('0', '1', '2', '3', '4', '5')",
)
_LATER = f'untouched = "{workspace.UNTOUCHED}"', 'untouched = "400h"'


class Console:
    """One side: a running server, asked over one connection that is kept."""

    def __init__(self, port: int, tokens: dict[Role, str]) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._tokens = tokens

    def seconds(self, tab: str) -> float:
        """From the request to the last byte of a full page."""
        cookie = f"{PLAIN_COOKIE}={self._tokens[TABS[tab]]}"
        began = perf_counter()
        self._connection.request("GET", f"/inbox/{tab}", headers={"Cookie": cookie})
        answer = self._connection.getresponse()
        page = answer.read()
        lasted = perf_counter() - began
        if answer.status != 200 or page.count(b'<tr id="row-') != ROWS:
            raise FirstrightError(
                f"/inbox/{tab} is no full page: {answer.status}, {page.count(b'<tr id=')} rows"
            )
        return lasted

    def close(self) -> None:
        self._connection.close()


def run_sqlite(method: Method, folder: str) -> Figures:
    """`folder` must be on the disk that is to be measured."""
    with TemporaryDirectory(prefix="firstright-bench-", dir=folder or None) as place:
        urls = [f"sqlite:///{Path(place, name)}" for name in ("many.db", "few.db")]
        return _run(SQLITE, "SQLite", urls[0], urls[1], method)


def run_postgres(method: Method, base: str) -> Figures:
    """`base` is the URL of a role that may create databases."""
    with postgres_database(base, "many") as many, postgres_database(base, "few") as few:
        return _run(POSTGRES, "PostgreSQL", many, few, method)


def _run(name: str, database: str, many: str, few: str, method: Method) -> Figures:
    sizes = method.of(MANY, LEAST), method.of(FEW, LEAST)
    with ExitStack() as stack:
        a = stack.enter_context(_console(many, sizes[0]))
        b = stack.enter_context(_console(few, sizes[1]))
        turns = {tab: _turns(a, b, tab, method) for tab in TABS}
    points = [_point(tab, found) for tab, found in turns.items()]
    worst = max(points, key=lambda each: each.ratio or 0.0)
    at = f"inbox page, p95 of the answer over HTTP, {database}"
    return figures(
        name,
        Side(f"{at}, {sizes[0]:,} leads, the slower of the pages", "ms", worst.a),
        Side(f"the same page, {sizes[1]:,} leads", "ms", worst.b or 0.0),
        worst.ratio or 0.0,
        TARGET,
        "at most",
        points,
        method.rounds,
        [
            Extra(f"p50 of {tab}, {sizes[0]:,} leads", "ms", figure(_middle(found)))
            for tab, found in turns.items()
        ],
    )


@contextmanager
def _console(url: str, leads: int) -> Iterator[Console]:
    tokens = prepared(url, leads)
    with serving(url) as node, closing(Console(node.port, tokens)) as console:
        yield console


def prepared(url: str, leads: int) -> dict[Role, str]:
    """A workspace with that many open leads in the hands of two reps; sessions of a rep, their manager and operations."""
    with closing(wiring.open_desk(Settings(database=url, node="bench"))) as desk:
        roster = workspace.roster_text(REPS, manager="boss")
        desk.publish_roster(roster, file="roster.toml", by="bench", reason="")
        policy = workspace.policy_text(RULES, sent=True, deadlines=True).replace(*_LATER)
        desk.publish_policy(policy, file="policy.toml", by="bench", reason="")
        with desk.database.write() as tx:
            destinations.add(tx, resting_mail(desk.new_id(), wiring.now()))
        fill(desk, leads, 0)
        with desk.database.write() as tx:
            tx.run(_DUE, (instants.text(wiring.now() + timedelta(minutes=10)),))
            if tx.dialect == "postgresql":
                tx.run(Statement("ANALYZE"))  # as its autovacuum does within a minute of so many rows
        reps = {Role.REP: "rep0", Role.MANAGER: "boss", Role.OPERATIONS: ""}
        return {role: _signed_in(desk, role, rep) for role, rep in reps.items()}


def _signed_in(desk: Desk, role: Role, rep: str) -> str:
    """The token of a session that was just begun."""
    now, token, user = wiring.now(), wiring.new_token(), desk.new_id()
    with desk.database.write() as tx:
        users.add(tx, UserRow(user, f"{role}@bench.example", role.title(), role, rep, "", "active", now))
        ends = now + timedelta(hours=12)
        sessions.start(tx, SessionRow(digest_of(token), user, now, now, now, ends, agent="bench"))
    return token


Turn = tuple[list[float], list[float]]  # ms, of both sides


def _turns(a: Console, b: Console, tab: str, method: Method) -> list[Turn]:
    """Request by request on both sides, after a few that do not count."""
    for _ in range(3):
        a.seconds(tab), b.seconds(tab)
    found: list[Turn] = []
    for _ in range(method.rounds):
        pairs = [(a.seconds(tab) * 1e3, b.seconds(tab) * 1e3) for _ in range(method.of(ASKED, 2))]
        found.append(([one for one, _ in pairs], [other for _, other in pairs]))
    return found


def _point(tab: str, turns: list[Turn]) -> Point:
    ours, theirs = (median(_p95(turn[side]) for turn in turns) for side in (0, 1))
    return point(f"{tab}, p95 in ms", ours, theirs, ours / theirs, TARGET, "at most")


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20, method="inclusive")[-1]


def _middle(turns: list[Turn]) -> float:
    return median(median(ours) for ours, _ in turns)
