"""Telephone numbers to E.164 with the country and zone they belong to. A number never decides a lead's country:
people keep numbers when they move, so both are facts of their own."""

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from firstright.core.clean.phonewritten import is_exponent, is_made_up, otherwise, without_aside
from firstright.core.clean.problem import Refusal
from firstright.core.clean.tables import ZONES

if TYPE_CHECKING:
    import phonenumbers

_ENOUGH_DIGITS = 10  # with the country code
# By the library's numbers of types, which are part of its format; asking it by name would load it here.
_KINDS = {
    0: "fixed",
    1: "mobile",
    2: "fixed-or-mobile",
    3: "toll-free",
    4: "premium",
    5: "premium",  # shared cost
    6: "voip",
}
_GEOGRAPHIC = frozenset({"fixed", "mobile", "fixed-or-mobile"})


class Phone(msgspec.Struct, frozen=True):
    """`country` is empty where several share the code and the number is not one we know; `zone` where it is not one;
    `kind` where its range is not published."""

    e164: str
    country: str
    zone: str
    kind: str = ""


@lru_cache(maxsize=65_536)
def read_phone(text: str, region: str) -> Phone | Refusal:
    """Reads `text` as dialled in `region` (ISO alpha-2, empty for unknown). Numbers outside the published ranges are
    taken when their length is possible and at least ten digits long: new ranges are handed out all the time. What is no
    number as a whole may be two, of which the first counts, or be dialled as in Europe."""
    from firstright.core.clean.dialled import dialled  # 41 ms: paid by the first lead or by `warm`

    plain = dialled(text)
    if plain is not None:
        return Phone(plain.e164, plain.country, _zone(plain.e164), _KINDS.get(plain.sort, "other"))
    if is_exponent(text):
        return Refusal("phone.unparseable", "a spreadsheet has rounded it: its last digits are lost")
    bare = without_aside(text)
    found = by_library(bare, region)
    if isinstance(found, Phone) and found.kind:
        return found
    others = (by_library(other, region) for other in otherwise(bare))
    return next((other for other in others if isinstance(other, Phone) and other.kind), found)


def by_library(text: str, region: str) -> Phone | Refusal:
    """The same by the library alone."""
    import phonenumbers

    try:
        number = phonenumbers.parse(_international(text, region), region or None)
    except phonenumbers.NumberParseException as error:
        return _refused(error, text, region)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    owner = phonenumbers.region_code_for_number(number) or ""
    country = "" if owner == "001" else owner  # 001: freephone and satellite numbers of no country
    sort = phonenumbers.number_type(number) if owner else phonenumbers.PhoneNumberType.UNKNOWN
    if sort != phonenumbers.PhoneNumberType.UNKNOWN:
        kind = _KINDS.get(sort, "other")
        nobodys = owner == "US" and kind not in _GEOGRAPHIC  # +1 800 is as much Canada's as the States'
        return Phone(e164, "" if nobodys else country, _zone(e164), kind)
    likely = len(e164) > _ENOUGH_DIGITS and phonenumbers.is_possible_number(number)
    if (
        likely and phonenumbers.parse(e164) == number and not is_made_up(e164)
    ):  # "00" in front of a number is a leading zero in some countries
        return Phone(e164, country, "")
    return Refusal("phone.unparseable", f"no number of {country or 'any country'} looks like this")


def _international(text: str, region: str) -> str:
    """ "0040 …" from a form without a country, or an American one, is the European way to write "+40 …"."""
    return f"+{text[2:]}" if text.startswith("00") and region in ("", "US", "CA") else text


def _refused(error: "phonenumbers.NumberParseException", text: str, region: str) -> Refusal:
    dialled_at_home = not region and not text.startswith(("+", "00"))
    if dialled_at_home and error.error_type == error.INVALID_COUNTRY_CODE:
        return Refusal(
            "phone.needs_country",
            "starts without a country code, and neither lead nor source names a country",
        )
    return Refusal("phone.unparseable", "not a telephone number")


def _zone(e164: str) -> str:
    """Of the longest beginning of the number that the table knows."""
    from phonenumbers.tzdata import TIMEZONE_DATA, TIMEZONE_LONGEST_PREFIX  # as above

    ends = range(TIMEZONE_LONGEST_PREFIX + 1, 1, -1)
    named = next((names for end in ends if (names := TIMEZONE_DATA.get(e164[1:end]))), ())
    zones = {ZONES.get(name.lower(), "") for name in named}
    return zones.pop() if len(zones) == 1 else ""
