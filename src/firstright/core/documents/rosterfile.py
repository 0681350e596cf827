"""Reads a roster from TOML text: reps, their places in pools, their absences. Every mistake is gathered with its line.

Pure: text in, document and findings out. Calendars are read by `calendarfile`; whether names lead anywhere is `lint`'s.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

from firstright.core.calendar import Calendar, zone_of
from firstright.core.documents.calendarfile import read_calendars, read_own_hours
from firstright.core.documents.memberfile import read_memberships, read_weight
from firstright.core.documents.needsfile import read_language, read_skills
from firstright.core.documents.reading import Reading, Table
from firstright.core.documents.rotafile import read_rotas
from firstright.core.pools import Measure
from firstright.core.roster import Absence, Document, Licence, Rep
from firstright.core.rules.fields import shown
from firstright.core.rules.findings import Finding

LARGEST_CAPACITY = 1_000_000

_OTHERS = tuple(measure.value for measure in Measure if measure is not Measure.LEADS)
_NEVER = datetime(2199, 1, 1, tzinfo=UTC)  # stands in for a date that did not read well
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+|[^@\s.]+(\.[^@\s.]+)+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def read_roster(text: str, *, file: str = "roster.toml") -> tuple[Document | None, tuple[Finding, ...]]:
    """The roster of a TOML text, and all findings in document order; no roster when one of them is an error.

    A date without a time is the midnight with which it begins, in the zone of the rep's calendar, else the roster's.
    `until`, `left`, `paused_until` and `on_until` are half-open: they name the first day that no longer counts, so an absence
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
    known = {calendar.id: calendar for calendar in calendars}
    ids: dict[str, int] = {}
    emails: dict[str, int] = {}
    reps = tuple(_rep(row, ids, emails, known) for row in root.rows("rep", "rep"))
    rotas = read_rotas(root, zone)
    performance = _performance(root)
    root.close()
    return Document(
        hash=sha256(text.encode(errors="surrogatepass")).hexdigest(),
        reps=reps,
        calendars=calendars,
        zone=zone,
        rotas=rotas,
        performance=performance,
    )


def _rep(row: Table, ids: dict[str, int], emails: dict[str, int], known: Mapping[str, Calendar]) -> Rep:
    calendar = row.text("calendar")
    if calendar in known:
        row.zone = zone_of(known[calendar].zone)
    return Rep(
        id=row.id("rep", ids),
        name=row.text("name"),
        email=_email(row, emails),
        active=row.flag("active", True),
        crm_active=row.flag("crm_active", True),
        calendar=calendar,
        exceptions=read_own_hours(row, known.get(calendar)),
        manager=row.text("manager"),
        backup=row.text("backup"),
        capacity=row.number("capacity", 0, LARGEST_CAPACITY, 0) if row.has("capacity") else None,
        capacities=_capacities(row),
        limits=_limits(row),
        languages=tuple(tag for tag in row.texts("languages") if read_language(row, "languages", tag)),
        skills=dict(read_skills(row, "skills")),
        licences=_licences(row),
        territories=row.texts("territories"),
        conflicts=_addresses(row, "conflicts"),
        do_not_assign=_addresses(row, "do_not_assign"),
        left=row.instant("left"),
        paused_until=row.instant("paused_until"),
        on_until=row.instant("on_until"),
        absences=_absences(row),
        memberships=read_memberships(row),
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
            feed=table.text("feed"),
        )
        found.append(absence)
    return tuple(found)


def _capacities(row: Table) -> dict[str, int]:
    """By measure; that of leads is `capacity`."""
    table = row.table("capacities")
    for key in table.data:
        if key == Measure.LEADS:
            table.report("capacity.leads", key, "How many open leads somebody may have is their capacity.")
        elif key not in _OTHERS:
            table.unknown("capacity.unknown_measure", key, key, _OTHERS)
    return {key: table.number(key, 0, LARGEST_CAPACITY, 0) for key in table.data if key in _OTHERS}


def _limits(row: Table) -> dict[str, int]:
    """Their own `most` of limits of the policy."""
    table = row.table("limits")
    found = {}
    for name, value in table.data.items():
        if value == 0 and not isinstance(value, bool):
            text = "A limit of 0 never frees; take them out of the pools instead, or set active = false."
            table.report("limit.zero", name, text)
        else:
            found[name] = table.number(name, 1, LARGEST_CAPACITY, 1)
    return found


def _licences(row: Table) -> tuple[Licence, ...]:
    """`licences = ["series-7", { name = "US-CA", until = 2027-01-01 }]`."""
    value = row.raw("licences")
    items = value if isinstance(value, list) else [] if value is None else [value]
    found: dict[str, Licence] = {}
    for place, item in enumerate(items):
        licence = Licence(item) if isinstance(item, str) and item.strip() else None
        if isinstance(item, dict):
            table = row.at(("licences", place), item, f"{row.label} licence {place + 1}")
            licence = Licence(table.text("name", needed=True), table.instant("until"))
            table.close()
        elif licence is None:
            row.misfit("licences", item, 'a name, or { name = "US-CA", until = 2027-01-01 }')
        if licence and licence.name in found:
            row.report(
                "licence.repeated", "licences", f'"{licence.name}" is listed twice; keep one of the two.'
            )
        elif licence and licence.name:
            found[licence.name] = licence
    return tuple(found.values())


def _addresses(row: Table, key: str) -> tuple[str, ...]:
    """Domains and e-mail addresses, folded."""
    wrong = "is neither a domain nor an e-mail address"
    found = row.checked(key, lambda text: None if _ADDRESS.fullmatch(text) else wrong, "address.invalid")
    return tuple(dict.fromkeys(text.casefold() for text in found))


def _performance(root: Table) -> dict[str, dict[str, int]]:
    """Weights worked out from conversion, by pool and rep."""
    holder = root.table("performance", "[performance]")
    found = {}
    for pool in holder.data:
        table = holder.table(pool, f'performance of pool "{pool}"')
        found[pool] = {rep: read_weight(table, rep, table.raw(rep)) for rep in table.data}
        table.close()
    return found
