"""The nearest known word of a field is suggested, never decided."""

import msgspec
import pytest

from firstright.core.documents.policyfile import read_policy
from firstright.core.meanings import known_meanings, suggestion
from routing import CATCH_ALL, HEAD

TEXT = HEAD + CATCH_ALL + '\n[synonyms.product]\n"robot arm" = "arm"\n\n[synonyms.country]\nsuisse = "CH"\n'


@pytest.mark.parametrize(
    ("field", "value", "near"),
    [
        ("country", "deutschlnd", "DE"),
        ("country", "germny", "DE"),
        ("country", "suise", "CH"),
        ("country", "bavaria", ""),
        ("country", "erth", ""),
        ("country", "xqzw", ""),
        ("country", "de", ""),
        ("industry", "automotve", "Automotive"),
        ("email_kind", "busines", "business"),
        ("product", "robot arms", "arm"),
        ("message", "hello", ""),
        ("nothing", "hello", ""),
    ],
)
def test_the_nearest_known_word_is_what_it_may_mean(field: str, value: str, near: str) -> None:
    policy, findings = read_policy(TEXT)
    assert policy is not None, findings
    assert suggestion(value, known_meanings(field, policy)) == near


def test_a_field_without_known_words_suggests_nothing() -> None:
    policy, _ = read_policy(TEXT)
    assert policy is not None
    bare = msgspec.structs.replace(policy, synonyms={})
    assert known_meanings("product", bare) == {}
