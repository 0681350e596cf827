"""All that is stored of a workspace's leads, without ids and without parts of a minute, to hold beside another database's."""

from collections.abc import Callable
from datetime import datetime

from firstright.storage.transactions import Row

LOOKS = {
    "lead": """SELECT json_extract(facts, '$.first_name'), outcome, reason, rule, holder_kind, holder_id, epoch, cycle,
        status, touched, priority, next_at, merged_into IS NULL FROM lead""",
    "holder": """SELECT json_extract(l.facts, '$.first_name'), a.epoch, a.holder_kind, a.holder_id, a.cycle, a.cause, a.started_at,
        a.ended_at, a.accepted_at FROM assignment AS a JOIN lead AS l ON l.id = a.lead_id""",
    "decision": """SELECT json_extract(l.facts, '$.first_name'), d.cause, d.outcome, d.reason, d.holder_id, count(*)
        FROM decision AS d JOIN lead AS l ON l.id = d.lead_id GROUP BY 1, 2, 3, 4, 5""",
    "clock": """SELECT json_extract(l.facts, '$.first_name'), c.clock, c.epoch, c.cycle, c.state, c.due_at, c.met_at, c.missed_at
        FROM clock AS c JOIN lead AS l ON l.id = c.lead_id""",
    "task": """SELECT json_extract(l.facts, '$.first_name'), t.epoch, t.rep_id, t.channel, t.state, t.due_at
        FROM task AS t JOIN lead AS l ON l.id = t.lead_id""",
    "offer": """SELECT json_extract(l.facts, '$.first_name'), o.rep_id, o.kind, o.epoch, o.state, o.reason
        FROM offer AS o JOIN lead AS l ON l.id = o.lead_id""",
    "message": """SELECT json_extract(l.facts, '$.first_name'), d.destination, d.event, d.epoch, d.state, d.attempts
        FROM delivery AS d JOIN lead AS l ON l.id = d.lead_id""",
    "sequence": """SELECT json_extract(l.facts, '$.first_name'), e.epoch, e.sequence, e.state, e.reason, e.step, e.code
        FROM enrolment AS e JOIN lead AS l ON l.id = e.lead_id""",
    "meeting": """SELECT json_extract(l.facts, '$.first_name'), m.rep_id, m.starts_at, m.state
        FROM meeting AS m JOIN lead AS l ON l.id = m.lead_id""",
    "touch": """SELECT json_extract(l.facts, '$.first_name'), t.rep_id, t.channel, t.result, t.epoch, t.happened_at, t.reported_by
        FROM touch AS t JOIN lead AS l ON l.id = t.lead_id""",
    "engagement": """SELECT json_extract(l.facts, '$.first_name'), e.kind, e.what, e.at, e.reported_by
        FROM engagement AS e JOIN lead AS l ON l.id = e.lead_id""",
    "turn": "SELECT pool, lane, seq, kind, rep, cost FROM ledger",
    "alarm": """SELECT json_extract(l.facts, '$.first_name'), j.kind, j.cause, j.state, j.due_at, j.guard_epoch
        FROM job AS j JOIN lead AS l ON l.id = j.lead_id WHERE j.state IN ('ready', 'leased')""",
    "event": "SELECT event_id, state, lead_id IS NULL FROM hook_event",
    "load": "SELECT scope, data FROM standing WHERE scope LIKE 'rep:%'",
}  # fmt: skip


def looks(dialect: str, rows: Callable[[str], list[Row]]) -> dict[str, list[str]]:
    found = {}
    for name, select in LOOKS.items():
        if dialect == "postgresql":
            for table in ("l.facts", "facts"):
                select = select.replace(
                    f"json_extract({table}, '$.first_name')", f"{table}::json ->> 'first_name'"
                )
        found[name] = sorted(str([_plain(value) for value in row]) for row in rows(select))
    return found


def _plain(value: object) -> object:
    """SQLite's words for true, false and an instant are PostgreSQL's; of an instant the minute."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, str) and len(value) > 19 and value[10:11] == "T" and value[:4].isdigit():
        return value[:16]
    return int(value) if isinstance(value, bool) else value
