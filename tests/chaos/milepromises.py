"""What a story is held to beside the checks of `firstright verify`: promises that only somebody sees who knows the hours, who is
there, what was sent and what has just been done.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chaos.mileclocks import inexact
from firstright.core.decide import IMPROVING
from firstright.outbound.schedule import ALERTS, HOOKS
from firstright.storage import instants
from firstright.storage.check import listed
from firstright.storage.transactions import Row, Value

Ask = Callable[..., list[Row]]
SECOND = timedelta(seconds=1)  # turns at one instant are some microseconds apart
BERLIN = ZoneInfo("Europe/Berlin")
# What gives a lead to somebody by itself. By hand, by a yes, by a date and by two that are one it is somebody's word.
ITSELF = listed(("arrived", "enriched", "declined", "returned", "sla-missed", "handed-over", "offboarded", "corrected",
                 "capacity-freed", "hours-opened", "engaged", "no-reply", "rerun"))  # fmt: skip
GIVEN = f"""SELECT a.lead_id, a.holder_id, a.cause, a.started_at FROM assignment AS a
            WHERE a.holder_kind = 'rep' AND a.cause IN ({ITSELF})"""
IMPROVED = f"""SELECT a.lead_id, a.epoch, a.cause FROM assignment AS a
               JOIN touch AS t ON t.lead_id = a.lead_id AND t.epoch = a.epoch - 1 AND t.logged_at < a.started_at
               WHERE a.cause IN ({listed(IMPROVING)}) AND t.rep_id <> ''"""
OVERDUE = "SELECT kind, cause, due_at FROM job WHERE state = 'ready' AND due_at <= ?"
BACK = """SELECT turn, as_of FROM (SELECT turn, as_of, lag(as_of) OVER (ORDER BY turn, seq) AS last FROM decision) AS d
          WHERE as_of < last"""
UNTOLD = """SELECT a.lead_id, a.epoch, a.holder_id FROM assignment AS a
            WHERE a.cause = 'arrived' AND a.holder_kind = 'rep' AND NOT EXISTS (
              SELECT 1 FROM delivery AS d WHERE d.lead_id = a.lead_id AND d.epoch = a.epoch AND d.rep_id = a.holder_id)"""
TRIED = f"""SELECT id, destination, attempts FROM delivery
            WHERE attempts > CASE WHEN epoch IS NULL THEN {len(HOOKS)} ELSE {len(ALERTS)} END"""
DEATHS = "SELECT id, kind, attempts FROM job WHERE state IN ('ready', 'leased') AND attempts > 3"
CHAINS = """SELECT lead_id, destination, count(*) FROM delivery WHERE state = 'leased' AND lead_id IS NOT NULL
            GROUP BY lead_id, destination HAVING count(*) > 1"""
STALE = """SELECT d.id, d.epoch, l.epoch FROM delivery AS d JOIN lead AS l ON l.id = d.lead_id
           WHERE d.state = 'leased' AND d.lease_token = ? AND d.epoch < l.epoch"""
WAITING = """SELECT d.id, d.destination FROM delivery AS d JOIN destination AS p ON p.name = 'email'
             WHERE d.state = 'ready' AND d.due_at <= ? AND d.channel = 'email' AND d.destination <> 'email:kim'
             AND p.enabled AND p.failures = 0"""


class Away(NamedTuple):
    """Who has gone, since when, and who is ill on Monday and Tuesday, since when the roster says so."""

    gone: str = ""
    ill: str = ""
    since: datetime = datetime(2026, 1, 1, tzinfo=UTC)


def unkept(ask: Ask, away: Away, known: set[str], sent: set[str]) -> list[str]:
    """`sent`: ids of letters that went out; `known`: those of deliveries there are."""
    found = [f"I-15 to who is not there: {row}" for row in ask(GIVEN) if _is_away(row, away)]
    found += [f"I-16 better knowledge moved a touched lead: {row}" for row in ask(IMPROVED)]
    found += inexact(ask)
    found += [f"I-23 time went back: {row}" for row in ask(BACK)]
    found += [f"I-24 nobody is told: {row}" for row in ask(UNTOLD)]
    found += [f"I-25 went out under another name: {name}" for name in sorted(sent - known)]
    found += [f"I-28 tried too often: {row}" for row in ask(TRIED)]
    found += [f"I-30 still tried after three deaths: {row}" for row in ask(DEATHS)]
    return found


def overdue(ask: Ask, at: datetime) -> list[str]:
    """After a worker has done all that is due."""
    return [f"I-20 overdue: {row}" for row in ask(OVERDUE, text(at))]


def claimed(ask: Ask, token: str) -> list[str]:
    """Of what is on its way now."""
    stale = [f"I-27 of an earlier holder: {row}" for row in ask(STALE, token)]
    return stale + [f"I-26 two at once: {row}" for row in ask(CHAINS)]


def waiting(ask: Ask, at: datetime) -> list[str]:
    """After letters were sent to a server that takes them, while that of Kim takes none."""
    return [
        f"I-29 waits behind a server that is not its own: {row}" for row in ask(WAITING, text(at + SECOND))
    ]


def text(at: datetime) -> Value:
    return instants.text(at)


def _is_away(row: Row, away: Away) -> bool:
    rep, at = row[1], instants.read(row[3])
    ill = rep == away.ill and at.astimezone(BERLIN).date().isoformat() in ("2026-03-02", "2026-03-03")
    return at > away.since and (rep == away.gone or ill)
