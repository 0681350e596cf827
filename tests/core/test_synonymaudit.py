"""Synonym tables that contradict themselves are told word by word; words are looked up and counted without regard to case."""

import pytest

from firstright.core.synonymaudit import contradictions, folded, meant, unused


@pytest.mark.parametrize(
    ("field", "words", "told"),
    [
        ("country", {"team bavaria": "DE", "de": "DE", "deutschlnd": "Germany"}, []),
        ("country", {"Bavaria": "DE", "bavaria": "AT"}, ['"Bavaria" means DE, and is overruled: written otherwise, it means AT']),
        ("country", {"Bavaria": "DE", "bavaria": "DE"}, []),
        ("city", {"Ulm": "Ulm"}, ['"Ulm" means itself']),
        ("industry", {"hi-tech": "tech", "tech": "Technology"}, ['"hi-tech" means tech, which means Technology: a value is looked up once']),
        ("industry", {"a": "b", "b": "a"}, ['"a" means b, which means a: a value is looked up once', '"b" means a, which means b: a value is looked up once']),
        ("industry", {"tech": "Technology", "technology": "Technology"}, []),
    ],
    ids=["plain", "two meanings", "twice the same", "itself", "a chain", "a circle", "its own standard word"],
)  # fmt: skip
def test_what_contradicts_itself_is_told_by_word(field: str, words: dict[str, str], told: list[str]) -> None:
    assert [why for name, _, why in contradictions({field: words}) if name == field] == told


def test_a_meaning_that_cannot_be_read_is_told() -> None:
    [(field, word, why)] = contradictions({"country": {"bayern": "Germny"}})
    assert (field, word) == ("country", "bayern")
    assert why.startswith('"bayern" means "Germny": no country of that name or code')


def test_what_is_right_beside_a_country_is_not_wrong_without_one() -> None:
    assert list(contradictions({"state": {"socal": "California"}, "phone": {"desk": "030 901820"}})) == []


def test_words_are_found_in_values_lists_and_titles_however_they_are_written() -> None:
    tables = folded(
        {
            "country": {"Team Bavaria": "DE"},
            "product": {"crm": "Suite"},
            "seniority": {"prokurist": "director"},
        }
    )
    raw = {"country": " TEAM bavaria ", "product": ["CRM", "other", 3], "title": "Prokurist", "city": "crm"}
    assert meant(raw, tables) == (("country", "team bavaria"), ("product", "crm"), ("seniority", "prokurist"))
    assert meant({"country": "Germany"}, tables) == ()


def test_unused_are_words_that_stood_there_before_and_came_in_no_value() -> None:
    tables = {"country": {"Bavaria": "DE", "tyrol": "AT", "new": "FR"}, "city": {"muc": "Munich"}}
    before = {"country": {"bavaria": "DE", "tyrol": "AT"}, "city": {"muc": "Munich"}}
    assert unused(tables, before, {("country", "tyrol"), ("city", "muc")}) == {"country": ["bavaria"]}
