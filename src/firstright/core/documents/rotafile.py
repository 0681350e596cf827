"""Reads the rotas of a roster: whose turn it is to be on call, for how long, and who swapped with whom.

Whether its members are in the roster, and still there, is `lint`'s business.
"""

from datetime import UTC, datetime

from firstright.core.calendar import zone_of
from firstright.core.documents.reading import Table
from firstright.core.roster import Rota, Swap

LONGEST_TURN = 366  # days

_NEVER = datetime(2199, 1, 1, tzinfo=UTC)  # stands in for a date that did not read well


def read_rotas(root: Table, zone: str) -> tuple[Rota, ...]:
    """In document order; one without a zone is in `zone`, and so are its dates."""
    return tuple(_rota(name, table, zone) for name, table in root.named("rotas", "rota"))


def _rota(name: str, table: Table, zone: str) -> Rota:
    own = table.zone_name("zone", zone)
    table.zone = zone_of(own)
    if not table.has("starts"):
        text = '"starts" is missing: the day and hour at which the first member has it, 2026-01-05T18:00:00.'
        table.report("key.missing", "starts", text)
    return Rota(
        id=name,
        members=_members(table),
        starts=table.instant("starts") or _NEVER,
        zone=own,
        days=table.number("days", 1, LONGEST_TURN, 7),
        calendar=table.text("calendar"),
        swaps=_swaps(table),
    )


def _members(table: Table) -> tuple[str, ...]:
    """In turn; somebody may stand there twice, and then has every other turn."""
    value = table.raw("members")
    items = value if isinstance(value, list) else [] if value is None else [value]
    for item in items:
        if not isinstance(item, str) or not item.strip():
            table.misfit("members", item, "a list of reps, in the order of their turns")
    if not items:
        table.report(
            "rota.empty", "members", "Nobody is on the rota; list its members in the order of their turns."
        )
    return tuple(item for item in items if isinstance(item, str) and item.strip())


def _swaps(table: Table) -> tuple[Swap, ...]:
    found = []
    for row in table.rows("swaps", f"{table.label} swap"):
        starts, ends = row.period("from", "until")
        for key in ("from", "until"):
            if not row.has(key):
                row.report("key.missing", key, f'"{key}" is missing; a swap has a beginning and an end.')
        found.append(Swap(starts or _NEVER, ends or _NEVER, row.text("rep", needed=True)))
    return tuple(found)
