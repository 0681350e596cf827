"""One entry of a list is a domain a company owns, whatever it was written as; a version is its name and its domains."""

import pytest

from firstright.core.clean.problem import Refusal
from firstright.core.documents.listfile import domain_of, domains_of, listed


@pytest.mark.parametrize(
    "written",
    ["acme.example", " ACME.example ", "www.acme.example", "https://www.acme.example/about?x=1", "kim@mail.acme.example"],
)  # fmt: skip
def test_a_domain_an_address_and_a_mailbox_name_the_same_company(written: str) -> None:
    assert domain_of(written) == "acme.example"


@pytest.mark.parametrize(
    "written",
    ["m\u00fcller.example", "mu\u0308ller.example", "\uff4d\u00fc\uff4c\uff4c\uff45\uff52.example", "xn--mller-kva.example"],
)  # fmt: skip
def test_wide_letters_and_marks_written_apart_name_the_company_that_an_address_does(written: str) -> None:
    assert domain_of(written) == "m\u00fcller.example"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "list.empty_row"),
        ("Acme Incorporated", "domain.invalid"),
        ("localhost", "domain.invalid"),
        ("192.0.2.7", "domain.invalid"),
        ("co.uk", "domain.invalid"),
        ("gmail.com", "domain.shared"),
        ("kim@outlook.com", "domain.shared"),
    ],
)
def test_what_names_no_company_says_why(written: str, code: str) -> None:
    refusal = domain_of(written)
    assert isinstance(refusal, Refusal)
    assert refusal.code == code


def test_the_same_domains_in_another_order_are_the_same_version() -> None:
    one, two = (
        listed("emea", ["hill.example", "acme.example"]),
        listed("emea", ["acme.example"] * 2 + ["hill.example"]),
    )
    assert one == two
    assert domains_of(one.text) == one.domains == {"acme.example", "hill.example"}


def test_another_name_or_another_domain_is_another_version() -> None:
    made = [
        listed("emea", ["acme.example"]),
        listed("apac", ["acme.example"]),
        listed("emea", ["hill.example"]),
    ]
    assert len({version.hash for version in made}) == 3
