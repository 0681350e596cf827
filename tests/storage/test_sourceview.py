"""Where leads come from and what was wrong with them: counts by label, pages of trouble, and whose content is shown."""

from datetime import timedelta

import pytest

from firstright.core.clean.problem import Problem
from firstright.core.identifiers import first_of
from firstright.storage import access, decisions, imports, sourceview
from firstright.storage.access import SourceRow
from firstright.storage.rows import ArrivalRow, RecordRow, Rows
from firstright.storage.sourceview import LAST, Raw, Record, Refused, Source, Sources, Wrong
from firstright.storage.statement import Statement
from firstright.storage.transactions import Database
from storage.inbound import FIVE, NOON, arrival, lead, uid
from storage.test_inbox import ADA, MIA, OTTO, PEOPLE, Counting, plan

DAY = timedelta(days=1)
BAD = '[{"pointer":"/phone","code":"phone.invalid","reason":"is no number","got":"string \\"12\\""}]'
TOLD = Problem("/phone", "phone.invalid", "is no number", 'string "12"')
HIDDEN = Problem("/phone", "phone.invalid", "is no number", "")
_REFUSAL = Statement(
    "INSERT INTO refusal (source, hour, code, pointer, reason, n, last_at, request_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


def came(n: int, days: int = 0, **changes: object) -> ArrivalRow:
    at = NOON + days * DAY
    return arrival(n, id=first_of(at)[:-12] + f"{n:012x}", received_at=at, **changes)


def write(database: Database, *arrivals: ArrivalRow) -> None:
    rows = Rows()
    rows.arrivals += arrivals
    with database.write() as tx:
        decisions.write(tx, rows)


def described(name: str) -> SourceRow:
    return SourceRow(uid("other", 1), name, "form", True, "DE", False, "{}", False, NOON)


def test_sources_are_counted_by_label_over_a_week_and_a_month(database: Database) -> None:
    write(
        database, came(1), came(2, -3, label="merged"), came(3, -3, problems=BAD), came(4, -20, problems=BAD),
        came(5, -40), came(6, -1, source="chat", label="quarantined", lead_id=None),
    )  # fmt: skip
    with database.write() as tx:
        access.save_source(tx, described("fair"))
    with database.read() as tx:
        assert sourceview.sources(tx, OTTO, NOON) == Sources(
            [
                Source("web", "", True, False, {"created": 2, "merged": 1}, {"created": 3, "merged": 1}, 1, 2, NOON),
                Source("chat", "", True, False, {"quarantined": 1}, {"quarantined": 1}, 0, 0, NOON - DAY),
                Source("fair", "form", False, True, {}, {}, 0, 0, None),
            ],
            None,
        )  # fmt: skip


def test_of_a_flood_the_latest_are_counted_and_it_says_from_when(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(database, *(came(n, -10 + n) for n in range(1, 10)))
    for name in ("_TRAFFIC", "_OLDEST"):
        made: Statement = getattr(sourceview, name)
        texts = [
            text.replace(f"{sourceview.MOST}", "4").replace(f"{sourceview.MOST - 1}", "3")
            for text in (made.sqlite, made.postgresql)
        ]
        monkeypatch.setattr(sourceview, name, Statement(texts[0], postgresql=texts[1]))
    with database.read() as tx:
        found = sourceview.sources(tx, OTTO, NOON)
    assert (found.sources[0].month, found.since) == ({"created": 4}, NOON - 4 * DAY)


@pytest.mark.parametrize("who", PEOPLE)
def test_sources_are_not_for_reps(database: Database, who: str) -> None:
    write(database, came(1, problems=BAD))
    scope = PEOPLE[who]
    with database.read() as tx:
        found = (
            len(sourceview.sources(tx, scope, NOON).sources),
            len(sourceview.wrong(tx, scope)),
        )
    assert found == ((0, 0) if who == "ada" else (1, 1))


def test_what_somebody_wrote_is_shown_to_whoever_sees_their_lead(database: Database) -> None:
    mine, others = came(1, problems=BAD), came(2, problems=BAD)
    none = came(3, problems=BAD, lead_id=None, label="quarantined")
    rows = Rows()
    rows.leads += [lead(1), lead(2, holder_id="zoe")]
    with database.write() as tx:
        decisions.write(tx, rows)
    write(database, mine, others, none)
    with database.read() as tx:
        found = sourceview.wrong(tx, MIA)
        assert found == [
            Wrong(none.id, "web", "event-3", NOON, "quarantined", 201, "", (TOLD,)),
            Wrong(others.id, "web", "event-2", NOON, "created", 201, "", (HIDDEN,)),
            Wrong(mine.id, "web", "event-1", NOON, "created", 201, uid("lead", 1), (TOLD,)),
        ]
        assert [each.lead_id for each in sourceview.wrong(tx, OTTO)] == ["", uid("lead", 2), uid("lead", 1)]
        assert sourceview.raw(tx, MIA, mine.id) == Raw("application/json", mine.raw)
        assert sourceview.raw(tx, MIA, none.id) == Raw("application/json", none.raw)
        assert sourceview.raw(tx, MIA, others.id) is None
        assert sourceview.raw(tx, OTTO, others.id) == Raw("application/json", others.raw)
        assert sourceview.raw(tx, ADA, mine.id) is None
        assert sourceview.raw(tx, OTTO, "nonsense") is None


def test_the_latest_of_a_source_are_told_whatever_became_of_them(database: Database) -> None:
    rows = Rows()
    rows.leads += [lead(1), lead(2, holder_id="zoe")]
    with database.write() as tx:
        decisions.write(tx, rows)
    mine, others = came(1, -2), came(2, -1, problems=BAD)
    aside = came(3, label="quarantined", lead_id=None)
    write(database, mine, others, aside, came(4, source="chat", lead_id=None, label="quarantined"))
    with database.read() as tx:
        assert sourceview.latest(tx, MIA, "web") == [
            Wrong(aside.id, "web", "event-3", NOON, "quarantined", 201, "", ()),
            Wrong(others.id, "web", "event-2", NOON - DAY, "created", 201, "", (HIDDEN,)),
            Wrong(mine.id, "web", "event-1", NOON - 2 * DAY, "created", 201, uid("lead", 1), ()),
        ]
        assert [each.id for each in sourceview.latest(tx, OTTO, "web", limit=1)] == [aside.id]
        assert sourceview.latest(tx, ADA, "web") == []


@pytest.mark.parametrize("limit", [1, 4, 50])
def test_trouble_is_paged_over_all_sources_newest_first(database: Database, limit: int) -> None:
    arrivals = [came(n, -n % 7, source=("web", "chat", "fair")[n % 3], problems=BAD if n % 2 else "[]")
                for n in range(1, 31)]  # fmt: skip
    write(database, *arrivals)
    expected = sorted((row.id for row in arrivals if row.problems == BAD), reverse=True)
    with database.read() as tx:
        found: list[str] = []
        while page := sourceview.wrong(tx, OTTO, before=found[-1] if found else LAST, limit=limit):
            found += [each.id for each in page]
        assert found == expected
        of_chat = [row.id for row in arrivals if row.problems == BAD and row.source == "chat"]
        assert [each.id for each in sourceview.wrong(tx, OTTO, source="chat")] == sorted(
            of_chat, reverse=True
        )
        assert sourceview.wrong(tx, OTTO, before="nonsense") == []


def test_trouble_is_found_by_its_index(database: Database) -> None:
    write(database, *(came(n, problems=BAD if n % 50 == 0 else "[]") for n in range(1, 2_001)))
    if database.dialect == "postgresql":
        with database.write() as tx:
            tx.run(Statement("ANALYZE arrival"))
    with database.read() as tx:
        one, more = Counting(tx), Counting(tx)
        sourceview.wrong(one, OTTO, limit=1)
        sourceview.wrong(more, OTTO, limit=30)
        assert len(one.asked) == len(more.asked) == 3
        assert "arrival_wrong" in plan(tx, *more.asked[1])


def test_what_was_turned_away_is_told_by_reason(database: Database) -> None:
    hour = NOON.replace(microsecond=0).isoformat().replace("+00:00", ".000000Z")
    early = "2026-11-01T00:00:00.000000Z"
    with database.write() as tx:
        for source, at, code, n in (("web", hour, "email.missing", 3), ("web", early, "email.missing", 9),
                                    ("chat", hour, "body.syntax", 7)):  # fmt: skip
            tx.run(_REFUSAL, (source, at, code, "", "is wrong", n, hour, "r-1"))
    at = NOON.replace(microsecond=0)
    chat = Refused("chat", "body.syntax", "", "is wrong", 7, at, "r-1")
    web = Refused("web", "email.missing", "", "is wrong", 3, at, "r-1")
    with database.read() as tx:
        assert sourceview.refused(tx, OTTO, NOON - FIVE) == [chat, web]
        assert sourceview.refused(tx, OTTO, NOON - 60 * DAY) == [web._replace(n=12), chat]
        assert sourceview.refused(tx, ADA, NOON - FIVE) == []


def test_records_of_an_import_come_in_file_order_and_by_outcome(database: Database) -> None:
    name, rows = uid("other", 7), Rows()
    rows.leads += [lead(1), lead(2, holder_id="zoe")]
    with database.write() as tx:
        decisions.write(tx, rows)
        for line, outcome, of, problems in (
            (2, "created", 1, "[]"),
            (3, "rejected", 0, BAD),
            (4, "created", 2, BAD),
        ):
            imports.record(
                tx, [RecordRow(name, line, outcome, uid("lead", of) if of else None, None, problems)]
            )
    ours = Record(2, "created", uid("lead", 1), ())
    rejected = Record(3, "rejected", "", (TOLD,))
    with database.read() as tx:
        assert sourceview.records(tx, MIA, name) == [ours, rejected, Record(4, "created", "", (HIDDEN,))]
        assert sourceview.records(tx, MIA, name, after=2, limit=1) == [rejected]
        assert sourceview.records(tx, OTTO, name, outcome="created", after=2) == [
            Record(4, "created", uid("lead", 2), (TOLD,))
        ]
        assert sourceview.records(tx, ADA, name) == []
        assert sourceview.troubled(tx, MIA, name) == [rejected, Record(4, "created", "", (HIDDEN,))]
        assert sourceview.troubled(tx, MIA, name, limit=1) == [rejected]
        assert sourceview.troubled(tx, OTTO, name, after=3) == [Record(4, "created", uid("lead", 2), (TOLD,))]
        assert sourceview.troubled(tx, ADA, name) == []
        assert sourceview.records(tx, OTTO, "nonsense") == []
