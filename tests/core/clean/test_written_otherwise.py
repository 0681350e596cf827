"""What a table of synonyms says of a word holds for every way of writing it: the list of what nothing knows shows only one."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstright.core.clean.normalize import normalize
from firstright.core.clean.text import LONGEST_WORD, as_word
from firstright.core.synonymaudit import folded, meant

WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=9)


@given(
    st.lists(WORDS, min_size=1, max_size=3),
    st.sampled_from([" ", "\t", "  ", " \n "]),
    st.sampled_from(["NFC", "NFD"]),
)
def test_a_word_is_one_however_it_is_spaced_and_composed(words: list[str], gap: str, form: str) -> None:
    table = {"country": folded({"country": {" ".join(words): "DE"}})["country"]}
    written = unicodedata.normalize(form, gap.join(["", *words, ""]))
    assert normalize({"country": written}, synonyms=table).facts["country"] == "DE"
    assert meant({"country": written}, table) == (("country", as_word(" ".join(words))),)


@pytest.mark.parametrize("gap", ["very ", "ver ", "straße "])
@pytest.mark.parametrize("field", ["seniority", "function"])
def test_a_title_longer_than_the_list_shows_is_found_by_what_it_shows(field: str, gap: str) -> None:
    title = "Officer of " + gap * 22 + "much"
    level = {"seniority": "c-level", "function": "sales"}[field]
    shown = title[:LONGEST_WORD]
    assert normalize({"title": title}, synonyms={field: {as_word(shown): level}}).facts[field] == level
