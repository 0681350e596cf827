"""Telephone numbers written with their country code and nothing to take off, "+49 30 901820": what the library would say of
them, in a fifth of its time. It takes a twentieth of an enquiry, most of it for spellings that hardly anybody uses.

Whatever is not plain (another way to write it, a country code that several countries share, a range that is not published) is
left to the library: nothing here refuses a number.
"""

import re
from functools import cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import PhoneMetadata
from phonenumbers.phonemetadata import PhoneNumberDesc

_MARKS = str.maketrans("", "", " ().-")
_PLAIN = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
_WORLD = "001"  # freephone and satellite numbers of no country
_LONGEST_CODE = 3

Sort = phonenumbers.PhoneNumberType


class Dialled(NamedTuple):
    """`sort` is the library's number of a type."""

    e164: str
    country: str
    sort: int


class _Range(NamedTuple):
    lengths: frozenset[int]  # empty: any
    pattern: re.Pattern[str]

    def holds(self, national: str) -> bool:
        return (not self.lengths or len(national) in self.lengths) and bool(self.pattern.fullmatch(national))


class _Plan(NamedTuple):
    """The numbers of one country. What can be dialled in front of one at home may have to be taken off: the library knows."""

    country: str
    at_home: re.Pattern[str] | None
    known: _Range
    special: tuple[tuple[int, _Range], ...]  # the first that holds it says what it is
    fixed: _Range | None
    mobile: _Range | None
    are_same: bool


def dialled(text: str) -> Dialled | None:
    """None where the library has to be asked."""
    plain = text.translate(_MARKS)
    if _PLAIN.fullmatch(plain) is None:
        return None
    for end in range(2, _LONGEST_CODE + 2):
        plan = _plan(plain[1:end])
        if plan is not None:
            sort = _sort(plain[end:], plan)
            return None if sort is None else Dialled(plain, plan.country, sort)
    return None


def _sort(national: str, plan: _Plan) -> int | None:
    if (
        national[0] == "0"
        or (plan.at_home and plan.at_home.match(national))
        or not plan.known.holds(national)
    ):
        return None
    for sort, special in plan.special:
        if special.holds(national):
            return sort
    is_fixed = plan.fixed is not None and plan.fixed.holds(national)
    if is_fixed and plan.are_same:
        return Sort.FIXED_LINE_OR_MOBILE
    is_mobile = not plan.are_same and plan.mobile is not None and plan.mobile.holds(national)
    if is_fixed:
        return Sort.FIXED_LINE_OR_MOBILE if is_mobile else Sort.FIXED_LINE
    return Sort.MOBILE if is_mobile else None


@cache
def _plan(code: str) -> _Plan | None:
    """None for what is no country code, and for one that is not one country's."""
    countries = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(code), ())
    if len(countries) != 1 or countries[0] == _WORLD:
        return None
    data = PhoneMetadata.metadata_for_region(countries[0], None)
    known = _range(data.general_desc) if data else None
    if data is None or known is None:
        return None
    special = (
        (Sort.PREMIUM_RATE, data.premium_rate),
        (Sort.TOLL_FREE, data.toll_free),
        (Sort.SHARED_COST, data.shared_cost),
        (Sort.VOIP, data.voip),
        (Sort.PERSONAL_NUMBER, data.personal_number),
        (Sort.PAGER, data.pager),
        (Sort.UAN, data.uan),
        (Sort.VOICEMAIL, data.voicemail),
    )
    at_home = data.national_prefix_for_parsing
    return _Plan(
        countries[0],
        re.compile(at_home) if at_home else None,
        known,
        tuple([(sort, found) for sort, desc in special if (found := _range(desc))]),
        _range(data.fixed_line),
        _range(data.mobile),
        data.same_mobile_and_fixed_line_pattern,
    )


def _range(desc: PhoneNumberDesc | None) -> _Range | None:
    if desc is None or not desc.national_number_pattern:
        return None
    return _Range(frozenset(desc.possible_length), re.compile(desc.national_number_pattern))
