"""What `firstright handoff` does. What a handoff means, and whether it may be, is the desk's to say."""

import msgspec

from firstright.cli import leads
from firstright.cli.exits import Stop
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.storage import offers
from firstright.storage.offers import OfferRow

MOST = 500


def show(database: str | None, rep: str, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        found = offers.offered_to(tx, rep, most=MOST) if rep else offers.open_ones(tx, MOST)
    if json:
        print(msgspec.json.encode(found).decode())
        return
    for row in found:
        print(safe(_line(row)))
    if not found:
        print("none")


def act(database: str | None, notes: list[str] | None, **asked: object) -> None:
    leads.act(database, at="", facts=_notes(notes or []), **asked)


def _notes(said: list[str]) -> dict[str, str]:
    wrong = [f"{safe(each[:80])}: write NOTE=TEXT" for each in said if not each.partition("=")[2].strip()]
    if wrong:
        raise Stop(*wrong)
    return {each.partition("=")[0].strip(): each.partition("=")[2].strip() for each in said}


def _line(row: OfferRow) -> str:
    until = f"until {row.expires_at:%Y-%m-%d %H:%M}" if row.expires_at else "for good"
    seen = f", seen {row.received_at:%H:%M}" if row.received_at else ""
    by = f" by {row.given_by}" if row.given_by else ""
    return f"lead {row.lead_id}  {row.kind}  to {row.rep_id}{by}  {until}{seen}"
