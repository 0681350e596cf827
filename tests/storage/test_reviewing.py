"""The review queue: by due, with the lead, for everybody but reps."""

from datetime import timedelta

import pytest

from firstright.storage import decisions, inbox, reviewing
from firstright.storage.reviewing import FIRST, Counts, Item, read_place
from firstright.storage.rows import ReviewRow, Rows
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from storage.inbound import FIVE, NOON, lead, uid
from storage.test_inbox import ADA, MIA, OTTO, PEOPLE, Counting, plan


def review(n: int, **changes: object) -> ReviewRow:
    row = ReviewRow(uid("other", n), uid("lead", n), "owner-conflict", "open", '["ada","noor"]', NOON, NOON)
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def write(database: Database, *reviews: ReviewRow) -> None:
    rows = Rows()
    rows.reviews += reviews
    rows.leads += [
        lead(int(row.id[-12:], 16), outcome="review", holder_kind="review", holder_id=row.reason) for row in reviews
    ]  # fmt: skip
    with database.write() as tx:
        decisions.write(tx, rows)


def several(count: int) -> list[ReviewRow]:
    return [
        review(
            n, state=("open", "claimed", "resolved", "withdrawn")[n % 4],
            due_at=None if n % 5 == 0 else NOON + timedelta(minutes=n % 3),
        )
        for n in range(1, count + 1)
    ]  # fmt: skip


@pytest.mark.parametrize("who", PEOPLE)
def test_review_is_for_everybody_but_reps(database: Database, who: str) -> None:
    write(database, review(1))
    shown = [uid("other", 1)] if who != "ada" else []
    with database.read() as tx:
        assert [item.id for item in reviewing.page(tx, PEOPLE[who])] == shown
        assert [item.id for item in reviewing.of_lead(tx, PEOPLE[who], uid("lead", 1))] == shown
        assert (reviewing.one(tx, PEOPLE[who], uid("other", 1)) is not None) == bool(shown)
        assert reviewing.counts(tx, PEOPLE[who], NOON).open == len(shown)


def test_an_item_says_what_it_is_about(database: Database) -> None:
    write(
        database, review(1, state="resolved", claimed_by="u-mia", claimed_at=NOON, resolution="assigned",
        resolved_at=NOON + FIVE, resolved_by="u-mia", note="Noor knows them"),
    )  # fmt: skip
    with database.read() as tx:
        entry = inbox.of_ids(tx, MIA, [uid("lead", 1)])[uid("lead", 1)]
        assert reviewing.one(tx, MIA, uid("other", 1)) == Item(
            uid("other", 1), uid("lead", 1), entry, "owner-conflict", "resolved", ("ada", "noor"), NOON, NOON, "u-mia",
            NOON, "assigned", NOON + FIVE, "u-mia", "Noor knows them",
        )  # fmt: skip
        assert reviewing.one(tx, MIA, uid("other", 2)) is None
        assert reviewing.one(tx, MIA, "1") is None
        assert reviewing.page(tx, MIA) == []


@pytest.mark.parametrize("limit", [1, 4, 50])
def test_pages_are_by_due_and_what_has_none_comes_last(database: Database, limit: int) -> None:
    rows = several(40)
    write(database, *rows)
    order = sorted(rows, key=lambda row: (row.due_at is None, row.due_at or NOON, row.id))
    with database.read() as tx:
        found, after = [], FIRST
        while items := reviewing.page(tx, OTTO, after, limit):
            found += [item.id for item in items]
            after = read_place(items[-1].place.text())
    assert found == [row.id for row in order if row.state in ("open", "claimed")]


def test_the_queue_is_counted_by_state_and_by_what_is_late_or_mine(database: Database) -> None:
    write(
        database, review(1, due_at=NOON - FIVE), review(2), review(3, state="claimed", claimed_by="u-mia"),
        review(4, state="claimed", claimed_by="u-otto", due_at=NOON - FIVE), review(5, state="resolved"),
    )  # fmt: skip
    with database.read() as tx:
        assert reviewing.counts(tx, MIA, NOON) == Counts(open=2, claimed=2, overdue=2, mine=1)
        assert reviewing.counts(tx, ADA, NOON) == Counts(0, 0, 0, 0)


def test_thirty_items_take_as_many_queries_as_one_and_walk_the_index(database: Database) -> None:
    write(database, *several(400))
    if database.dialect == "postgresql":
        with database.write() as tx:
            tx.run(Statement("ANALYZE review_item"))
    with database.read() as tx:
        few, more = Counting(tx), Counting(tx)
        reviewing.page(few, OTTO, limit=1)
        reviewing.page(more, OTTO, limit=30)
        assert len(few.asked) == len(more.asked) == 2
        reviewing.page(few, OTTO, FIRST._replace(part=1), limit=5)
        for asked in (few.asked[0], few.asked[2]):
            found = plan(tx, *asked)
            assert "review_in_work" in found
            assert "SCAN review_item" not in found
            assert "Seq Scan" not in found


@pytest.mark.parametrize("text", ["", "2.2026-11-20T12:00:00Z." + uid("other", 1), "0.x." + uid("other", 1)])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_place(text)
