"""Hooks for pages and pictures: a dialler that is told something every day, and a mail system that nobody has used yet."""

from datetime import datetime, timedelta

from firstright import wiring
from firstright.core.clean.problem import Problem
from firstright.desk.hooks import HookAdd, Hooks
from firstright.storage import hooks, refusals
from firstright.storage.hooks import IGNORED, QUARANTINED, TAKEN, EventRow
from firstright.storage.refusals import Counted
from firstright.storage.statement import Statement
from web.houses import EXAMPLES, House, OpenBox

NOBODY = Problem("", "activity.unknown", "no lead has this e-mail address or phone number", "+49301234567")
BODY = b'{"call": {"to": {"number": "+49301234567"}, "direction": "outbound", "disposition": "ANSWERED"}}'


def hooked(house: House, path: str = "/hooks") -> str:
    """Where there are leads there are hooks, and what they were told."""
    with house.desk.read() as tx:
        leads = [name for (name,) in tx.all(Statement("SELECT id FROM lead ORDER BY id LIMIT 40"))]
        known = hooks.load(tx)
    if not leads:
        return "/hooks"
    if not known:
        register(house)
        _told(house, leads)
    with house.desk.read() as tx:
        [newest] = hooks.events(tx, "dialler", aside=True, limit=1)
    return path.format(event=newest.id)


def register(house: House) -> None:
    made = Hooks(house.desk, OpenBox(), wiring.new_secret)
    text = (EXAMPLES / "hooks/dialler.toml").read_text()
    made.change(HookAdd("dialler", map=text, source="crm", country="DE"), "mara")
    made.change(HookAdd("mail-system"), "mara")


def _told(house: House, leads: list[str]) -> None:
    now = wiring.now()
    with house.desk.database.write() as tx:
        for n in reversed(range(14 * 3)):
            at = now - timedelta(days=n // 3, minutes=7 * (n % 3))
            state = (TAKEN, TAKEN, QUARANTINED if n % 2 else IGNORED)[n % 3]
            hooks.tell(tx, _event(house, n, at, state, leads[n % len(leads)]))
        turned = [
            ("", "requests turned away"),
            ("signature.invalid", "no signature is of a secret of this hook"),
        ]
        name = house.desk.new_id()
        refusals.add(tx, [Counted("hook:dialler", code, "", said, 5, name) for code, said in turned], now)


def _event(house: House, n: int, at: datetime, state: str, lead: str) -> EventRow:
    about = ("", (NOBODY,)) if state == QUARANTINED else (lead if state == TAKEN else "", ())
    return EventRow(
        house.desk.new_id(), "dialler", f"call-{n}", at, f"{n}", BODY, state, about[0], "", about[1]
    )
