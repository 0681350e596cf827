"""What people say of when they buy, and of their part in it, becomes one of a few words; what is not known is left to be mapped."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.clean.normalize import normalize
from firstright.core.clean.qualifying import authority, timeline
from firstright.core.clean.vocabulary import AUTHORITIES, TIMELINES
from firstright.core.rules.fields import BUILTIN


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("ASAP", "now"),
        ("so bald wie möglich", "now"),
        ("1–3 months", "quarter"),
        ("1 to 3 months", "quarter"),
        ("3-6 Monate", "half-year"),
        ("half year", "half-year"),
        ("Within 12 months", "year"),
        ("Just looking!", "none"),
        ("Q3", None),
        ("", None),
    ],
)
def test_when_they_want_it(said: str, means: str | None) -> None:
    assert timeline(said) == means


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("Decision-maker", "decides"),
        ("Entscheiderin", "decides"),
        ("Champion", "influences"),
        ("end user", "uses"),
        ("Head of IT", None),
    ],
)
def test_what_part_they_have_in_it(said: str, means: str | None) -> None:
    assert authority(said) == means


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30))
def test_it_is_one_of_the_words_of_the_field_or_nothing_and_the_word_itself_means_itself(said: str) -> None:
    assert timeline(said) in {*TIMELINES, None}
    assert authority(said) in {*AUTHORITIES, None}
    assert [timeline(word) for word in BUILTIN["timeline"].values] == list(TIMELINES)
    assert [authority(word) for word in BUILTIN["authority"].values] == list(AUTHORITIES)


def test_need_timeline_budget_and_authority_are_cleaned_as_fields_of_a_lead() -> None:
    raw = {"need": " two  arms ", "timeline": "1-3 months", "budget": "10k-20k", "authority": "user"}
    assert normalize(raw).facts == {
        "need": "two arms",
        "timeline": "quarter",
        "budget": 10_000,
        "authority": "uses",
    }
    found = normalize({"timeline": "Q3", "authority": "board", "budget": "some"})
    assert found.facts == {}
    assert [each.code for each in found.problems] == ["value.unmapped", "number.format", "value.unmapped"]
    assert found.unmapped == (("timeline", "Q3"), ("budget", "some"), ("authority", "board"))
    mapped = normalize({"timeline": "Q3"}, synonyms={"timeline": {"q3": "half-year"}})
    assert mapped.facts == {"timeline": "half-year"}
