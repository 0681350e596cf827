"""Rows of a small inbound story: Mara asks for a demo, Ada gets her. Built by number, so that tests can name them."""

from datetime import UTC, datetime, timedelta
from typing import TypeVar

from firstright.storage.rows import (
    ArrivalRow,
    AssignmentRow,
    AuditRow,
    ClockRow,
    DecisionRow,
    EligibleSetRow,
    JobRow,
    LeadRow,
    LedgerRow,
    MatchKeyRow,
    Rows,
    StandingRow,
    TaskRow,
)

R = TypeVar("R")
NOON = datetime(2026, 11, 20, 12, 0, 0, 250_000, tzinfo=UTC)
FIVE = timedelta(minutes=5)
KINDS = {
    "person": 1,
    "arrival": 2,
    "lead": 3,
    "decision": 4,
    "clock": 5,
    "job": 6,
    "task": 7,
    "audit": 8,
    "other": 9,
}


def uid(kind: str, n: int) -> str:
    return f"0190{KINDS[kind]:04x}-{n // 65536:04x}-7000-8000-{n:012x}"


def arrival(n: int, **changes: object) -> ArrivalRow:
    row = ArrivalRow(
        id=uid("arrival", n), source="web", event_id=f"event-{n}", body_hash=f"hash-{n}", received_at=NOON,
        raw=b'{"email": "mara@hill.example"}\x00\xff', content_type="application/json", label="created",
        lead_id=uid("lead", n), person_id=uid("person", n), status=201, reply=b'{"owner":"ada"}',
    )  # fmt: skip
    return _changed(row, changes)


def lead(n: int, **changes: object) -> LeadRow:
    row = LeadRow(
        id=uid("lead", n), person_id=uid("person", n), source="web", lane="main",
        facts='{"email":"mara@hill.example","employees":120}', problems="[]", outcome="owner", reason="rule:smb",
        rule="smb", service="standard", holder_kind="rep", holder_id="ada", epoch=1, cycle=1, status="routed",
        touched=False, locked_to="", locked_until=None, waiting_rule="", waiting_until=None, arrived_at=NOON,
        next_at=NOON + FIVE, expected_at=None, priority=0, merged_into=None, turn=1, created_at=NOON, updated_at=NOON,
    )  # fmt: skip
    return _changed(row, changes)


def decision(n: int, **changes: object) -> DecisionRow:
    row = DecisionRow(
        id=uid("decision", n), lead_id=uid("lead", n), trigger_id=uid("arrival", n), cause="arrived", turn=1, seq=n,
        as_of=NOON, engine=1, policy_version=1, roster_version=1, outcome="owner", reason="rule:smb", rule="smb",
        holder_kind="rep", holder_id="ada", record=b'{"outcome":"owner"}',
    )  # fmt: skip
    return _changed(row, changes)


def assignment(n: int, epoch: int = 1, **changes: object) -> AssignmentRow:
    row = AssignmentRow(
        lead_id=uid("lead", n), epoch=epoch, holder_kind="rep", holder_id="ada", cycle=1, origin="rule",
        cause="arrived", decision_id=uid("decision", n), started_at=NOON,
    )  # fmt: skip
    return _changed(row, changes)


def job(n: int, **changes: object) -> JobRow:
    row = JobRow(
        id=uid("job", n), kind="clock", lane="deadlines", lead_id=uid("lead", n), ref_id=uid("clock", n),
        cause="sla-missed", due_at=NOON + FIVE,
    )  # fmt: skip
    return _changed(row, changes)


def clock(n: int, **changes: object) -> ClockRow:
    row = ClockRow(
        id=uid("clock", n), lead_id=uid("lead", n), clock="speed-to-lead", cycle=1, epoch=1, basis="24x7",
        calendar="", started_at=NOON, due_at=NOON + FIVE, warnings="[]", ladder='["notify-owner"]',
    )  # fmt: skip
    return _changed(row, changes)


def audit(n: int, **changes: object) -> AuditRow:
    row = AuditRow(
        id=uid("audit", n), at=NOON, turn=1, actor="system", action="lead.decided", subject_kind="lead",
        subject_id=uid("lead", n), decision_id=uid("decision", n),
    )  # fmt: skip
    return _changed(row, changes)


def routed(*numbers: int) -> Rows:
    """Everything that leads with these numbers leave behind when each goes to Ada."""
    rows = Rows()
    for n in numbers:
        rows.arrivals.append(arrival(n))
        rows.leads.append(lead(n))
        rows.match_keys.append(MatchKeyRow("email", f"mara{n}@hill.example", "lead", uid("lead", n)))
        rows.match_keys.append(MatchKeyRow("domain", "hill.example", "lead", uid("lead", n)))
        rows.decisions.append(decision(n))
        rows.eligible_sets.append(EligibleSetRow("set-1", "smb", '[["ada",1],["noor",1]]'))
        rows.ledger.append(
            LedgerRow("smb", "main", n, "turned", "ada", 10**9, "set-1", uid("decision", n), NOON)
        )
        rows.assignments.append(assignment(n))
        rows.clocks.append(clock(n))
        rows.jobs.append(job(n))
        rows.tasks.append(
            TaskRow(
                uid("task", n),
                uid("lead", n),
                1,
                "ada",
                "call",
                "phone",
                NOON + FIVE,
                "open",
                uid("person", n),
            )
        )
        rows.audits.append(audit(n))
    rows.standing.append(StandingRow("rep:ada", 1, str(len(numbers))))
    return rows


def _changed(row: R, changes: dict[str, object]) -> R:
    for name, value in changes.items():
        setattr(row, name, value)
    return row
