"""What `firstright credit` does. Who may, and whether it can be given, is the desk's to say."""

from decimal import Decimal, InvalidOperation

import msgspec

from firstright.cli.exits import Stop
from firstright.cli.reach import ask
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.core.pools import LEAD
from firstright.core.why.creditwords import not_given
from firstright.desk.asked import operator
from firstright.desk.crediting import CreditAdjusted, CreditAnswer
from firstright.storage import credits
from firstright.storage.rows import CreditRequestRow
from firstright.web.commands.people import AdjustCredit, AnswerCredit

BY = "firstright credit"
MOST = 500


def show(database: str | None, rep: str, *, json: bool) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        found = credits.of_rep(tx, rep, MOST) if rep else credits.waiting(tx, operator(BY), limit=MOST)
    if json:
        print(msgspec.json.encode(found).decode())
        return
    for row in found:
        print(safe(_line(row)))
    if not found:
        print("none")


def answer(database: str | None, request: str, reason: str, *, approve: bool) -> None:
    done = ask(database, AnswerCredit(asked=CreditAnswer(request, approve, reason), by=BY))
    before = "; this was so before" if done.repeat else ""
    print(safe(f"turn of {done.rep} in {done.pool}: {done.state}{before}"))


def adjust(database: str | None, pool: str, rep: str, leads: str, reason: str, lane: str) -> None:
    asked = CreditAdjusted(pool, rep, _units(leads), reason, lane)
    done = ask(database, AdjustCredit(asked=asked, by=BY))
    print(safe(f"{done.rep} has a credit of {_leads(done.credit)} in {done.pool} (row {done.seq})"))


def _units(text: str) -> int:
    """Leads as they are typed, to the 10⁻⁹."""
    try:
        units = Decimal(text) * LEAD
        if units == units.to_integral_value():
            return int(units)
    except (InvalidOperation, ValueError, OverflowError):
        pass
    raise Stop(f"{safe(text[:40])}: is no number of leads, such as 1, 0.5 or -1")


def _leads(units: int) -> str:
    return f"{Decimal(units) / LEAD:+.2f}"


def _line(row: CreditRequestRow) -> str:
    because = f", {not_given(row.note)}" if row.state == "refused" else ""
    return "  ".join(
        [
            row.id,
            f"{row.asked_at:%Y-%m-%d %H:%M}",
            row.rep,
            row.pool,
            f"{_leads(row.cost)} for {row.reason}: {row.state}{because}",
            f"lead {row.lead_id}",
        ]
    )
