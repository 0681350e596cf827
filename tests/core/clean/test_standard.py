"""A rule says Munich or Finance in its author's words, and meets the facts in standard ones."""

from datetime import UTC, datetime

import pytest

from firstright.core.clean.normalize import normalize
from firstright.core.clean.standard import choices, spellings
from firstright.core.rules.conditions import Truth, evaluate, parse
from firstright.core.rules.fields import CATALOGUE

AS_OF = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "lead"),
    [
        ({"city": "Munich"}, {"city": "muenchen", "country": "DE"}),
        ({"city": "München"}, {"city": "Munich", "country": "Germany"}),
        ({"city": ["NYC", "Boston"]}, {"city": "New York City", "country": "US"}),
        ({"industry": "Finance"}, {"industry": "Finanzdienstleistungen"}),
        ({"sector": "IT"}, {"industry": "Logiciel"}),
        ({"not": {"city": {"not_in": ["Bombay"]}}}, {"city": "Mumbai", "country": "IN"}),
    ],
)
def test_a_rule_in_other_words_meets_the_fact(written: dict[str, object], lead: dict[str, object]) -> None:
    condition, findings = parse(written, CATALOGUE, "when")
    assert findings == ()
    assert evaluate(condition, normalize(lead).facts, AS_OF) is Truth.TRUE


def test_a_word_that_is_standard_already_stays_one_word() -> None:
    assert [
        spellings(*pair) for pair in (("city", "münchen"), ("industry", "software"), ("title", "CEO"))
    ] == [
        ("münchen",),
        ("software",),
        ("CEO",),
    ]
    assert spellings("city", "Freiburg") == ("Freiburg", "Freiburg im Breisgau", "Fribourg")


def test_what_an_unmapped_value_can_be_mapped_to_is_known() -> None:
    assert {"DE", "XK", "NA", "TW"} <= set(choices("country"))
    assert {"US-CA", "CH-ZH", "GB-SCT"} <= set(choices("state"))
    assert {"Software", "Financial Services"} <= set(choices("industry"))
    assert choices("seniority")[0] == "owner"
    assert choices("message") == ()
    assert all(
        normalize({field: word}).unmapped == ()
        for field in ("country", "industry")
        for word in choices(field)
    )
