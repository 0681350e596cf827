"""Reads the service levels of a policy: targets, warnings and what happens when one is missed. It judges no ladder: that
is `lint`'s business.
"""

import re

from firstright.core.documents.reading import Table
from firstright.core.documents.whenfile import read_when
from firstright.core.rules.fields import Catalogue
from firstright.core.servicelevels import (
    LADDER_STEPS,
    SAME_DAY,
    SHIPPED_SERVICES,
    Basis,
    Service,
    ServiceFor,
)

_PAUSE = re.compile(r"[a-z][a-z0-9-]{0,63}")


def read_services(root: Table) -> dict[str, Service]:
    """Those of the file, merged over the shipped ones."""
    return SHIPPED_SERVICES | {
        name: _service(name, table) for name, table in root.named("services", "service")
    }


def read_service_for(root: Table, catalogue: Catalogue) -> tuple[ServiceFor, ...]:
    """Rows of [[service_for]] in document order."""
    return tuple(
        ServiceFor(read_when(row, catalogue), row.text("service", needed=True))
        for row in root.rows("service_for", "service_for")
    )


def read_pauses(head: Table) -> tuple[str, ...]:
    """States of [policy] beside the shipped ones for which clocks may stand still."""
    return head.checked("pauses", _pause_problem, "pause.name")


def _pause_problem(name: str) -> str:
    return (
        ""
        if _PAUSE.fullmatch(name)
        else "is no name such as waiting-on-bank: small letters, digits and dashes"
    )


def _service(name: str, table: Table) -> Service:
    shipped = SHIPPED_SERVICES.get(name, Service(id=name))
    same_day = table.raw("first_touch") == SAME_DAY
    touch = None if same_day else table.duration("first_touch")
    return Service(
        id=name,
        basis=table.choice("basis", Basis, shipped.basis),
        priority=table.number("priority", -1000, 1000, shipped.priority),
        routing=table.duration("routing") or shipped.routing,
        first_touch=touch if table.has("first_touch") else shipped.first_touch,
        same_day=same_day if table.has("first_touch") else shipped.same_day,
        untouched=table.duration("untouched") or shipped.untouched,
        review=table.duration("review") or shipped.review,
        calendar=table.text("calendar", shipped.calendar),
        receipt=table.duration("receipt") or shipped.receipt,
        acceptance=table.duration("acceptance") or shipped.acceptance,
        follow_up=table.duration("follow_up") or shipped.follow_up,
        no_reply=table.duration("no_reply") or shipped.no_reply,
        handoff=table.duration("handoff") or shipped.handoff,
        ticket=table.duration("ticket") or shipped.ticket,
        warnings=_warnings(table, shipped.warnings),
        on_missed=_ladder(table, shipped.on_missed),
    )


def _warnings(table: Table, default: tuple[int, ...]) -> tuple[int, ...]:
    value = table.raw("warnings")
    if not isinstance(value, list):
        if value is not None:
            table.misfit("warnings", value, "percentages in a list, such as [50, 80, 100]")
        return default
    before = len(table.reading.findings)
    found = tuple(table.whole("warnings", one, 1, 1000, 100) for one in value)
    if len(table.reading.findings) == before and list(found) != sorted(set(found)):
        table.report("service.warnings", "warnings", "Warnings are percentages that rise, each given once.")
    return found


def _ladder(table: Table, default: tuple[str, ...]) -> tuple[str, ...]:
    for step in table.texts("on_missed"):
        if step not in LADDER_STEPS:
            table.unknown("ladder.unknown_step", "on_missed", step, LADDER_STEPS)
    return table.texts("on_missed") if table.has("on_missed") else default
