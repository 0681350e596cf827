"""Turns that were asked back, as pages show them: what it did to whose turn, in words, and who said yes or no."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from firstright.core.why.creditwords import not_given, turns
from firstright.storage.rows import CreditRequestRow
from firstright.web.console.visit import Visit

STATES = {"asked": ("waiting", "warn"), "given": ("given back", "good"), "refused": ("not given", "")}


class CreditSeen(msgspec.Struct, frozen=True):
    """`lead` is empty where it is not the visitor's to see; `turn` is what is asked for, `said` what became of it."""

    id: str
    at: datetime
    lead: str
    rep: str
    reason: str
    state: str
    tone: str
    turn: str
    said: str
    why: str


def credit_seen(visit: Visit, row: CreditRequestRow, names: Mapping[str, str], *, lead: bool) -> CreditSeen:
    state, tone = STATES[row.state]
    amount, pool = turns(row.cost), visit.pool(row.pool)
    match row.state:
        case "given":
            said = f"{amount} back in {pool}"
        case "asked":
            said = f"{amount} in {pool}, once somebody agrees"
        case _:
            said = f"Nothing comes back in {pool}"
    return CreditSeen(
        row.id,
        row.asked_at,
        row.lead_id if lead else "",
        visit.rep(row.rep),
        row.reason.replace("-", " "),
        state,
        tone,
        f"{amount} in {pool}",
        said,
        _why(row, names),
    )


def _why(row: CreditRequestRow, names: Mapping[str, str]) -> str:
    """Who answered and with which words; a clause of ours where nobody had to."""
    by = names.get(row.resolved_by, row.resolved_by)
    match row.state:
        case "asked":
            return ""
        case "refused":
            return f"{by}: “{row.note}”" if by else not_given(row.note)
        case _:
            words = f": “{row.note}”" if row.note else ""
            return f"{by}{words}" if by else ""
