"""What a text that somebody looks up may be, in the spelling it was stored in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstright.core.seeking import Sought, sought

ID = "0190000a-0000-7000-8000-00000000000a"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("  Mara@Hill.EXAMPLE ", Sought(email="mara@hill.example", external="Mara@Hill.EXAMPLE")),
        ("mailto:mara@hill.example", Sought(email="mara@hill.example", external="mailto:mara@hill.example")),
        ("+49 30 901820", Sought(phone="+4930901820", external="+49 30 901820")),
        ("https://www.Acme.de/imprint", Sought(domain="acme.de", external="https://www.Acme.de/imprint")),
        ("sub.acme.co.uk", Sought(domain="acme.co.uk", external="sub.acme.co.uk")),
        ("gmail.com", Sought(external="gmail.com")),
        (ID.upper(), Sought(id=ID, external=ID.upper())),
        ("HS-4711", Sought(external="HS-4711")),
        ("mara@", Sought(external="mara@")),
        ("", None),
        ("   ", None),
        ("a" * 255, None),
        ("mara\x00", None),
    ],
)
def test_a_text_is_read_as_what_it_may_be(text: str, found: Sought | None) -> None:
    assert sought(text) == found


def test_a_number_without_a_country_is_dialled_where_they_are() -> None:
    assert sought("030 901820") == Sought(external="030 901820")
    assert sought("030 901820", "DE") == Sought(phone="+4930901820", external="030 901820")


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    found = sought(text)
    assert found is None or found.external.strip() == found.external != ""
