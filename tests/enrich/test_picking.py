"""What is read out of an answer of any shape, and whom it is about."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.providers import Provider
from firstright.enrich.picking import about_another, picked

FIELDS = {"company.size": "employees", "people.0.country": "country", "tags": "product", "size": "employees"}
CLEARFIELD = Provider("clearfield", "domain", FIELDS, same="company.domain")


def test_paths_lead_through_objects_and_lists_and_the_first_that_is_there_counts() -> None:
    answer = {"company": {"size": 1200}, "people": [{"country": "DE"}], "tags": ["a", "b"], "size": 3}
    assert picked(CLEARFIELD, answer) == ({"employees": 1200, "country": "DE", "product": ["a", "b"]}, [])
    assert picked(CLEARFIELD, {"company": {"size": None}, "size": 3}) == ({"employees": 3}, [])


def test_what_nobody_can_read_is_named() -> None:
    answer = {
        "company": {"size": {"min": 1}},
        "people": {"0": {"country": "x" * 2001}},
        "tags": [1],
        "size": 1e300,
    }
    assert picked(CLEARFIELD, answer) == ({}, ["company.size", "people.0.country", "tags", "size"])


@pytest.mark.parametrize(
    ("said", "other"),
    [
        ("acme.de", ""),
        ("https://www.ACME.de/about", ""),
        ("globex.com", "globex.com"),
        ("", "nobody"),
        (None, "nobody"),
        (["acme.de"], "nobody"),
    ],
)
def test_an_answer_about_somebody_else_is_none(said: object, other: str) -> None:
    assert about_another(CLEARFIELD, "acme.de", {"company": {"domain": said}}) == other


def test_numbers_and_names_are_compared_as_people_write_them() -> None:
    phone, company = Provider("p", "phone", {}, same="n"), Provider("c", "company", {}, same="n")
    assert about_another(phone, "+4930901820", {"n": "+49 (30) 90 18 20"}) == ""
    assert about_another(company, "Acme GmbH", {"n": " acme  gmbh"}) == ""


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("company", "size", "people", "0", "tags")), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_no_answer_is_too_strange(answer: object) -> None:
    values, wrong = picked(CLEARFIELD, answer)
    assert set(values) <= {"employees", "country", "product"}
    assert set(wrong) <= set(FIELDS)
    assert isinstance(about_another(CLEARFIELD, "acme.de", answer), str)
