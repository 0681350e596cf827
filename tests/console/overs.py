"""Leads that are over, for pages and pictures: won, lost and disqualified in turn, over the months before."""

from datetime import timedelta

from console.examples import held_by
from firstright import wiring
from firstright.core.authority import Actor, Role
from firstright.desk.moving import MoveStatus
from firstright.storage import instants
from firstright.storage.statement import Statement
from web.houses import House

ENDS = (
    ("won", ""),
    ("lost", "Went with a supplier nearer to their plant; asks again next spring"),
    ("disqualified", "no-budget"),
    ("won", ""),
    ("lost", "No budget this year"),
)
_BACK = Statement("UPDATE assignment SET ended_at = ? WHERE lead_id = ? AND ended_at IS NOT NULL")


def ended(house: House, path: str = "/inbox/ended") -> str:
    """Where reps have leads, a fifth of each one's are over, at most forty."""
    assert house.desk.roster is not None
    with house.desk.read() as tx:
        if tx.all(Statement("SELECT 1 FROM lead WHERE status = 'won' LIMIT 1")):
            return path
    now = wiring.now()
    for rep in house.desk.roster.reps:
        held = held_by(house.desk, rep, 200)
        for n, entry in enumerate(held[-max(1, len(held) // 5) :] if held else []):
            status, why = ENDS[n % len(ENDS)]
            over(house, entry.id, rep, status, why)
            with house.desk.database.write() as tx:
                tx.run(_BACK, (instants.text(now - timedelta(days=9 * n)), entry.id))
    return path


def over(house: House, lead: str, rep: str, status: str, why: str = "") -> None:
    house.desk.act(MoveStatus(lead, Actor("u", rep, Role.REP, rep), status, reason=why))
