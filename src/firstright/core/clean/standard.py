"""A rule is written with the words its author has: "Munich", "Finance". Facts have the standard ones, or the policy's own, so a
literal of a field that is standardised means both. Also: which values such a field can be mapped to."""

from firstright.core.clean.cities import city_names
from firstright.core.clean.industry import industry
from firstright.core.clean.places import country_codes
from firstright.core.clean.tables import STATE_NAMES, ZONES, industries
from firstright.core.clean.vocabulary import CHANNELS, EMPLOYEES, FUNCTIONS, REVENUE, SENIORITIES


def spellings(field: str, literal: object) -> tuple[object, ...]:
    """The literal, and what cleaning makes of it where that is another word."""
    if not isinstance(literal, str):
        return (literal,)
    if field == "city":
        return city_names(literal)
    if field in ("industry", "sector"):
        known = industry(literal)
        name = known[field == "sector"] if known else literal
        return (literal,) if name.casefold() == literal.casefold() else (literal, name)
    return (literal,)


def choices(field: str) -> tuple[str, ...]:
    """The standard values an unmapped one of this field can be mapped to, sorted; none where any text will do."""
    match field:
        case "country":
            found = set(country_codes())
        case "state":
            found = {f"{land}-{code}" for land, names in STATE_NAMES.items() for code in names.values()}
        case "zone":
            found = set(ZONES.values())
        case "industry":
            found = {name for name, _ in industries().values()}
        case "seniority" | "function" | "channel" | "employees_band" | "revenue_band":
            return _LISTED[field]
        case _:
            return ()
    return tuple(sorted(found))


_LISTED = {
    "seniority": SENIORITIES,
    "function": FUNCTIONS,
    "channel": CHANNELS,
    "employees_band": EMPLOYEES,
    "revenue_band": REVENUE,
}
