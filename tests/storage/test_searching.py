"""Exact look-up: by every key, only what is somebody's to see, bounded, and merged leads as the one that stands."""

from collections.abc import Iterable

import pytest

from firstright.core.seeking import sought
from firstright.storage import accounts, decisions, leads, searching
from firstright.storage.accounts import AccountRow, ContactRow
from firstright.storage.inbox import Scope
from firstright.storage.rows import MatchKeyRow, Rows
from firstright.storage.searching import Found, Results
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from storage.inbound import NOON, arrival, lead, uid
from storage.test_inbox import ADA, MIA, OTTO, ROOT, Counting, numbers, plan

ACME = Found(uid("other", 1), "account", "Acme", "ada", "crm", "A-1")
HILL = Found(uid("other", 2), "account", "Hill", "zoe", "crm", "A-2")
MARA = Found(uid("other", 3), "contact", "Mara Hill", "", "crm", "C-1")


@pytest.fixture
def stored(database: Database) -> Database:
    rows = Rows()
    rows.arrivals += [arrival(1), arrival(2, source="a:b")]
    rows.leads += [lead(1), lead(2, holder_id="zoe"), lead(3, holder_kind="queue", holder_id="smb", outcome="queued"),
                   lead(4, outcome="closed")]  # fmt: skip
    keys = (
        ("email", "mara@hill.example", 1), ("phone", "+4930901820|hill", 1), ("phone", "+4930901820|olsen", 2),
        ("phone", "+49309018201|long", 3), ("domain", "hill.example", 1), ("domain", "hill.example", 2),
        ("domain", "hill.example", 3), ("external", "web:HS-1", 1), ("external", "a%3Ab:HS-1", 2),
        ("email", "old@hill.example", 4),
    )  # fmt: skip
    rows.match_keys += [MatchKeyRow(kind, value, "lead", uid("lead", n)) for kind, value, n in keys]
    with database.write() as tx:
        decisions.write(tx, rows)
        for found, domain in ((ACME, "acme.example"), (HILL, "hill.example")):
            row = AccountRow(
                found.id, "crm", found.external_id, found.name, found.owner, "", "", None, "{}", None, NOON
            )
            accounts.upsert_account(tx, row, [domain])
        contact = ContactRow(MARA.id, uid("person", 3), "crm", "C-1", None, "Mara Hill", "", "{}", NOON)
        accounts.upsert_contact(tx, contact, [("email", "mara@hill.example")])
    return database


def look(database: Database, scope: Scope, text: str) -> Results:
    asked = sought(text)
    assert asked
    with database.read() as tx:
        return searching.search(tx, scope, asked)


def told(database: Database, scope: Scope, text: str) -> tuple[list[int], list[Found]]:
    found = look(database, scope, text)
    assert not found.more
    return numbers(found.leads), found.records


@pytest.mark.parametrize(
    ("text", "ids", "records"),
    [
        ("Mara@hill.example", [1], [MARA]), ("old@hill.example", [4], []), ("+49 30 901820", [2, 1], []),
        ("www.hill.example", [3, 2, 1], [HILL]), ("HS-1", [2, 1], []), ("web:HS-1", [1], []), ("A-1", [], [ACME]),
        ("C-1", [], [MARA]), (uid("lead", 3), [3], []), (uid("other", 1), [], [ACME]), ("nobody@hill.example", [], []),
    ],
)  # fmt: skip
def test_everything_is_found_under_each_of_its_keys(
    stored: Database, text: str, ids: list[int], records: list[Found]
) -> None:
    assert told(stored, OTTO, text) == (ids, records)
    assert told(stored, ROOT, text) == (ids, records)


def test_nobody_finds_what_is_not_theirs_to_see(stored: Database) -> None:
    assert told(stored, ADA, "hill.example") == ([3, 1], [])
    assert told(stored, MIA, "hill.example") == ([3, 1], [])
    assert told(stored, ADA, "+4930901820") == ([1], [])
    assert told(stored, ADA, "A-1") == ([], [ACME])
    assert told(stored, ADA, uid("lead", 2)) == ([], [])
    assert told(stored, ADA, "mara@hill.example") == ([1], [])
    assert told(stored, MIA, "mara@hill.example") == ([1], [MARA])


def test_a_merged_lead_is_found_as_the_one_that_stands_for_it(stored: Database) -> None:
    with stored.write() as tx:
        leads.merge(tx, uid("lead", 1), uid("lead", 2), NOON)
    assert told(stored, OTTO, "mara@hill.example")[0] == [2]
    assert told(stored, OTTO, uid("lead", 1))[0] == [2]
    assert told(stored, ADA, "mara@hill.example")[0] == []


def many(numbers: Iterable[int]) -> Rows:
    rows = Rows()
    for n in numbers:
        rows.leads.append(lead(n))
        rows.match_keys.append(MatchKeyRow("domain", "busy.example", "lead", uid("lead", n)))
    return rows


def test_a_key_of_hundreds_is_walked_up_to_a_bound_and_says_so(stored: Database) -> None:
    with stored.write() as tx:
        decisions.write(tx, many(range(100, 300)))
    found = look(stored, OTTO, "busy.example")
    assert (numbers(found.leads), found.more) == (list(range(299, 249, -1)), True)


def test_a_look_up_walks_the_keys(stored: Database) -> None:
    with stored.write() as tx:
        decisions.write(tx, many(range(100, 3_100)))
        if stored.dialect == "postgresql":
            tx.run(Statement("ANALYZE match_key"))
    few, more = (sought(text) for text in ("HS-1", "busy.example"))
    assert few and more
    with stored.read() as tx:
        one, fifty = Counting(tx), Counting(tx)
        searching.search(one, OTTO, few)
        searching.search(fifty, OTTO, more)
        assert len(one.asked) == len(fifty.asked) == 6
        found = plan(tx, *fifty.asked[1])
    assert "SCAN k" not in found and "SCAN m" not in found and "Seq Scan on match_key" not in found
