"""Reads a roster from TOML text: reps, their places in pools, their absences. Every mistake is gathered with its line.

Pure: text in, document and findings out. Calendars are read by `calendarfile`; whether names lead anywhere is `lint`'s.
"""

import re
from datetime import UTC, datetime, tzinfo
from hashlib import sha256

from firstright.core.calendar import zone_of
from firstright.core.documents.calendarfile import read_calendars
from firstright.core.documents.reading import Reading, Table
from firstright.core.documents.rulefile import HIGHEST_SKILL, read_language
from firstright.core.roster import Absence, Document, Membership, Rep
from firstright.core.rules.fields import shown
from firstright.core.rules.findings import Finding

HEAVIEST = 1_000_000
LARGEST_CAPACITY = 1_000_000

_NEVER = datetime(2199, 1, 1, tzinfo=UTC)  # stands in for a date that did not read well
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def read_roster(text: str, *, file: str = "roster.toml") -> tuple[Document | None, tuple[Finding, ...]]:
    """The roster of a TOML text, and all findings in document order; no roster when one of them is an error.

    A date without a time is the midnight with which it begins, in the zone of the rep's calendar, else the roster's.
    `until`, `left` and `paused_until` are half-open: they name the first day that no longer counts, so an absence
    until Monday has the rep back on Monday. Public holidays are resolved here, for 2016 to 2035.
    """
    reading = Reading(text, file, "roster")
    document = draft_roster(reading, text) if reading.data else None
    return (None if reading.failed else document), tuple(reading.findings)


def draft_roster(reading: Reading, text: str) -> Document:
    """The roster as far as it could be read: for `lint`, which can then say more about it. Never decide with it."""
    root = reading.root
    head = root.table("roster", "[roster]")
    zone = head.zone_name("zone", "UTC")
    root.zone = zone_of(zone)
    head.close()
    calendars = read_calendars(root, zone)
    zones: dict[str, tzinfo] = {c.id: zone_of(c.zone) for c in calendars}
    ids: dict[str, int] = {}
    emails: dict[str, int] = {}
    reps = tuple(_rep(row, ids, emails, zones) for row in root.rows("rep", "rep"))
    root.close()
    return Document(
        hash=sha256(text.encode(errors="surrogatepass")).hexdigest(),
        reps=reps,
        calendars=calendars,
        zone=zone,
    )


def _rep(row: Table, ids: dict[str, int], emails: dict[str, int], zones: dict[str, tzinfo]) -> Rep:
    calendar = row.text("calendar")
    row.zone = zones.get(calendar, row.zone)
    skills = row.table("skills")
    return Rep(
        id=row.id("rep", ids),
        name=row.text("name"),
        email=_email(row, emails),
        active=row.flag("active", True),
        calendar=calendar,
        manager=row.text("manager"),
        capacity=row.number("capacity", 0, LARGEST_CAPACITY, 0) if row.has("capacity") else None,
        languages=tuple(tag for tag in row.texts("languages") if read_language(row, "languages", tag)),
        skills={skill: skills.number(skill, 1, HIGHEST_SKILL, 1) for skill in skills.data},
        left=row.instant("left"),
        paused_until=row.instant("paused_until"),
        absences=_absences(row),
        memberships=_memberships(row),
    )


def _email(row: Table, taken: dict[str, int]) -> str:
    email = row.text("email")
    line = row.reading.spans.line(*row.path, "email")
    folded = email.casefold()
    if email and not _EMAIL.fullmatch(email):
        row.report("email.invalid", "email", f"{shown(email)} is not an e-mail address.")
    elif folded in taken:
        row.report("email.duplicate", "email", f'"{email}" on line {line} is taken on line {taken[folded]}.')
    elif email:
        taken[folded] = line
    return email


def _absences(row: Table) -> tuple[Absence, ...]:
    found = []
    for table in row.rows("absences", f"{row.label} absence"):
        starts, ends = table.period("from", "until")
        for key in ("from", "until"):
            if not table.has(key):
                table.report(
                    "key.missing", key, f'"{key}" is missing; an absence has a first day and a day of return.'
                )
        absence = Absence(
            type=table.text("type", needed=True),
            starts=starts or _NEVER,
            ends=ends or _NEVER,
            backup=table.text("backup"),
        )
        found.append(absence)
    return tuple(found)


def _memberships(row: Table) -> tuple[Membership, ...]:
    pools = row.table("pools")
    return tuple(_membership(pools, pool) for pool in pools.data)


def _membership(pools: Table, pool: str) -> Membership:
    if not isinstance(pools.data[pool], dict):
        return Membership(pool, weight=_weight(pools, pool, pools.data[pool]))
    table = pools.table(pool)
    weight = _weight(table, "weight", table.raw("weight")) if table.has("weight") else 1
    joined, left = table.period("joined", "left")
    table.close()
    return Membership(pool, weight=weight, joined=joined, left=left)


def _weight(table: Table, key: str, value: object) -> int:
    """A weight is at least 1: somebody who shall get nothing leaves the pool or is made inactive, visibly."""
    if value == 0 and not isinstance(value, bool):
        table.report(
            "weight.zero", key, "A weight of 0 is no place in the pool; remove it, or set active = false."
        )
        return 1
    return table.whole(key, value, 1, HEAVIEST, 1)
