"""Every bench runs on tiny input and says what it measured. Nothing here asserts a time: that is what the benches are for."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

import postgres
from firstright import wiring
from firstright.cli.app import run
from firstright.cli.benches import console as bench_console
from firstright.cli.benches import deadlines as bench_deadlines
from firstright.cli.benches import imports as bench_import
from firstright.cli.benches import intake as bench_intake
from firstright.cli.benches import nodes as bench_nodes
from firstright.cli.benches import rules as bench_rules
from firstright.cli.benches import running as benching
from firstright.cli.benches.shelf import PostgresShelf, Shelf, SqliteShelf
from firstright.core.compiled import Compiled
from firstright.core.decide import decide
from firstright.core.lead import Cause, Lead, Outcome
from firstright.core.record import read_record
from firstright.core.world import World
from firstright.simulate.benches import deciding, leadfile, load, matching, redo, workspace
from firstright.simulate.benches.measure import (
    Extra,
    Figures,
    Method,
    Side,
    alternate,
    figures,
    point,
)

TINY = Method(rounds=1, scale=0.02)
AS_OF = datetime(2026, 3, 2, 9, tzinfo=UTC)


def shape(found: Figures) -> tuple[str, str, str, list[str]]:
    return found.name, found.a.unit, found.b.unit, [each.at for each in found.growth]


def all_measured(found: Figures) -> bool:
    return min(found.a.median, found.b.median, found.ratio, *(p.a for p in found.growth)) > 0


def test_both_sides_are_measured_by_turns_after_a_turn_that_does_not_count() -> None:
    turns: list[str] = []

    def side(name: str) -> float:
        turns.append(name)
        return float(len(turns))

    assert alternate(lambda: side("A"), lambda: side("B"), 2) == ([3.0, 5.0], [4.0, 6.0])
    assert "".join(turns) == "ABABAB"


@pytest.mark.parametrize(("ratio", "p99", "met"), [(0.7, 20.0, True), (0.5, 20.0, False), (0.7, 60.0, False)])
def test_figures_are_met_when_the_headline_and_every_target_beside_it_are(
    ratio: float, p99: float, met: bool
) -> None:
    found = figures(
        "intake",
        Side("ours", "leads/s", 700.0),
        Side("theirs", "leads/s", 1000.0),
        ratio,
        0.6,
        "at least",
        [
            point("32 connections", 700.0, 1000.0, ratio, 0.6, "at least"),
            point("reported", 1.0, None, None, None, "at least"),
        ],
        3,
        [Extra("p99", "ms", p99, 50.0, p99 <= 50.0)],
    )
    assert found.met is met


def test_the_policy_of_the_benches_routes_every_lead_by_one_of_its_rules_to_a_rep() -> None:
    world = World(AS_OF, 1, workspace.roster(40, 2))
    policy = workspace.policy(50, 2)
    decisions = [decide(lead, Cause.ARRIVED, policy, world) for lead in deciding.leads(100)]
    assert {decision.outcome for decision in decisions} == {Outcome.OWNER}
    assert len({decision.rule for decision in decisions}) > 10


def test_the_timed_decision_ends_in_a_record_that_reads_back() -> None:
    policy = workspace.policy(20)
    lead, world = deciding.story(deciding.leads(3), policy, workspace.roster(5))[2]
    record = read_record(deciding.decide_one(lead, policy, world))
    assert (record.lead, record.policy, record.decision()) == (
        lead,
        policy.policy.hash,
        decide(lead, Cause.ARRIVED, policy, world),
    )


def test_leads_are_sent_as_forms_send_them_and_never_twice() -> None:
    first, second = workspace.bodies(20), workspace.bodies(20, 20)
    sent = [json.loads(body) for body in first + second]
    assert len({lead["email"] for lead in sent}) == len({lead["phone"] for lead in sent}) == 40
    assert not {"domain", "email_domain", "email_kind", "segment"} & {name for lead in sent for name in lead}


def test_rules_ask_for_states_as_intake_writes_them() -> None:
    policy: Compiled = workspace.policy(200, sent=True)
    lead = Lead({"country": "US", "state": "US-CA", "source": "web"}, "web", AS_OF)
    asked = [d["state"] for d in workspace.documents(200, sent=True) if "state" in d]
    assert any("US-CA" in (names if isinstance(names, list) else [names]) for names in asked)
    assert policy.match(lead.facts, AS_OF)[0] > 0


def test_decide_runs() -> None:
    pytest.importorskip("zen", reason="the bench extra is not installed")
    found = deciding.run_decide(TINY)
    points = ["1,000 rules, pool of 20", "1,000 rules, pool of 100"]
    assert shape(found) == ("decide", "us of CPU", "us of CPU", points)
    assert all_measured(found)


def test_match_rules_runs() -> None:
    pytest.importorskip("zen", reason="the bench extra is not installed")
    found = matching.run(TINY)
    assert shape(found) == ("match-rules", "us of CPU", "us of CPU", ["10 rules", "100 rules", "1,000 rules"])
    assert all_measured(found)


def test_rules_runs() -> None:
    found = bench_rules.run(TINY)
    assert shape(found) == ("rules", "us of CPU", "us of CPU", ["100 rules"])
    assert all_measured(found)


def test_reps_runs() -> None:
    found = deciding.run_reps(TINY)
    points = ["50 reps in 50 pools", "500 reps in 500 pools", "2 reps in 1 pool", "20 reps in 1 pool"]
    assert shape(found) == ("reps", "us of CPU", "us of CPU", points)
    assert all_measured(found)


CONNECTIONS = ["1 connection", "8 connections", "32 connections"]


def test_intake_on_sqlite_runs_against_a_server_of_its_own(tmp_path: Path) -> None:
    found = bench_intake.run_sqlite(TINY, str(tmp_path))
    assert shape(found) == ("intake-sqlite", "leads/s", "leads/s", CONNECTIONS)
    assert all_measured(found)
    assert list(tmp_path.iterdir()) == []


def test_intake_on_postgresql_runs_against_a_server_of_its_own(postgres_server: postgres.Server) -> None:
    found = bench_intake.run_postgres(TINY, postgres_server.base)
    assert shape(found) == ("intake-postgres", "leads/s", "leads/s", CONNECTIONS)
    assert all_measured(found)


TINIEST = Method(rounds=1, scale=0.0004)  # a size three times over is measured once
OVERDUE = [
    "from a ready server to its first effect",
    "until all 40 are done, leads coming in",
    "times a less urgent one went before",
    "p99 of intake while it drains, against afterwards",
    "p99 of intake while it drains, 100 leads/s",
    "p99 of intake afterwards, 100 leads/s",
]


def test_missed_deadlines_are_drained_on_sqlite_and_by_a_server_of_its_own(tmp_path: Path) -> None:
    found = bench_deadlines.run_sqlite(TINIEST, str(tmp_path))
    points = ["20 missed deadlines", "40 missed deadlines"]
    assert shape(found) == ("deadlines-sqlite", "deadlines/s", "deadlines/s", points)
    assert all_measured(found)
    assert [extra.what for extra in found.extras] == OVERDUE
    assert found.extras[2].value == 0
    assert list(tmp_path.iterdir()) == []


def test_missed_deadlines_are_drained_on_postgresql_and_by_a_server_of_its_own(
    postgres_server: postgres.Server,
) -> None:
    found = bench_deadlines.run_postgres(TINIEST, postgres_server.base)
    points = ["20 missed deadlines", "40 missed deadlines"]
    assert shape(found) == ("deadlines-postgres", "deadlines/s", "deadlines/s", points)
    assert all_measured(found)
    assert [extra.what for extra in found.extras] == OVERDUE
    assert found.extras[2].value == 0


def left_by_both(shelf: Shelf) -> tuple[int, set[str], list[redo.Change]]:
    """How many leads the bare driver wrote, which tables it touched, and what it left otherwise than we did."""
    with shelf.empty() as url:
        clock = bench_deadlines.Slow(wiring.now() - bench_deadlines.SLEPT)
        bench_deadlines.prepared(url, clock)
        bench_deadlines.slept_through(url, clock, 30, 0)
        with shelf.copy(url, "ours") as ours, shelf.copy(url, "bare") as bare:
            assert bench_deadlines.drained(ours)[0] == 30
            with shelf.sides(url, ours) as sides:
                touched = {change.table for change in redo.changes(sides)}
                written, _ = shelf.seconds(sides, bare)
            with shelf.copy(ours, "again") as again, shelf.sides(bare, again) as sides:
                return written, touched, list(redo.changes(sides))


TOUCHED = {
    "assignment", "audit", "clock", "decision", "delivery", "job", "lead", "ledger", "reassigned", "standing",
    "task", "turn",
}  # fmt: skip


def test_the_bare_driver_leaves_the_very_rows_a_drain_left_on_sqlite(tmp_path: Path) -> None:
    written, touched, different = left_by_both(SqliteShelf(str(tmp_path)))
    assert (written, touched - {"eligible_set"}, different) == (30, TOUCHED, [])


def test_the_bare_driver_leaves_the_very_rows_a_drain_left_on_postgresql(
    postgres_server: postgres.Server,
) -> None:
    written, touched, different = left_by_both(PostgresShelf(postgres_server.base))
    assert (written, touched - {"eligible_set"}, different) == (30, TOUCHED, [])


LISTS = [f"{tab}, p95 in ms" for tab in ("mine", "team", "breaching", "all")]


def test_pages_of_the_console_are_timed_on_sqlite(tmp_path: Path) -> None:
    found = bench_console.run_sqlite(TINIEST, str(tmp_path))
    assert shape(found) == ("console", "ms", "ms", LISTS)
    assert all_measured(found)
    assert list(tmp_path.iterdir()) == []


def test_pages_of_the_console_are_timed_on_postgresql(postgres_server: postgres.Server) -> None:
    found = bench_console.run_postgres(TINIEST, postgres_server.base)
    assert shape(found) == ("console-postgres", "ms", "ms", LISTS)
    assert all_measured(found)


def test_two_nodes_take_leads_and_one_survives_the_other(postgres_server: postgres.Server) -> None:
    found = bench_nodes.run(TINY, postgres_server.base)
    assert shape(found) == ("nodes", "leads/s", "leads/s", ["2 nodes"])
    assert all_measured(found)
    assert len(found.extras) == 2


def test_a_request_of_the_generator_is_plain_http() -> None:
    assert load.request(b"{}", "fr_live_abc_def") == (
        b"POST /v1/leads HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer fr_live_abc_def\r\n"
        b"content-type: application/json\r\ncontent-length: 2\r\n\r\n{}"
    )


def test_the_command_prints_one_json_object_a_bench(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "rules", "--quick", "--rounds", "1", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert list(printed) == [
        "name", "a", "b", "ratio", "target", "sense", "met", "growth", "extras", "runs", "machine",
    ]  # fmt: skip
    assert (printed["name"], printed["target"], printed["runs"]) == ("rules", 1.3, 1)


def test_the_command_names_what_it_cannot_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "speed"]) != 0
    assert 'there is no bench "speed"' in capsys.readouterr().err
    assert run(["bench", "nodes", "--postgres", ""]) != 0
    assert "nodes needs --postgres URL" in capsys.readouterr().err


def test_all_leaves_out_what_needs_a_postgresql(capsys: pytest.CaptureFixture[str]) -> None:
    assert benching.chosen([], every=True, postgres="", data="/nowhere") == [
        "decide", "match-rules", "rules", "reps", "intake-sqlite", "deadlines-sqlite", "match", "import", "console",
    ]  # fmt: skip
    told = capsys.readouterr().err
    assert "left out: intake-postgres" in told
    assert "left out: quality needs --data DIR" in told


def test_imports_are_measured_with_their_memory_and_beside_a_reader(tmp_path: Path) -> None:
    found = bench_import.run(Method(rounds=1, scale=0.0001), str(tmp_path))
    assert shape(found) == ("import", "rows/s", "rows/s", ["50 rows"])
    assert all_measured(found)
    assert [(extra.what, extra.unit) for extra in found.extras] == [
        ("50 accounts of a CRM", "rows/s"),
        ("most memory of 50 accounts", "MB"),
        ("most memory of 50 rows", "MB"),
    ]
    # Not how much: what a child ever had counts what its parent had when it was begun, and a run of tests has much.


def test_a_file_of_leads_is_the_same_every_time_and_goes_on_where_another_ends(tmp_path: Path) -> None:
    leadfile.write(tmp_path / "all.csv", 30)
    leadfile.write(tmp_path / "rest.csv", 10, first=20)
    whole, rest = ((tmp_path / name).read_text().splitlines() for name in ("all.csv", "rest.csv"))
    assert whole[0] == rest[0]
    assert whole[21:] == rest[1:]
