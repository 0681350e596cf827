"""Plain numbers are read without the library: what is said of them is what the library says."""

import phonenumbers
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import PhoneMetadata
from phonenumbers.timezone import time_zones_for_geographical_number

from firstright.core.clean.dialled import dialled
from firstright.core.clean.phone import Phone, by_library, read_phone
from firstright.core.clean.tables import ZONES

CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
SORTS = (
    "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan", "voicemail",
)  # fmt: skip
EXAMPLES = sorted(
    {
        f"+{data.country_code}{desc.example_number}"
        for region in phonenumbers.SUPPORTED_REGIONS
        if (data := PhoneMetadata.metadata_for_region(region, None)) is not None
        for sort in SORTS
        if (desc := getattr(data, sort)) is not None and desc.example_number
    }
)
MARK = st.sampled_from(["", "", "", " ", "-", ".", "(", ")", " (0)", "/"])


@st.composite
def _written(draw: st.DrawFn) -> str:
    """A number of a country that there is, or one with a digit or two of it changed, with marks anywhere."""
    digits = list(draw(st.sampled_from(EXAMPLES))[1:])
    for _ in range(draw(st.integers(0, 2))):
        digits[draw(st.integers(0, len(digits) - 1))] = draw(st.sampled_from("0123456789"))
    digits += draw(st.sampled_from(["", "", "", "1", "00"]))
    return "+" + "".join(f"{digit}{draw(MARK)}" for digit in digits)


@given(
    _written() | st.from_regex(r"\+[1-9][0-9]{3,16}", fullmatch=True),
    st.sampled_from(["", "DE", "US", "IT", "BR"]),
)
@example("+49 30 901820", "DE")
@example("+49 (0)30 901820", "")
@example("+39 02 12345678", "")
@example("+54 9 11 2345 6789", "")
def test_a_plain_number_is_read_as_the_library_reads_it(text: str, region: str) -> None:
    """What the library makes nothing of is read again, another way."""
    library = by_library(text, region)
    assert read_phone(text, region) == library or (
        dialled(text) is None and not (isinstance(library, Phone) and library.kind)
    )


def test_every_sort_of_number_of_every_country_is_read_as_the_library_reads_it() -> None:
    assert [read_phone(text, "") for text in EXAMPLES] == [by_library(text, "") for text in EXAMPLES]


def test_zones_are_those_that_the_library_gives() -> None:
    for text in EXAMPLES:
        found = read_phone(text, "")
        zones = {
            ZONES.get(z.lower(), "") for z in time_zones_for_geographical_number(phonenumbers.parse(text))
        }
        if isinstance(found, Phone) and found.kind:
            assert found.zone == (zones.pop() if len(zones) == 1 else ""), text


def test_numbers_of_most_countries_need_no_library() -> None:
    plain = [dialled(text) is not None for text in EXAMPLES if not text.startswith("+1")]
    assert sum(plain) > len(plain) * 0.7
