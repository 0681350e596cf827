"""A file of leads: exactly one outcome per record, the same file twice is once, and what is wrong is kept and told."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from chaos.scene import broken, replayed
from desk.files import HEADER, MAP, counts, importing, left, owners, row, turns
from desk.office import PEOPLE, RULES, office
from firstright.core.replay import Verdict
from firstright.errors import Refused
from routing import MONDAY, SATURDAY

MIXED = (
    HEADER
    + row("anna")
    + row("ben")
    + "Cleo,cleo@cleo.example,,,2026-03-02T09:00:00Z,one cell too many\n"
    + "Dora,dora@dora.example\n"
    + row("nobody", email="")
    + row("anna", intent="demo")  # the same person once more
    + row("ben")  # the same row once more
    + 'Emil,"emil@emil.example,,,\n'
    + row("fay")
    + row("gus", email="no address")
    + "Hal,hal@hal.example,call me,,2026-03-02T09:00:00Z\n"
)
OUTCOMES = {
    1: ("created", []),
    2: ("created", []),
    3: ("quarantined", ["csv.column_count"]),
    4: ("quarantined", ["csv.column_count"]),
    5: ("quarantined", ["lead.no_contact"]),
    6: ("merged", []),
    7: ("merged", []),
    8: ("quarantined", ["csv.unclosed_quote"]),
    9: ("created", []),
    10: ("created", ["email.invalid"]),
    11: ("created", ["phone.unparseable"]),
}
RECORDS = "SELECT line, outcome, problems FROM import_record ORDER BY line"
RAW = "SELECT raw FROM arrival WHERE label = 'quarantined' ORDER BY id"


def told(rows: list[tuple[int, str, str]]) -> dict[int, tuple[str, list[str]]]:
    return {line: (outcome, [p["code"] for p in json.loads(found)]) for line, outcome, found in rows}


def test_each_record_has_one_outcome_and_what_is_no_lead_is_kept_as_it_came(database_url: str) -> None:
    with office(database_url) as here:
        report = importing(here.desk, MIXED).run()
        assert told(here.rows(RECORDS)) == OUTCOMES
        assert counts(report) == {"created": 5, "merged": 2, "quarantined": 4}
        assert [bytes(raw).decode() for (raw,) in here.rows(RAW)] == [
            "Cleo,cleo@cleo.example,,,2026-03-02T09:00:00Z,one cell too many",
            "Dora,dora@dora.example",
            "Nobody,,,,2026-03-02T09:00:00Z",
            'Emil,"emil@emil.example,,,',
        ]
        labels = dict(here.rows("SELECT label, count(*) FROM arrival GROUP BY label"))
        assert labels == {"created": 5, "merged": 2, "quarantined": 4}
        assert here.rows("SELECT state, total FROM import") == [("done", 11)]
        assert broken(here.desk.database) == []


def test_the_same_file_again_changes_nothing_in_this_process_and_in_the_next(database_url: str) -> None:
    with office(database_url) as here:
        first = importing(here.desk, MIXED).run()
        before = left(here.desk)
        again = importing(here.desk, MIXED).run()
        assert (again.already_done, counts(again), again.import_id) == (True, counts(first), first.import_id)
        assert left(here.desk) == before
    with office(database_url, published=False) as here:
        assert importing(here.desk, MIXED).run().already_done
        assert left(here.desk) == before


def test_the_same_rows_in_another_file_are_the_same_leads(database_url: str) -> None:
    with office(database_url) as here:
        importing(here.desk, HEADER + row("anna") + row("ben")).run()
        report = importing(here.desk, HEADER + row("ben") + row("anna")).run()
        assert counts(report) == {"merged": 2}
        assert owners(here.desk) == {"Anna": "kim", "Ben": "noor"}


def test_a_rows_own_key_makes_it_the_same_event_in_every_file(database_url: str) -> None:
    keyed = 'event = "Phone"'
    first = HEADER + "Anna,anna@anna.example,+49 30 901820,,2026-03-02T09:00:00Z\n"
    with office(database_url) as here:
        importing(here.desk, first + "Ben,ben@ben.example,,,2026-03-02T09:00:00Z\n", head=keyed).run()
        second = first + "Anna,anna@anna.example,+49 30 901820,demo,2026-03-02T09:00:00Z\n"
        report = importing(here.desk, second, head=keyed).run()
        assert counts(report) == {"unchanged": 2}
        [(_, same), (_, other)] = told(
            here.rows(
                "SELECT line, outcome, problems FROM import_record WHERE import_id = ?", report.import_id
            )
        ).values()
        assert (same, other) == ([], ["idempotency.mismatch"])
        assert here.rows("SELECT count(*) FROM engagement") == [(0,)]


def test_what_was_no_lead_becomes_one_when_the_map_or_the_row_is_mended(database_url: str) -> None:
    blind = MAP.replace('"E-Mail" = "email"\n', "")
    keyed = 'event = "Intent"'
    text = HEADER + row("anna", intent="k-1")
    with office(database_url) as here:
        assert counts(importing(here.desk, text, map_text=blind, head=keyed).run()) == {"quarantined": 1}
        assert counts(importing(here.desk, text, head=keyed).run()) == {"created": 1}
        gone = HEADER + row("ben", intent="k-2", email="")
        assert counts(importing(here.desk, gone, head=keyed).run()) == {"quarantined": 1}
        assert counts(importing(here.desk, gone, head=f"\n{keyed}").run()) == {"quarantined": 1}
        mended = HEADER + row("ben", intent="k-2")
        assert counts(importing(here.desk, mended, head=keyed).run()) == {"created": 1}
        assert here.rows("SELECT label, count(*) FROM arrival GROUP BY label ORDER BY label") == [
            ("created", 2), ("quarantined", 3),
        ]  # fmt: skip


def test_a_lead_that_comes_back_after_it_was_closed_is_no_second_one(database_url: str) -> None:
    with office(database_url) as here:
        importing(here.desk, HEADER + row("anna")).run()
        here.change("UPDATE lead SET outcome = 'closed', status = 'lost', next_at = NULL")
        report = importing(here.desk, HEADER + row("anna", intent="demo")).run()
        assert counts(report) == {"merged": 1}
        assert here.rows("SELECT cycle, outcome FROM lead") == [(2, "owner")]


def test_the_same_file_by_two_at_once_is_taken_once(database_url: str) -> None:
    """Two threads of one desk; on PostgreSQL two nodes as well."""
    text = HEADER + "".join(row(f"p{n}") for n in range(120)) + "Ragged\n"
    with ExitStack() as open_:
        here = open_.enter_context(office(database_url))
        desks = [here.desk, here.desk]
        if here.desk.database.dialect == "postgresql":
            desks.append(open_.enter_context(office(database_url, "ben", published=False)).desk)
        with ThreadPoolExecutor(len(desks)) as many:
            reports = list(many.map(lambda desk: importing(desk, text).run(), desks))
        assert len({report.import_id for report in reports}) == 1
        assert counts(reports[-1]) == {"created": 120, "quarantined": 1}
        assert here.rows("SELECT outcome, count(*) FROM import_record GROUP BY outcome ORDER BY outcome") == [
            ("created", 120), ("quarantined", 1),
        ]  # fmt: skip
        assert here.rows("SELECT label, count(*) FROM arrival GROUP BY label ORDER BY label") == [
            ("created", 120), ("quarantined", 1),
        ]  # fmt: skip
        assert turns(here.desk) == {("main", rep): 40 for rep in ("kim", "noor", "omar")}
        assert broken(here.desk.database) == []


def test_a_file_with_a_ledger_of_its_own_leaves_the_rotation_alone(database_url: str) -> None:
    with office(database_url) as here:
        here.send("anna")  # Kim had a turn: Noor is next
        importing(here.desk, HEADER + "".join(row(f"p{n}") for n in range(4)), ledger="list").run()
        here.send("zoe")
        assert turns(here.desk) == {
            ("main", "kim"): 1, ("main", "noor"): 1, ("list", "kim"): 2, ("list", "noor"): 1, ("list", "omar"): 1,
        }  # fmt: skip
        assert owners(here.desk)["Zoe"] == "noor"
        assert replayed(here.desk.database)[0] == {Verdict.EQUAL: 6}


def test_a_live_import_after_hours_waits_like_any_lead(database_url: str) -> None:
    with office(database_url, at=SATURDAY) as here:
        importing(here.desk, HEADER + row("anna") + row("ben")).run()
        assert owners(here.desk) == {"Anna": "waiting", "Ben": "waiting"}


def test_an_import_before_any_policy_is_kept_and_decided_when_there_is_one(database_url: str) -> None:
    with office(database_url, published=False) as here:
        report = importing(here.desk, HEADER + row("anna") + row("ben")).run()
        assert counts(report) == {"created": 2}
        here.publish(RULES, PEOPLE)
        assert here.decide(SATURDAY.replace(day=3)) == [("Anna", "rep:kim"), ("Ben", "rep:noor")]


@pytest.mark.parametrize(
    ("text", "head", "reasons"),
    [
        (
            "First Name,Intent\nAnna,demo\n",
            'event = "Key"\nrequired = ["phone"]',
            ("Phone", "Key", "When", "E-Mail"),
        ),
        (b"PK\x03\x04 and so on", "", ("this is a ZIP or Excel file",)),
        ("", "", ("the file is empty",)),
        ("E-Mail,e-mail,E-MAIL\n", "", ("several columns of this name", "When", "Phone")),
        (b"First Name,E-Mail,When\nJos\xe9,j@j.example,\n", "", ("cp1252",)),
    ],
)
def test_a_file_that_cannot_be_imported_is_refused_with_every_reason_and_nothing_is_written(
    database_url: str, text: str | bytes, head: str, reasons: tuple[str, ...]
) -> None:
    with office(database_url) as here:
        turn = here.rows("SELECT n FROM turn")
        with pytest.raises(Refused) as refusal:
            importing(here.desk, text, head=head)
        said = refusal.value.reasons
        assert len(said) == len(reasons)
        assert all(any(reason.casefold() in each.casefold() for each in said) for reason in reasons)
        assert here.rows("SELECT count(*) FROM import") == [(0,)]
        assert here.rows("SELECT n FROM turn") == turn


def test_the_instants_of_a_live_import_are_those_of_today_but_its_clocks_began_when_the_lead_came(
    database_url: str,
) -> None:
    with office(database_url) as here:
        importing(here.desk, HEADER + row("anna", when="2026-02-27T09:00:00Z")).run()
        [(arrived, decided)] = here.rows(
            "SELECT l.arrived_at, d.as_of FROM lead AS l JOIN decision AS d ON d.lead_id = l.id"
        )
        assert (str(arrived)[:10], str(decided)[:10]) == ("2026-02-27", str(MONDAY)[:10])
