"""Hana asks for a price on Saturday, and everybody is at home. She is told when she hears of somebody, in nobody's name; on Monday at nine she is
the first of two that wait, with a task and a draft that are Kim's alone.
"""

from datetime import UTC, datetime

from desk.nextroom import LETTERS, NEXT_HEAD, acknowledgements, drafted, open_tasks
from desk.views import clocks, faults, just_before
from routing import CATCH_ALL, SATURDAY, TO_SDR
from stories.team import TEAM, stands, team

OPENING = datetime(2026, 3, 9, 8, tzinfo=UTC)  # nine in Berlin
HOT = """
[[rule]]
id = "hot"
tier = "first"
when = { intent = "pricing" }
send_to = { pool = "sdr" }
service = "urgent"
first_action = "write"
"""
RULES = NEXT_HEAD + "\n[pools.ae]\n" + LETTERS + HOT + TO_SDR + CATCH_ALL


def test_hana_is_told_monday_and_is_the_first_whom_kim_gets(database_url: str) -> None:
    with team(database_url, RULES, TEAM, at=SATURDAY) as here:
        ivan = here.send("ivan")
        hana = here.send("hana", intent="pricing", message="What does one arm cost?")
        assert [stands(here, each)[0] for each in (ivan, hana)] == ["waiting", "waiting"]
        assert hana["expected_response"] == "2026-03-09T08:05:00Z"
        assert [c[:3] for c in clocks(here, hana)] == [("speed-to-lead", 1, "running")]
        assert [to for to, _ in acknowledgements(here)] != []
        assert drafted(here, hana) == []  # nothing personal is written before she is somebody's
        assert here.decide(just_before(OPENING)) == []

        assert here.decide(OPENING)[0] == (
            "Hana",
            "rep:kim",
        )  # Ivan came before her, and she asked for a price
        assert [task[:3] for task in open_tasks(here, hana)] == [("kim", "write", "email")]
        assert [(epoch, who, state) for epoch, who, _, state in drafted(here, hana)] == [
            (here.lead(hana).epoch, "kim", "ready")
        ]
        assert stands(here, ivan)[0] == "owner"
        assert faults(here) == []
