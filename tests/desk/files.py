"""Files of leads on their way through a desk: a map, rows as people export them, and what an import leaves behind."""

import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress

from firstright.desk import Desk
from firstright.desk.files.importing import Importing, Report, Taken
from firstright.intake.fieldmap import read_map
from firstright.storage.statement import Statement

MAP = """
[source]
name = "fair"
country = "DE"
{head}

[columns]
"First Name" = "first_name"
"E-Mail" = "email"
"Phone" = "phone"
"Intent" = "intent"

[arrived]
column = "When"
"""
HEADER = "First Name,E-Mail,Phone,Intent,When\n"


def row(name: str, when: str = "2026-03-02T09:00:00Z", intent: str = "", email: str | None = None) -> str:
    return f"{name.title()},{f'{name}@{name}.example' if email is None else email},,{intent},{when}\n"


def importing(
    desk: Desk, text: str | bytes, *, head: str = "", map_text: str = MAP, **options: object
) -> Importing:
    """As `firstright import` does it; `head` adds lines to the map's [source]."""
    chosen = map_text.replace("{head}", head)
    fieldmap, findings = read_map(chosen)
    assert fieldmap is not None, findings
    return Importing(
        desk,
        io.BytesIO(text.encode() if isinstance(text, str) else text),
        fieldmap,
        map_hash=hashlib.sha256(chosen.encode()).hexdigest(),
        name="fair.csv",
        actor="mara",
        **options,  # type: ignore[arg-type]  # options of several types
    )


class Broken(Exception):
    """Somebody pulled the plug."""


def broken_off(work: Importing, after: int) -> None:
    """Runs it until so many records were told to be taken, or to its end."""
    taken: list[Taken] = []

    def progress(each: Taken) -> None:
        taken.append(each)
        if len(taken) == after:
            raise Broken

    with suppress(Broken):
        work.run(progress)


def counts(report: Report) -> dict[str, int]:
    return dict(sorted(report.counts.items()))


# When a lead of history is looked at again counts from when it was taken in: that is another day after each break.
LEFT = {
    "records": """SELECT r.line, r.outcome, r.problems, l.facts FROM import_record AS r
        LEFT JOIN lead AS l ON l.id = r.lead_id ORDER BY r.import_id, r.line""",
    "arrivals": "SELECT a.label, a.raw, a.status, a.problems, a.body_hash FROM arrival AS a ORDER BY a.raw, a.label",
    "leads": """SELECT facts, outcome, reason, holder_kind, holder_id, epoch, cycle, priority, arrived_at,
        CASE WHEN outcome = 'owner' THEN NULL ELSE next_at END, waiting_rule, waiting_until, problems FROM lead ORDER BY facts, arrived_at""",
    "decisions": """SELECT d.cause, d.as_of, d.outcome, d.reason, d.holder_id, l.facts FROM decision AS d
        JOIN lead AS l ON l.id = d.lead_id ORDER BY d.turn, d.seq""",
    "holders": """SELECT l.facts, s.epoch, s.holder_kind, s.holder_id, s.cause, s.started_at, s.ended_at
        FROM assignment AS s JOIN lead AS l ON l.id = s.lead_id ORDER BY l.facts, s.epoch""",
    "ledger": "SELECT pool, lane, seq, kind, rep, at FROM ledger ORDER BY pool, lane, seq",
    "jobs": """SELECT j.kind, j.cause, j.due_at, j.state, l.facts FROM job AS j JOIN lead AS l ON l.id = j.lead_id
        WHERE j.cause <> 'no-reply' ORDER BY j.kind, j.due_at, l.facts, j.state""",
    "tasks": "SELECT t.rep_id, t.due_at, t.state, l.facts FROM task AS t JOIN lead AS l ON l.id = t.lead_id ORDER BY 1, 2, 4",
    "engagements": """SELECT e.kind, e.at, l.facts FROM engagement AS e JOIN lead AS l ON l.id = e.lead_id
        ORDER BY l.facts, e.at""",
    "imports": "SELECT name, source, total, state, counters FROM import ORDER BY name",
}


def left(desk: Desk, *, tables: Iterable[str] = tuple(LEFT)) -> dict[str, list[tuple[object, ...]]]:
    """Everything an import leaves behind but identifiers: two workspaces in which the same happened are equal."""
    with desk.read() as tx:
        return {
            name: [tuple(map(_plain, found)) for found in tx.all(Statement(LEFT[name]))] for name in tables
        }


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def owners(desk: Desk) -> dict[str, str]:
    """Who has whom, by first name; the outcome where nobody has."""
    with desk.read() as tx:
        found = tx.all(Statement("SELECT facts, holder_id, outcome FROM lead ORDER BY id"))
    return {json.loads(facts)["first_name"]: holder or outcome for facts, holder, outcome in found}


def turns(desk: Desk) -> Counter[tuple[str, str]]:
    """Counted leads by (ledger lane, rep)."""
    with desk.read() as tx:
        return Counter(
            {
                (lane, rep): n
                for lane, rep, n in tx.all(
                    Statement("SELECT lane, rep, count(*) FROM ledger GROUP BY lane, rep")
                )
            }
        )
