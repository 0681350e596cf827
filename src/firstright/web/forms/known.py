"""Forms by the name of their source, looked up once a second at most, with their map read and their fields compiled."""

import asyncio
import time

import msgspec

from firstright.core.compiled import Compiled
from firstright.core.rules.fields import CATALOGUE
from firstright.desk import Desk, Source
from firstright.desk.sources import map_of
from firstright.intake.fieldmap import FieldMap, usable_map
from firstright.intake.form import whole_map
from firstright.intake.formsettings import FormSettings, read_settings
from firstright.storage import access
from firstright.storage.access import SourceRow
from firstright.web.problems import TurnedAway, away, unavailable

REMEMBERED = 1.0  # seconds: a form that was switched off takes nothing more after that
MOST_REMEMBERED = 1_000
PATIENCE = 1.9


class Form(msgspec.Struct, frozen=True):
    """One form, ready to be asked and filled in."""

    source: Source
    settings: FormSettings
    map: FieldMap
    enabled: bool
    booking: str = ""  # the kind of meeting it offers, where the policy has that with a pool


class Forms:
    """An event loop's own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[str, tuple[float, Form | None]] = {}
        self._made: dict[str, tuple[SourceRow, Compiled | None, Form]] = {}

    async def find(self, name: str) -> Form:
        """Raises TurnedAway: 404 for no form, 403 for one that is switched off."""
        known = self._known.get(name)
        if known is None or known[0] < time.monotonic():
            known = await self._looked_up(name)
        form = known[1]
        if form is None:
            raise _none()
        if not form.enabled:
            refusal = away(
                403, "source.disabled", "this form takes nothing at the moment; nothing was stored"
            )
            refusal.source = name
            raise refusal
        return form

    async def _looked_up(self, name: str) -> tuple[float, Form | None]:
        if not (0 < len(name) <= 100 and name.isprintable()):
            raise _none()
        try:
            async with asyncio.timeout(PATIENCE):
                row = await asyncio.to_thread(self._row, name)
        except TimeoutError:
            raise unavailable("database.unavailable", "the form could not be looked up", seconds=2) from None
        if len(self._known) >= MOST_REMEMBERED:
            self._known = {}
        found = self._known[name] = (time.monotonic() + REMEMBERED, self._form(row))
        return found

    def _row(self, name: str) -> SourceRow | None:
        with self._desk.read() as tx:
            return access.source(tx, name)

    def _form(self, row: SourceRow | None) -> Form | None:
        if row is None or row.kind != "form":
            return None
        policy = self._desk.policy
        made = self._made.get(row.name)
        if made is None or made[:2] != (row, policy):
            made = self._made[row.name] = (row, policy, _form(row, policy))
        return made[2]


def _none() -> TurnedAway:
    return away(404, "source.unknown", "there is no form of this name")


def _form(row: SourceRow, policy: Compiled | None) -> Form:
    """A field the policy has no more is no reason to lose leads: the rest of the map still counts."""
    catalogue = policy.policy.catalogue if policy else CATALOGUE
    settings = read_settings(row.settings)
    text = map_of(row)
    own = usable_map(text, catalogue) if text else None
    source = Source(row.name, row.country, row.strict, row.allow_extra)
    kind = policy.policy.meetings.get(settings.booking) if policy and settings.booking else None
    booking = kind.id if kind and kind.pool else ""
    return Form(source, settings, whole_map(own, row.name, settings, catalogue), row.enabled, booking)
