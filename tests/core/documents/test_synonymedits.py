"""A synonym is one line in a policy's text: where its table is, or in one that is added; everything else stays, byte for byte."""

import tomllib
from difflib import ndiff
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.documents.policyfile import read_policy
from firstright.core.documents.synonymedits import differ_only, with_synonyms

EXAMPLE = (Path(__file__).parents[3] / "examples" / "policies" / "inbound.toml").read_text()


def added(before: str, after: str) -> tuple[list[str], list[str]]:
    """Lines that came and lines that went."""
    lines = list(ndiff(before.split("\n"), after.split("\n")))
    return (
        [line[2:] for line in lines if line.startswith("+ ")],
        [line[2:] for line in lines if line.startswith("- ")],
    )


def test_a_new_word_is_one_line_in_the_table_of_its_field() -> None:
    text = '[policy]\nname = "a"\n\n[synonyms.product]  # ours\n"robot arm" = "arm"\n\n[regions]\nDACH = ["DE"]\n'
    after = with_synonyms(text, "product", {"mobile robot": "rover"})
    assert added(text, after) == (['"mobile robot" = "rover"'], [])
    assert tomllib.loads(after)["synonyms"] == {"product": {"robot arm": "arm", "mobile robot": "rover"}}


def test_a_word_that_is_there_means_something_else() -> None:
    text = '[synonyms.product]\n"amr" = "rover"  # since June\n"x" = "y"\n'
    assert with_synonyms(text, "product", {"amr": "arm"}) == text.replace('"rover"', '"arm"').replace(
        '"amr"', "amr"
    )


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("a = 1", 'a = 1\n\n[synonyms.industry]\nauto = "Automotive"\n'),
        ("a = 1\r\n", 'a = 1\r\n\r\n[synonyms.industry]\r\nauto = "Automotive"\r\n'),
        ('[synonyms]\ncity = { nyc = "New York" }\n', None),
        ('synonyms = { city = { nyc = "New York" } }\n', None),
    ],
)
def test_a_table_that_is_not_there_is_made(text: str, after: str | None) -> None:
    found = with_synonyms(text, "industry", {"auto": "Automotive"})
    assert after is None or found == after
    assert tomllib.loads(found)["synonyms"]["industry"] == {"auto": "Automotive"}


def test_a_name_with_a_dot_is_one_name() -> None:
    found = with_synonyms("", "account.type", {"kunde": "customer"})
    assert tomllib.loads(found) == {"synonyms": {"account.type": {"kunde": "customer"}}}


@settings(max_examples=40, deadline=None)
@given(
    words=st.dictionaries(
        st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=20),
        st.text("abcXYZ äß\"'\\=[]#", min_size=1, max_size=20).filter(str.strip),
        min_size=1,
        max_size=3,
    ),
    field=st.sampled_from(["city", "company", "title"]),
)
def test_whatever_the_words_are_the_policy_differs_in_them_alone(words: dict[str, str], field: str) -> None:
    before, _ = read_policy(EXAMPLE)
    text = with_synonyms(EXAMPLE, field, words)
    after, findings = read_policy(text)
    assert before is not None and after is not None, findings
    assert differ_only(before, after, field, words)
    came, went = added(EXAMPLE, text)
    assert len(came) <= len(words) + 2 and len(went) <= len(words)


def test_another_change_is_noticed() -> None:
    before, _ = read_policy(EXAMPLE)
    after, _ = read_policy(
        with_synonyms(EXAMPLE, "city", {"la": "Los Angeles"}).replace('"amr" = "rover"', '"amr" = "arm"')
    )
    assert before is not None and after is not None
    assert not differ_only(before, after, "city", {"la": "Los Angeles"})
