"""What ends or moves on with a batch of decisions, set by set: jobs done, clocks missed, what earlier holders had begun.

Row by row on SQLite, where a statement costs microseconds; one statement a set on PostgreSQL, where each costs a plan
and a look at the server. Which rows, the desk says.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from firstright.storage import instants
from firstright.storage.statement import Statement
from firstright.storage.transactions import Tx, Value

_encode = msgspec.json.Encoder().encode


class Each:
    """One change for each of many rows. `columns` name and type the values ("lead_id uuid, epoch bigint"); SQLite's
    statement takes them as ?1, ?2, PostgreSQL's as columns of `r` behind the word ROWS.
    """

    def __init__(self, columns: str, sqlite: str, postgresql: str) -> None:
        self._names = [column.split()[0] for column in columns.split(", ")]
        rows = f"json_to_recordset(%s::json) AS r({columns})"
        self._statement = Statement(sqlite, postgresql=postgresql.replace("ROWS", rows))

    def run(self, tx: Tx, rows: Sequence[Sequence[Value]]) -> None:
        if tx.dialect == "sqlite":
            tx.many(self._statement, rows)
        elif rows:
            named = [dict(zip(self._names, row, strict=True)) for row in rows]
            tx.run(self._statement, (_encode(named).decode(),))


def _found_first(table: str, change: str, which: str, key: str = "id") -> str:
    """Looks the rows up one by one before it changes them: joined to them, the planner walks everything in that state."""
    return f"""UPDATE {table} SET {change} WHERE {key} = ANY (ARRAY(
       SELECT t.{key} FROM ROWS CROSS JOIN LATERAL (SELECT {key} FROM {table} WHERE {which} OFFSET 0) AS t))"""


_FINISH = Each(
    "id uuid, token text, state text",
    "UPDATE job SET state = ?3, last_error = '', lease_until = NULL WHERE id = ?1 AND state = 'leased' AND lease_token = ?2",
    """UPDATE job SET state = r.state, last_error = '', lease_until = NULL FROM ROWS
       WHERE job.id = r.id AND job.state || '' = 'leased' AND job.lease_token = r.token""",
)
_MISS = Each(
    "lead_id uuid, clock text, at timestamptz",
    """UPDATE clock SET state = 'missed', missed_at = ?3
       WHERE lead_id = ?1 AND clock = ?2 AND state IN ('running', 'paused')""",
    """UPDATE clock SET state = 'missed', missed_at = r.at FROM ROWS
       WHERE clock.lead_id = r.lead_id AND clock.clock = r.clock AND clock.state IN ('running', 'paused')""",
)
_FORGET = Each(
    "lead_id uuid",
    """UPDATE job SET state = 'cancelled'
       WHERE lead_id = ?1 AND kind IN ('decide', 'route') AND state = 'ready'""",
    _found_first(
        "job",
        "state = 'cancelled'",
        "lead_id = r.lead_id AND kind IN ('decide', 'route') AND state = 'ready'",
    ),
)
# Where a worker has the only alarm that is left, its instant: it has passed, and what follows is about to be known.
_RETELL = Each(
    "lead_id uuid",
    """UPDATE lead SET next_at = coalesce(
         (SELECT min(due_at) FROM job WHERE lead_id = ?1 AND state = 'ready'),
         (SELECT min(due_at) FROM job WHERE lead_id = ?1 AND state = 'leased'))
       WHERE id = ?1 AND outcome NOT IN ('quarantined', 'rejected', 'closed')""",
    """UPDATE lead SET next_at = coalesce(
         (SELECT min(j.due_at) FROM job AS j WHERE j.lead_id = lead.id AND j.state = 'ready'),
         (SELECT min(j.due_at) FROM job AS j WHERE j.lead_id = lead.id AND j.state = 'leased'))
       FROM ROWS WHERE lead.id = r.lead_id AND lead.outcome NOT IN ('quarantined', 'rejected', 'closed')""",
)
_EARLIER = "lead_id uuid, epoch bigint"
# What an earlier holder had started, when a lead has a new epoch. The speed-to-lead clock belongs to the cycle.
_SUPERSEDE = (
    Each(
        _EARLIER,
        """UPDATE job SET state = 'cancelled', lease_until = NULL
           WHERE lead_id = ?1 AND guard_epoch < ?2 AND state = 'ready'""",
        _found_first(
            "job",
            "state = 'cancelled', lease_until = NULL",
            "lead_id = r.lead_id AND guard_epoch < r.epoch AND state = 'ready'",
        ),
    ),
    Each(
        _EARLIER,
        """UPDATE clock SET state = 'cancelled' WHERE lead_id = ?1 AND epoch < ?2 AND clock <> 'speed-to-lead'
           AND state IN ('running', 'paused')""",
        _found_first(
            "clock",
            "state = 'cancelled'",
            """lead_id = r.lead_id AND epoch < r.epoch AND clock <> 'speed-to-lead'
               AND state IN ('running', 'paused')""",
        ),
    ),
    Each(
        _EARLIER,
        "UPDATE task SET state = 'cancelled' WHERE lead_id = ?1 AND epoch < ?2 AND state = 'open'",
        _found_first(
            "task", "state = 'cancelled'", "lead_id = r.lead_id AND epoch < r.epoch AND state || '' = 'open'"
        ),
    ),
    Each(
        _EARLIER,
        """UPDATE delivery SET state = 'cancelled', last_error = 'superseded' WHERE lead_id = ?1 AND epoch < ?2
           AND state IN ('behind', 'ready')""",
        _found_first(
            "delivery",
            "state = 'cancelled', last_error = 'superseded'",
            "lead_id = r.lead_id AND epoch < r.epoch AND state IN ('behind', 'ready')",
        ),
    ),
)


def finish(tx: Tx, jobs: Iterable[tuple[str, str, str]]) -> None:
    """(job, token, state): for jobs that were found `jobs.held` in this transaction."""
    _FINISH.run(tx, list(jobs))


def miss(tx: Tx, missed: Iterable[tuple[str, str, datetime]]) -> None:
    """(lead, clock, when it was noticed)."""
    _MISS.run(tx, [(lead, name, instants.text(at)) for lead, name, at in missed])


def forget(tx: Tx, leads: Iterable[str]) -> None:
    """These leads were decided: nothing else that is to decide them is due any more. Their clocks go on."""
    _FORGET.run(tx, [(lead,) for lead in leads])


def retell(tx: Tx, leads: Iterable[str]) -> None:
    """Alarms of these leads were set or silenced: the first that is left is their next instant."""
    _RETELL.run(tx, [(lead,) for lead in leads])


def supersede(tx: Tx, leads: Iterable[tuple[str, int]]) -> None:
    """(lead, its epoch now): cancels jobs, clocks, tasks and unsent deliveries that earlier holders had."""
    values = list(leads)
    for each in _SUPERSEDE:
        each.run(tx, values)
