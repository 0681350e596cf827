"""Reads territories and holdovers of a policy: pieces of the map, and who keeps what has moved.

What does not read well becomes a finding and a harmless stand-in, as with rules.
"""

import re
from datetime import UTC, datetime

from firstright.core.clean.places import country_codes
from firstright.core.documents.reading import Table
from firstright.core.documents.targetfile import STAND_IN, read_target
from firstright.core.policy import Holdover, Target, TargetKind, Territory

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # stands in for an end that did not read well
_HASH = re.compile(r"[0-9a-f]{64}")
_STATE = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_DOMAIN = re.compile(r"[^\s@./]+(\.[^\s@./]+)+")
_POSTCODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ]{0,11}\*?|[A-Za-z0-9 ]{1,12}-[A-Za-z0-9 ]{1,12}")


def read_territories(root: Table) -> tuple[Territory, ...]:
    """All `[[territory]]` rows in document order."""
    seen: dict[str, int] = {}
    return tuple(_territory(row, seen) for row in root.rows("territory", "territory"))


def read_holdovers(root: Table) -> tuple[Holdover, ...]:
    """All `[[holdover]]` rows in document order."""
    return tuple(_holdover(row) for row in root.rows("holdover", "holdover"))


def read_lists(root: Table) -> dict[str, str]:
    """Lists of named accounts beside the policy: the hash of the version that is meant, by name."""
    found = {}
    for name, table in root.named("lists", "list"):
        found[name] = table.text("hash", needed=True)
        if found[name] and not _HASH.fullmatch(found[name]):
            text = "The hash of a list is the 64 digits that its import prints."
            table.report("list.hash", "hash", text)
    return found


def _holdover(row: Table) -> Holdover:
    starts, ends = row.period("from", "until")
    if not row.has("until"):
        text = '"until" is missing: a holdover ends, else it would be the territory itself.'
        row.report("key.missing", "until", text)
    return Holdover(
        territory=row.text("territory", needed=True),
        send_to=_territory_target(row),
        until=ends or _LONG_AGO,
        accounts=row.checked("accounts", _domain_problem, "territory.account"),
        active_from=starts,
    )


def _territory(row: Table, seen: dict[str, int]) -> Territory:
    starts, ends = row.period("active_from", "active_until")
    found = Territory(
        id=row.id("territory", seen),
        plan=row.text("plan", needed=True),
        send_to=_territory_target(row),
        accounts=row.checked("accounts", _domain_problem, "territory.account"),
        postcodes=row.checked("postcodes", _postcode_problem, "territory.postcode"),
        cities=row.texts("cities"),
        states=row.checked("states", _state_problem, "territory.state"),
        countries=row.checked("countries", country_problem, "country.unknown"),
        regions=row.texts("regions"),
        priority=row.number("priority", -1_000_000, 1_000_000, 0),
        active_from=starts,
        active_until=ends,
        backup=row.text("backup"),
        accounts_from=row.texts("accounts_from"),
    )
    places = ("accounts", "accounts_from", "postcodes", "cities", "states", "countries", "regions")
    if not any(row.raw(place) for place in places):
        row.report("territory.nowhere", None, f"The territory names no place; give it {', '.join(places)}.")
    return found


def _territory_target(row: Table) -> Target:
    target = read_target(row)
    if target.kind is TargetKind.TERRITORY:
        row.report(
            "territory.nested",
            "send_to",
            "A territory cannot send to another plan; name a rep, pool or queue.",
        )
        return STAND_IN
    return target


def country_problem(code: str) -> str | None:
    """Why a text is not an ISO 3166 code in capitals; None when it is one."""
    if code in country_codes():
        return None
    if code.upper() == "UK":
        return 'is written "GB"'
    if code.upper() in country_codes():
        return f'is written in capitals, "{code.upper()}"'
    return 'is not a two-letter country code such as "DE"'


def _state_problem(code: str) -> str | None:
    if not _STATE.fullmatch(code):
        return 'is not a state such as "US-CA" or "DE-BY"'
    return None if code[:2] in country_codes() else f'begins with "{code[:2]}", which is no country'


def _domain_problem(domain: str) -> str | None:
    if _DOMAIN.fullmatch(domain) and domain == domain.casefold():
        return None
    return 'is not a domain in small letters, such as "acme.example"'


def _postcode_problem(code: str) -> str | None:
    if not _POSTCODE.fullmatch(code):
        return 'is not a postcode ("10115"), a beginning ("10*") or a range ("10000-14999")'
    low, dash, high = code.partition("-")
    if dash and len(low) != len(high):
        return "is a range whose ends differ in length, so no postcode lies between them"
    if dash and low > high:
        return f'is a range that ends before it begins; write "{high}-{low}"'
    return None
