"""Lists of leads: who sees which, in which order, page by page, and by which index."""

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest

from firstright.core.authority import Actor, Role
from firstright.core.glance import Glance
from firstright.core.lead import Holder, HolderKind
from firstright.storage import decisions, inbox
from firstright.storage.inbox import FIRST, TABS, Counts, Entry, Scope, read_place
from firstright.storage.rows import LeadRow, Rows
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database, Dialect, Row, Tx, Value
from storage.inbound import FIVE, NOON, assignment, clock, lead, routed, uid

ADA = Scope(Actor("u-ada", "Ada", Role.REP, "ada", frozenset({"ada"})), ("smb",))
MIA = Scope(Actor("u-mia", "Mia", Role.MANAGER, "mia", frozenset({"mia", "ada"})))
OTTO = Scope(Actor("u-otto", "Otto", Role.OPERATIONS))
ROOT = Scope(Actor("u-root", "Root", Role.ADMIN))
PEOPLE = {"ada": ADA, "mia": MIA, "otto": OTTO, "root": ROOT}
HELD = {
    1: ("owner", "rep", "ada"), 2: ("owner", "rep", "noor"), 3: ("queued", "queue", "smb"),
    4: ("queued", "queue", "enterprise"), 5: ("review", "review", "incomplete"), 6: ("waiting", "none", ""),
    7: ("pending", "none", ""), 8: ("owner", "rep", "mia"), 9: ("closed", "rep", "ada"), 10: ("partner", "partner", "acme"),
    11: ("rejected", "none", ""),
}  # fmt: skip


class Counting:
    """A transaction that keeps what it was asked."""

    def __init__(self, tx: Tx) -> None:
        self._tx = tx
        self.asked: list[tuple[Statement, Sequence[Value]]] = []

    @property
    def dialect(self) -> Dialect:
        return self._tx.dialect

    def all(self, statement: Statement, values: Sequence[Value] = ()) -> list[Row]:
        self.asked.append((statement, values))
        return self._tx.all(statement, values)

    def one(self, statement: Statement, values: Sequence[Value] = ()) -> Row | None:
        rows = self.all(statement, values)
        return rows[0] if rows else None

    run = many = None  # type: ignore[assignment]  # a list reads only


def write(database: Database, *leads: LeadRow) -> None:
    rows = Rows()
    rows.leads += leads
    with database.write() as tx:
        decisions.write(tx, rows)


def held() -> list[LeadRow]:
    return [
        lead(n, outcome=outcome, holder_kind=kind, holder_id=name, expected_at=NOON)
        for n, (outcome, kind, name) in HELD.items()
    ]


def numbers(entries: list[Entry]) -> list[int]:
    return [int(entry.id[-12:], 16) for entry in entries]


def walked(tx: Tx, scope: Scope, tab: str, limit: int) -> list[int]:
    found, after = [], FIRST
    while entries := inbox.page(tx, scope, tab, NOON, after=after, limit=limit):
        found += numbers(entries)
        after = read_place(entries[-1].place.text())
    return found


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ada", {"mine": [1], "team": [1], "queues": [3], "breaching": [1, 3]}),
        ("mia", {"mine": [8], "team": [1, 8], "queues": [3, 4], "review": [5], "waiting": [6, 7],
                 "breaching": [1, 3, 4, 5, 6, 7, 8]}),
        ("otto", {"team": [1, 2, 8], "queues": [3, 4], "review": [5], "waiting": [6, 7],
                  "breaching": [1, 2, 3, 4, 5, 6, 7, 8], "all": list(range(11, 0, -1))}),
        ("root", {"team": [1, 2, 8], "queues": [3, 4], "review": [5], "waiting": [6, 7],
                  "breaching": [1, 2, 3, 4, 5, 6, 7, 8], "all": list(range(11, 0, -1))}),
    ],
)  # fmt: skip
def test_everybody_sees_what_is_theirs(database: Database, who: str, seen: dict[str, list[int]]) -> None:
    write(database, *held())
    with database.read() as tx:
        assert {tab: found for tab in TABS if (found := walked(tx, PEOPLE[who], tab, 50))} == seen
        assert inbox.counts(tx, PEOPLE[who], NOON) == Counts(*(len(seen.get(tab, ())) for tab in TABS))


@pytest.mark.parametrize("who", PEOPLE)
def test_a_list_shows_a_lead_exactly_where_authority_says_so(database: Database, who: str) -> None:
    write(database, *held())
    scope = PEOPLE[who]
    with database.read() as tx:
        shown = {n for tab in TABS[:-1] for n in walked(tx, scope, tab, 50)}
    for n, (outcome, kind, name) in HELD.items():
        is_open = outcome not in ("closed", "partner", "rejected")
        assert (n in shown) == (is_open and scope.actor.sees(Holder(HolderKind(kind), name), scope.queues))


def test_a_queue_is_shown_alone_and_only_to_who_may_claim_from_it(database: Database) -> None:
    write(database, *held())
    with database.read() as tx:
        assert numbers(inbox.page(tx, ADA, "queues", NOON, only="smb")) == [3]
        assert inbox.page(tx, ADA, "queues", NOON, only="enterprise") == []
        assert numbers(inbox.page(tx, MIA, "queues", NOON, only="enterprise")) == [4]
        assert inbox.by_queue(tx, ADA) == {"smb": 1}
        assert inbox.by_queue(tx, MIA) == {"enterprise": 1, "smb": 1}
        with pytest.raises(LookupError, match="everything is no list of leads"):
            inbox.page(tx, ROOT, "everything", NOON)


def test_a_line_says_who_it_is_and_how_it_stands(database: Database) -> None:
    rows = routed(1)
    rows.leads = [
        lead(1, facts='{"first_name":"Mara","last_name":"Hill","company":"Hill Ltd","country":"GB","intent":"demo",'
             '"message":"Hello,\\n  is there a demo?","employees":120,"email":"mara@hill.example"}', priority=3,
             expected_at=NOON + FIVE),
        lead(2, facts='{"email":', holder_id="noor"),
    ]  # fmt: skip
    rows.assignments = [assignment(1, accepted_at=NOON), assignment(2, holder_id="noor")]
    rows.clocks = [clock(1), clock(2, lead_id=uid("lead", 1), clock="owner", due_at=NOON + 2 * FIVE)]
    with database.write() as tx:
        decisions.write(tx, rows)
    mara = Entry(
        uid("lead", 1),
        Glance(
            "Mara Hill", "Hill Ltd", "GB", "demo", "Hello, is there a demo?", "mara@hill.example", "", 120
        ),
        "web", "owner", "rule:smb", Holder(HolderKind.REP, "ada"), 1, True, False, "routed", 3, NOON, NOON + FIVE,
        NOON + FIVE, "running", NOON + 2 * FIVE,
    )  # fmt: skip
    with database.read() as tx:
        assert inbox.page(tx, ADA, "mine", NOON) == [mara]
        other = inbox.page(tx, ROOT, "all", NOON)[0]
        assert (other.glance, other.accepted, other.clock, other.due_at) == (Glance(), False, "", None)
        assert inbox.of_ids(tx, ADA, [uid("lead", n) for n in (1, 9)]) == {uid("lead", 1): mara}
        assert inbox.of_ids(tx, ADA, [other.id]) == {}
        assert inbox.of_ids(tx, ROOT, [other.id]) == {other.id: other}


def many(count: int) -> list[LeadRow]:
    """Leads of three reps and a queue, in every part of a list, with equal instants among them."""
    names = ("ada", "noor", "mia")
    return [
        lead(
            n, touched=n % 3 == 0, expected_at=None if n % 4 == 0 else NOON + timedelta(minutes=n % 7),
            **({"outcome": "queued", "holder_kind": "queue", "holder_id": "smb"} if n % 5 == 0
               else {"holder_id": names[n % 3 - 1]}),
        )
        for n in range(1, count + 1)
    ]  # fmt: skip


@pytest.mark.parametrize("limit", [1, 7, 50])
def test_pages_follow_each_other_in_one_order(database: Database, limit: int) -> None:
    leads = many(60)
    write(database, *leads)
    order = sorted(leads, key=lambda n: (n.touched, n.expected_at is None, n.expected_at or NOON, n.id))
    reps = [int(row.id[-12:], 16) for row in order if row.holder_kind == "rep"]
    late = [
        int(row.id[-12:], 16)
        for row in order
        if not row.touched and row.expected_at
    ]  # fmt: skip
    with database.read() as tx:
        assert walked(tx, ROOT, "team", limit) == reps
        assert walked(tx, ROOT, "breaching", limit) == late
        assert walked(tx, ROOT, "all", limit) == list(range(60, 0, -1))


def test_what_stays_where_it_is_is_given_once_while_others_move(database: Database) -> None:
    write(database, *many(60))
    with database.read() as tx:
        before = walked(tx, ROOT, "team", 50)
    found: list[int] = []
    after = FIRST
    moved: set[int] = set()
    while True:
        with database.read() as tx:
            entries = inbox.page(tx, ROOT, "team", NOON, after=after, limit=5)
        if not entries:
            break
        found += numbers(entries)
        after = entries[-1].place
        change = Rows()
        for n in (
            before[2],
            before[-1 - len(moved)],
        ):  # one that was shown is touched, one that was not goes away
            moved.add(n)
            change.lead_changes.append(lead(n, outcome="closed", touched=True))
        with database.write() as tx:
            decisions.write(tx, change)
    assert [n for n in found if n not in moved] == [n for n in before if n not in moved]
    assert len(found) == len(set(found))


def test_lists_count_up_to_a_bound(database: Database) -> None:
    write(database, *(lead(n, expected_at=NOON) for n in range(1, 601)))
    with database.read() as tx:
        assert inbox.counts(tx, ADA, NOON) == Counts(501, 501, 0, 0, 0, 501, 0)
        assert inbox.counts(tx, ROOT, NOON).all == 501


def test_about_to_breach_is_what_is_due_within_half_an_hour_and_untouched(database: Database) -> None:
    half = timedelta(minutes=30)
    write(
        database, lead(1, expected_at=NOON + half), lead(2, expected_at=NOON + half - timedelta(seconds=1)),
        lead(3, expected_at=NOON - half), lead(4, expected_at=NOON - half, touched=True), lead(5),
    )  # fmt: skip
    with database.read() as tx:
        assert numbers(inbox.page(tx, ADA, "breaching", NOON)) == [3, 2]
        assert inbox.counts(tx, ADA, NOON).breaching == 2


@pytest.mark.parametrize("tab", TABS)
def test_thirty_rows_take_as_many_queries_as_one(database: Database, tab: str) -> None:
    with database.read() as tx:
        empty = Counting(tx)
        inbox.page(empty, ROOT, tab, NOON)
        inbox.counts(empty, ROOT, NOON)
    write(database, *many(30))
    with database.read() as tx:
        full = Counting(tx)
        inbox.page(full, ROOT, tab, NOON)
        inbox.counts(full, ROOT, NOON)
    assert len(full.asked) == len(empty.asked) <= 10


def plan(tx: Tx, statement: Statement, values: Sequence[Value]) -> str:
    explained = Statement(
        f"EXPLAIN QUERY PLAN {statement.sqlite}", postgresql=f"EXPLAIN {statement.postgresql}"
    )
    return "\n".join(str(row[-1]) for row in tx.all(explained, values))


def test_every_list_walks_the_index_and_no_other_way_through_the_leads(database: Database) -> None:
    write(database, *many(3_000))
    if database.dialect == "postgresql":
        with database.write() as tx:
            tx.run(Statement("ANALYZE lead"))
    with database.read() as tx:
        asked = Counting(tx)
        for tab in TABS[:-1]:
            for part in range(4):
                inbox.page(asked, ROOT, tab, NOON, after=FIRST._replace(part=part), limit=20)
        inbox.by_queue(asked, ROOT)
        inbox.counts(asked, ROOT, NOON)
        plans = [plan(tx, *each) for each in asked.asked]
    *walks, _all = plans  # what has ended is in no such index: `all` is counted by the table, up to the bound
    assert len(walks) == 6 * 4 * 2 + 9
    for found in walks:
        ways = re.findall(r"(?:SCAN|SEARCH) (?:lead|f|l)\b.*|Scan.* on lead.*", found)
        assert any("lead_in_hand" in way for way in ways)
        assert [way for way in ways if not re.search("lead_in_hand|id=|lead_pkey|Scan on lead ", way)] == []
        assert "Seq Scan on lead" not in found


def test_no_list_reads_all_clocks_also_before_the_database_has_statistics(database: Database) -> None:
    write(database, *many(3_000))
    with database.read() as tx:
        asked = Counting(tx)
        for tab in TABS:
            inbox.page(asked, ROOT, tab, NOON, limit=20)
        plans = [plan(tx, *each) for each in asked.asked]
    assert [found for found in plans if re.search(r"Seq Scan on clock|SCAN (c|o|clock)\b", found)] == []


@pytest.mark.parametrize("text", ["", "0", "4.2026-11-20T12:00:00Z.x", "0.x." + uid("lead", 1), "0.1.2.3"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_place(text)
