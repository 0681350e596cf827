"""Repairs: who asked for one, which leads it found, and what became of each; leads with decisions of a selection, a page at
a time; and what their holders have begun. It decides nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.core.causes.correcting import Selection
from firstright.core.identifiers import is_id
from firstright.storage import instants
from firstright.storage.bulk import insert_into
from firstright.storage.reassigned import Did, read_did
from firstright.storage.schema.repairs import repair, repaired
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

FIRST = "00000000-0000-0000-0000-000000000000"
STATES = ("waiting", "moved", "stayed", "kept", "failed")
_encode = msgspec.json.Encoder().encode
_selection = msgspec.json.Decoder(Selection).decode
_ADD = insert_into(repair)
_ADD_LEAD = insert_into(repaired, "keep")
_REPAIR = ", ".join(repair.columns.keys())
_REPAIRED = ", ".join(repaired.columns.keys())
_ONE = Statement(f"SELECT {_REPAIR} FROM repair WHERE id = ?")
_LATEST = Statement(f"SELECT {_REPAIR} FROM repair ORDER BY asked_at DESC, id DESC LIMIT ?")
_RUNNING = Statement("SELECT id FROM repair WHERE state = 'running' LIMIT 1")
_FOUND = Statement("UPDATE repair SET found = found + ? WHERE id = ?")
_END = Statement("UPDATE repair SET state = ?, finished_at = ? WHERE id = ? AND state = 'running'")
_NEXT = Statement(
    f"SELECT {_REPAIRED} FROM repaired WHERE repair_id = ? AND state = 'waiting' ORDER BY lead_id LIMIT ?"
)
_DONE = Statement(
    """UPDATE repaired SET state = ?, why = ?, now_kind = ?, now_id = ?, decision_id = ?, at = ?
       WHERE repair_id = ? AND lead_id = ? AND state = 'waiting'"""
)
_COUNTS = Statement("SELECT state, count(*) FROM repaired WHERE repair_id = ? GROUP BY state")
_WHY = Statement(
    "SELECT why, count(*) FROM repaired WHERE repair_id = ? AND state IN ('kept', 'failed') GROUP BY why ORDER BY why"
)
_MOVES = Statement(
    """SELECT was_id, now_id, was_kind, now_kind, count(*) FROM repaired WHERE repair_id = ? AND state = 'moved'
       GROUP BY was_id, now_id, was_kind, now_kind ORDER BY count(*) DESC, was_id, now_id"""
)
_DID = Statement(
    """SELECT s.did FROM repaired AS d JOIN reassigned AS s ON s.lead_id = d.lead_id AND s.epoch = d.epoch + 1
       WHERE d.repair_id = ? AND d.state = 'moved'"""
)
_LISTED = Statement(
    f"""SELECT {_REPAIRED} FROM repaired WHERE repair_id = ? AND state = ? AND lead_id > ?
       ORDER BY lead_id LIMIT ?"""
)
_OF_LEAD = Statement(
    """SELECT r.id, r.asked_by, r.reason, d.state, d.at FROM repaired AS d JOIN repair AS r ON r.id = d.repair_id
       WHERE d.lead_id = ? ORDER BY r.asked_at"""
)
# With all that is left open as an empty list or text. The order is that of an index: a page reads what it shows.
_MEANT = """SELECT DISTINCT d.lead_id FROM decision AS d {lead} WHERE d.lead_id > ?
       AND (? = '[]' OR d.policy_version IN (SELECT CAST(value AS INTEGER) FROM {each}))
       AND (? = '[]' OR d.rule IN (SELECT value FROM {each}))
       AND (? = '[]' OR l.source IN (SELECT value FROM {each}))
       AND d.as_of >= ? AND d.as_of < ? ORDER BY d.lead_id LIMIT ?"""
_SELECTED = Statement(
    _MEANT.format(lead="JOIN lead AS l ON l.id = d.lead_id", each="json_each(?)"),
    postgresql=_MEANT.format(
        lead="JOIN lead AS l ON l.id = d.lead_id", each="json_array_elements_text(?::json)"
    )
    .replace("CAST(value AS INTEGER)", "value::bigint")
    .replace("? = '[]'", "?::text = '[]'")
    .replace("?", "%s"),
)
_HOW_MANY = """SELECT count(DISTINCT d.lead_id) FROM decision AS d JOIN lead AS l ON l.id = d.lead_id
       WHERE (? = '[]' OR d.policy_version IN (SELECT CAST(value AS INTEGER) FROM json_each(?)))
       AND (? = '[]' OR d.rule IN (SELECT value FROM json_each(?)))
       AND (? = '[]' OR l.source IN (SELECT value FROM json_each(?)))
       AND d.as_of >= ? AND d.as_of < ?"""
_MANY = Statement(
    _HOW_MANY,
    postgresql=_HOW_MANY.replace("CAST(value AS INTEGER)", "value::bigint")
    .replace("json_each(?)", "json_array_elements_text(?::json)")
    .replace("? = '[]'", "?::text = '[]'")
    .replace("?", "%s"),
)
_OF_NOW = "JOIN lead AS l ON l.id = t.lead_id AND l.epoch = t.epoch WHERE t.lead_id IN {ids}"
_OPEN = f"""SELECT 'tasks', count(*) FROM task AS t WHERE t.state = 'open' AND t.lead_id IN {{ids}}
       UNION ALL SELECT 'deliveries', count(*) FROM delivery AS t
       WHERE t.state IN ('behind', 'ready') AND t.epoch IS NOT NULL AND t.lead_id IN {{ids}}
       UNION ALL SELECT 'sequence', count(*) FROM enrolment AS t WHERE t.state = 'running' AND t.lead_id IN {{ids}}
       UNION ALL SELECT 'meetings', count(*) FROM meeting AS t WHERE t.state = 'booked' AND t.lead_id IN {{ids}}
       UNION ALL SELECT 'sent', count(*) FROM delivery AS t {_OF_NOW} AND t.state = 'sent'
       UNION ALL SELECT 'touches', count(*) FROM touch AS t {_OF_NOW}"""
_BEGUN = Statement(
    _OPEN.format(ids="(SELECT value FROM json_each(?))"),
    postgresql=_OPEN.format(ids="(SELECT value::uuid FROM json_array_elements_text(%s::json))"),
)
EARLIEST, LATEST = "0001-01-01T00:00:00.000000Z", "9999-12-31T00:00:00.000000Z"


class Repair(NamedTuple):
    id: str
    asked_at: datetime
    asked_by: str
    reason: str
    selection: Selection
    state: str  # running | done | stopped
    found: int
    finished_at: datetime | None
    preview: str = ""  # whose leads these are; empty: they are looked for by the selection


class Repaired(NamedTuple):
    """One lead. `why` it was kept, or what kept it from being decided."""

    repair: str
    lead: str
    placed_by: str
    was: tuple[str, str]
    epoch: int
    state: str = "waiting"
    why: str = ""
    now: tuple[str, str] = ("", "")
    decision: str | None = None
    at: datetime | None = None


class Standing(NamedTuple):
    """How far a repair is: leads by state, those kept by why, whose leads went to whom."""

    counts: dict[str, int]
    kept: dict[str, int]
    moves: tuple[tuple[tuple[str, str], tuple[str, str], int], ...]
    did: tuple[Did, ...]


def add(tx: Tx, asked: Repair) -> None:
    tx.run(
        _ADD,
        (
            asked.id,
            instants.text(asked.asked_at),
            asked.asked_by,
            asked.reason,
            _encode(asked.selection).decode(),
            asked.state,
            asked.found,
            None,
            asked.preview or None,
        ),
    )


def one(tx: Tx, name: str) -> Repair | None:
    row = tx.one(_ONE, (name,)) if is_id(name) else None
    return None if row is None else _read(row)


def latest(tx: Tx, limit: int = 50) -> list[Repair]:
    return [_read(row) for row in tx.all(_LATEST, (limit,))]


def running(tx: Tx) -> str:
    """The repair that is under way; empty when there is none."""
    row = tx.one(_RUNNING)
    return str(row[0]) if row else ""


def end(tx: Tx, name: str, state: str, at: datetime) -> bool:
    return tx.run(_END, (state, instants.text(at), name)) == 1


def selected(tx: Tx, chosen: Selection, after: str = FIRST, limit: int = 200) -> list[str]:
    """Leads about which some decision was made that is meant, by id, behind `after`."""
    return [str(lead) for (lead,) in tx.all(_SELECTED, (after, *_values_of(chosen), limit))]


def how_many(tx: Tx, chosen: Selection) -> int:
    """Leads there are of a selection."""
    row = tx.one(_MANY, _values_of(chosen))
    return int(row[0]) if row else 0


def select(tx: Tx, name: str, found: Sequence[Repaired]) -> None:
    """Leads of a repair. One that is there already stays as it is."""
    tx.many(_ADD_LEAD, [_values(each) for each in found])
    tx.run(_FOUND, (len(found), name))


def waiting(tx: Tx, name: str, limit: int) -> list[Repaired]:
    """The next leads that are to be decided again."""
    return [_read_lead(row) for row in tx.all(_NEXT, (name, limit))]


def done(tx: Tx, each: Repaired) -> None:
    at = instants.text(each.at) if each.at else None
    values = (each.state, each.why, *each.now, each.decision, at)
    tx.run(_DONE, (*values, each.repair, each.lead))


def listed(tx: Tx, name: str, state: str, after: str = FIRST, limit: int = 50) -> list[Repaired]:
    return [_read_lead(row) for row in tx.all(_LISTED, (name, state, after, limit))]


def standing(tx: Tx, name: str) -> Standing:
    counts = {str(state): int(n) for state, n in tx.all(_COUNTS, (name,))}
    kept = {str(why): int(n) for why, n in tx.all(_WHY, (name,))}
    moves = tuple(((wk, wi), (nk, ni), n) for wi, ni, wk, nk, n in tx.all(_MOVES, (name,)))
    did = together(read_did(text) for (text,) in tx.all(_DID, (name,)))
    return Standing({state: counts.get(state, 0) for state in STATES}, kept, moves, did)


def of_lead(tx: Tx, lead_id: str) -> list[tuple[str, str, str, str, datetime | None]]:
    """(repair, by whom, why, what became of the lead, when), oldest first."""
    return [
        (str(name), by, reason, state, instants.read_maybe(at))
        for name, by, reason, state, at in tx.all(_OF_LEAD, (lead_id,))
    ]


def begun(tx: Tx, leads: Sequence[str]) -> dict[str, int]:
    """Open tasks, deliveries not yet sent, sequences and meetings of these leads; messages sent and touches by their present holders, which
    nobody can take back."""
    ids = _encode(list(leads)).decode()
    return {str(kind): int(n) for kind, n in tx.all(_BEGUN, (ids,) * 6)}


def together(each: Iterable[tuple[Did, ...]]) -> tuple[Did, ...]:
    counted: dict[tuple[str, str], int] = {}
    for did in each:
        for kind, verb, n in did:
            counted[kind, verb] = counted.get((kind, verb), 0) + n
    return tuple((kind, verb, n) for (kind, verb), n in sorted(counted.items()))


def _values_of(chosen: Selection) -> tuple[str, ...]:
    versions, rules, sources = (
        _encode(each).decode() for each in (chosen.versions, chosen.rules, chosen.sources)
    )
    since = instants.text(chosen.since) if chosen.since else EARLIEST
    until = instants.text(chosen.until) if chosen.until else LATEST
    return (versions, versions, rules, rules, sources, sources, since, until)


def _values(each: Repaired) -> tuple[str | int | None, ...]:
    at = instants.text(each.at) if each.at else None
    head = (each.repair, each.lead, each.placed_by, *each.was, each.epoch)
    return (*head, each.state, each.why, *each.now, each.decision, at)


def _read(row: Row) -> Repair:
    name, asked_at, by, reason, selection, state, found, finished, preview = row
    at, over = instants.read(asked_at), instants.read_maybe(finished)
    told = (by, reason, _selection(selection), state, found, over)
    return Repair(str(name), at, *told, str(preview or ""))


def _read_lead(row: Row) -> Repaired:
    name, lead, placed, wk, wi, epoch, state, why, nk, ni, decision, at = row
    return Repaired(
        str(name),
        str(lead),
        str(placed),
        (wk, wi),
        epoch,
        state,
        why,
        (nk, ni),
        str(decision) if decision else None,
        instants.read_maybe(at),
    )
