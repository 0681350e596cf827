"""Values as people write them: a telephone number in groups, a country, a state and a language by name, a head count as the range it stands for.

For eyes alone: links, forms and programs keep the value itself. What is not known is shown as it is.
"""

from collections.abc import Mapping
from functools import lru_cache

from firstright.core.clean.tables import STATE_NAMES


def spelt(field: str, value: str, facts: Mapping[str, object]) -> str:
    """`facts` are the lead's others, which say what its head count was read from."""
    match field:
        case "phone":
            return phone(value)
        case "country":
            return country(value)
        case "state":
            return state(value)
        case "language":
            return language(value)
        case "employees":
            return _range(value, str(facts.get("employees_band") or ""))
        case _:
            return value


@lru_cache(maxsize=4096)
def phone(e164: str) -> str:
    """`+49 89 23125117`, grouped as its country does."""
    import phonenumbers  # 41 ms, and loaded by the first lead

    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


@lru_cache(maxsize=512)
def country(code: str) -> str:
    from babel import Locale  # 75 ms, and loaded by the first lead

    return Locale("en").territories.get(code) or code


def state(code: str) -> str:
    """`Bayern`, of a country whose states we have a table of."""
    land, _, part = code.partition("-")
    return next((name for name, known in STATE_NAMES.get(land, {}).items() if known == part), code)


@lru_cache(maxsize=512)
def language(tag: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(tag, sep="-").get_display_name("en") or tag
    except (UnknownLocaleError, ValueError):
        return tag


def _range(value: str, band: str) -> str:
    """Who chose "51-200" is kept as 51, and was never asked for more."""
    least, dash, most = band.partition("-")
    return f"{least}–{most}" if dash and least == value else value
