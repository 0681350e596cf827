"""E-mail addresses as programs and people write them, mailboxes that are nobody's in particular, and media with underscores."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstright.core.clean.email import Email, read_email
from firstright.core.clean.normalize import normalize

AROUND = ("{}", " {} ", "<{}>", "Anna Berg <{}>", '"Berg, Anna" <{}>', "mailto:{}", "MAILTO:{}", "E-Mail: {}", "{} (work)", "{};bo@contoso.example",
          "{}, bo@contoso.example", "{} bo@contoso.example", "{} | bo@contoso.example", "{} / bo@contoso.example",
          "{} and bo@contoso.example", '"{}"', "'{}'", "'{}", "“{}”", "{},", "{};", "mailto:{}?subject=Demo")  # fmt: skip


@given(
    st.from_regex(r"[a-z]{1,8}[.+_-]?[a-z0-9]{1,8}@[a-z]{2,9}\.(?:de|com|co\.uk)", fullmatch=True),
    st.sampled_from(AROUND),
)
def test_whatever_stands_around_it_it_is_the_first_address(address: str, around: str) -> None:
    found = normalize({"email": around.format(address)}).facts.get("email")
    assert found == address


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("sales-emea@contoso.example.com", "role"),
        ("info.de@contoso.com", "role"),
        ("biuro@contoso.pl", "role"),
        ("segreteria@contoso.it", "role"),
        ("firmapost@contoso.no", "role"),
        ("accueil@contoso.fr", "role"),
        ("myynti@contoso.fi", "role"),
        ("sales.berg@contoso.com", "business"),
        ("anna.de@contoso.com", "business"),
        ("info@gmail.com", "free"),
    ],
)
def test_a_desk_is_nobody_in_particular(address: str, kind: str) -> None:
    found = read_email(address)
    assert isinstance(found, Email)
    assert found.kind == kind


@pytest.mark.parametrize("medium", ["paid_search", "Paid Search", "PAID-SEARCH", "paid search"])
def test_a_medium_is_itself_with_underscores(medium: str) -> None:
    """Paid search on Bing was counted as its free results."""
    page = f"https://contoso.example/?utm_source=bing&utm_medium={medium.replace(' ', '%20')}"
    assert normalize({"landing_page": page}).facts["channel"] == "paid-search"
