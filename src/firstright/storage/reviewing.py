"""What waits for a person's decision, soonest due first, with the lead and whom it is between. It claims and decides nothing.

A rep sees none of it: whoever sees what is in review (`core.authority`) sees all of it.
"""

from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from firstright.core.identifiers import is_id
from firstright.core.lead import Holder, HolderKind
from firstright.storage import inbox, instants
from firstright.storage.inbox import MOST, Entry, Scope
from firstright.storage.statement import Statement
from firstright.storage.transactions import Row, Tx

_FIRST_ID = "00000000-0000-0000-0000-000000000000"
_EARLY = datetime(1, 1, 1, tzinfo=UTC)
_IN_REVIEW = Holder(HolderKind.REVIEW)


class Place(NamedTuple):
    """Where a page ended. `part` 0 has an instant at which it is due, 1 has none."""

    part: int
    due_at: datetime
    id: str

    def text(self) -> str:
        """For a link: `read_place` reads it."""
        return f"{self.part}.{instants.text(self.due_at)}.{self.id}"


FIRST = Place(0, _EARLY, _FIRST_ID)


def read_place(text: str) -> Place:
    """ValueError for what no `Place.text` wrote."""
    part, *at, name = text.split(".")
    if part not in ("0", "1") or not text.isascii() or not is_id(name):
        raise ValueError("this is no place in a list")
    return Place(int(part), instants.read(".".join(at)), name)


class Item(NamedTuple):
    """One thing to decide. `candidates` are the reps, rules, territories or records it is between; `lead` is None when it
    is gone."""

    id: str
    lead_id: str
    lead: Entry | None
    reason: str  # policy.REVIEW_REASONS
    state: str  # open | claimed | resolved | withdrawn
    candidates: tuple[str, ...]
    due_at: datetime | None
    opened_at: datetime
    claimed_by: str  # user
    claimed_at: datetime | None
    resolution: str
    resolved_at: datetime | None
    resolved_by: str
    note: str

    @property
    def place(self) -> Place:
        """What to give as `after` for what is behind it."""
        return Place(int(self.due_at is None), self.due_at or _EARLY, self.id)


class Counts(NamedTuple):
    """Items in work, each at most `MOST`; the overdue and one's own are among them."""

    open: int
    claimed: int
    overdue: int
    mine: int


_COLUMNS = """id, lead_id, reason, state, candidates, due_at, opened_at, claimed_by, claimed_at, resolution, resolved_at,
       resolved_by, note"""
_IN_WORK = "state IN ('open', 'claimed')"
_DATED = f"""SELECT * FROM (SELECT {_COLUMNS} FROM review_item WHERE {_IN_WORK} AND due_at IS NOT NULL
       AND (due_at, id) > (?, ?) ORDER BY due_at, id LIMIT ?) AS dated"""
_UNDATED = f"""SELECT * FROM (SELECT {_COLUMNS} FROM review_item WHERE {_IN_WORK} AND due_at IS NULL
       AND id > ? ORDER BY due_at, id LIMIT ?) AS undated"""
_PAGE = Statement(
    f"SELECT * FROM ({_DATED} UNION ALL {_UNDATED}) AS found ORDER BY due_at IS NULL, due_at, id LIMIT ?"
)
_REST = Statement(_UNDATED)
_ONE = Statement(f"SELECT {_COLUMNS} FROM review_item WHERE id = ?")
_OF_LEAD = Statement(f"SELECT {_COLUMNS} FROM review_item WHERE lead_id = ? ORDER BY id DESC LIMIT ?")
_COUNTED = Statement(
    f"""SELECT coalesce(sum(CASE WHEN state = 'open' THEN 1 ELSE 0 END), 0),
         coalesce(sum(CASE WHEN state = 'claimed' THEN 1 ELSE 0 END), 0),
         coalesce(sum(CASE WHEN due_at < ? THEN 1 ELSE 0 END), 0),
         coalesce(sum(CASE WHEN state = 'claimed' AND claimed_by = ? THEN 1 ELSE 0 END), 0)
       FROM (SELECT state, due_at, claimed_by FROM review_item WHERE {_IN_WORK} ORDER BY due_at, id LIMIT {MOST}) AS some_items"""
)
_names = msgspec.json.Decoder(tuple[str, ...]).decode


def page(tx: Tx, scope: Scope, after: Place = FIRST, limit: int = 50) -> list[Item]:
    """Open and claimed items, soonest due first; those without an instant last."""
    if not _sees(scope):
        return []
    if after.part:
        found = tx.all(_REST, (after.id, limit))
    else:
        values = (instants.text(after.due_at), after.id, limit, _FIRST_ID, limit, limit)
        found = tx.all(_PAGE, values)
    return _items(tx, scope, found)


def counts(tx: Tx, scope: Scope, now: datetime) -> Counts:
    """Of the first five hundred due."""
    if not _sees(scope):
        return Counts(0, 0, 0, 0)
    return Counts._make(map(int, tx.all(_COUNTED, (instants.text(now), scope.actor.user))[0]))


def one(tx: Tx, scope: Scope, name: str) -> Item | None:
    """An item in any state; None when there is none of this id, or it is not theirs to see."""
    if not _sees(scope) or not is_id(name):
        return None
    return next(iter(_items(tx, scope, tx.all(_ONE, (name,)))), None)


def of_lead(tx: Tx, scope: Scope, lead_id: str, limit: int = 20) -> list[Item]:
    """What a person was or is asked about this lead, newest first."""
    return _items(tx, scope, tx.all(_OF_LEAD, (lead_id, limit))) if _sees(scope) else []


def _sees(scope: Scope) -> bool:
    return scope.actor.sees(_IN_REVIEW, scope.queues)


def _items(tx: Tx, scope: Scope, found: list[Row]) -> list[Item]:
    leads = inbox.of_ids(tx, scope, [row[1] for row in found])
    return [_item(row, leads.get(row[1])) for row in found]


def _item(row: Row, lead: Entry | None) -> Item:
    (
        name,
        lead_id,
        reason,
        state,
        candidates,
        due,
        opened,
        by,
        claimed,
        resolution,
        resolved,
        resolver,
        note,
    ) = row
    return Item(
        name,
        lead_id,
        lead,
        reason,
        state,
        _names(candidates),
        instants.read_maybe(due),
        instants.read(opened),
        by,
        instants.read_maybe(claimed),
        resolution,
        instants.read_maybe(resolved),
        resolver,
        note,
    )
