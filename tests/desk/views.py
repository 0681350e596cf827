"""What an office shows of one lead: who had it, its clocks, tasks, letters and alarms. Instants are read as day and hour in
UTC, because a clock that stands still moves on by a microsecond with every turn.
"""

from datetime import datetime, timedelta

import msgspec

from chaos.scene import broken, replayed
from desk.office import Office
from firstright.storage import clocks as stored
from firstright.storage import instants
from firstright.storage.rows import ClockRow
from routing import CATCH_ALL, HEAD, TO_SDR

Told = dict[str, object]
LETTERS = """
[templates.soon]
text = "{company} is waiting for you."

[templates.late]
text = "{company} has waited too long."

[templates.moved]
text = "{company} is with somebody else now."

[subscribers.crm]
channel = "webhook"
events = ["lead.assigned", "lead.queued", "lead.review", "lead.support", "lead.accepted", "lead.touched", "lead.engaged", "lead.missed"]
"""
LOUD_HEAD = HEAD.replace(
    'tell_owner = "yours"',
    'tell_owner = "yours"\ntell_warning = "soon"\ntell_missed = "late"\ntell_moved = "moved"',
)
LOUD = LOUD_HEAD + LETTERS + TO_SDR + CATCH_ALL  # a policy that tells everybody of everything


def day(at: object) -> str:
    """Day and hour in UTC, to the minute that has begun: "02T09:30"."""
    return instants.read(at).strftime("%dT%H:%M")


def owners(here: Office, told: Told) -> list[tuple[str, str, str]]:
    """Who had the lead, why, and from when."""
    rows = here.rows(
        "SELECT holder_id, holder_kind, cause, started_at FROM assignment WHERE lead_id = ? ORDER BY epoch",
        str(told["lead"]),
    )
    return [(who if kind == "rep" else f"{kind}:{who}", why, day(at)) for who, kind, why, at in rows]


def clocks(here: Office, told: Told) -> list[tuple[str, int, str, str]]:
    """Every clock there was: its name, whose epoch, how it stands, when it is due."""
    return [(c.clock, c.epoch, c.state, day(c.due_at)) for c in clock_rows(here, told)]


def clock_rows(here: Office, told: Told) -> list[ClockRow]:
    with here.desk.read() as tx:
        return stored.of_lead(tx, str(told["lead"]))


def running(here: Office, told: Told, name: str = "owner") -> ClockRow:
    """The one clock of this name that still runs."""
    (found,) = [
        c
        for c in clock_rows(here, told)
        if c.clock == name and c.state in ("running", "missed") and c.met_at is None
    ]
    return found


def moments(clock: ClockRow) -> dict[int, datetime]:
    """When it rings: per cent and instant."""
    return dict(msgspec.json.decode(clock.warnings, type=tuple[tuple[int, datetime], ...]))


def tasks(here: Office, told: Told) -> list[tuple[str, str, str, str]]:
    rows = here.rows(
        "SELECT rep_id, action, state, due_at FROM task WHERE lead_id = ? ORDER BY id", str(told["lead"])
    )
    return [(who, what, state, day(at)) for who, what, state, at in rows]


def letters(here: Office, told: Told, since: int = 0) -> list[tuple[str, str, str]]:
    """To whom, of what, and what became of it, in the order of telling; `since` leaves out the first so many."""
    rows = here.rows(
        "SELECT destination, event, state FROM delivery WHERE lead_id = ? ORDER BY order_key",
        str(told["lead"]),
    )
    return [(to, event, state) for to, event, state in rows][since:]


def deeds(here: Office, told: Told) -> list[str]:
    """What the audit trail says was done, in order."""
    return [
        str(did)
        for (did,) in here.rows(
            "SELECT action FROM audit WHERE subject_kind = 'lead' AND subject_id = ? ORDER BY turn, id",
            str(told["lead"]),
        )
    ]


def reasons(here: Office, told: Told) -> list[tuple[str, str]]:
    """Causes and reasons of all decisions, in order."""
    rows = here.rows(
        "SELECT cause, reason FROM decision WHERE lead_id = ? ORDER BY turn, seq", str(told["lead"])
    )
    return [(cause, reason) for cause, reason in rows]


def faults(here: Office) -> list[object]:
    """Broken promises, decisions that replay to other bytes, leads that do not wake when they say. None is well."""
    late = here.rows(
        """SELECT l.id, l.outcome, l.next_at, j.first FROM lead AS l LEFT JOIN (
           SELECT lead_id, min(due_at) AS first FROM job WHERE state = 'ready' GROUP BY lead_id) AS j ON j.lead_id = l.id
           WHERE l.outcome NOT IN ('rejected', 'closed') AND l.merged_into IS NULL
           AND (j.first IS NULL OR l.next_at IS NULL OR l.next_at <> j.first)"""
    )
    return [*broken(here.desk.database), *replayed(here.desk.database)[1], *late]


def just_before(at: datetime) -> datetime:
    return at - timedelta(microseconds=1)
