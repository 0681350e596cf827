"""The tables of intents in examples/tables: they read without a finding, and say what people mean."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from firstright.core.compiled import Compiled
from firstright.core.documents.lint import load
from firstright.core.lead import Fact
from routing import CATCH_ALL, HEAD, TO_SDR

TABLES = Path(__file__).parents[2] / "examples" / "tables"
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def compiled() -> Compiled:
    text = HEAD + (TABLES / "intents.toml").read_text("utf-8") + TO_SDR + CATCH_ALL
    policy, _, findings = load(text)
    about = [f for f in findings if f.where.startswith("intent")]
    assert policy is not None and about == [], findings
    return Compiled(policy)


RULES = compiled()


@pytest.mark.parametrize(
    ("facts", "intent", "row"),
    [
        ({"message": "Could you show us a live demo next week?"}, "demo", "asks-for-a-demo"),
        ({"message": "Bitte um eine Vorführung vor Ort"}, "demo", "asks-for-a-demo"),
        ({"message": "デモをお願いします"}, "demo", "asks-for-a-demo"),
        ({"message": "What would it cost for 20 seats?"}, "pricing", "asks-for-prices"),
        ({"message": "Was kostet der Roboter?"}, "pricing", "asks-for-prices"),
        ({"message": "Pouvez-vous envoyer un devis ?"}, "pricing", "asks-for-prices"),
        ({"message": "製品の価格を教えてください"}, "pricing", "asks-for-prices"),
        (
            {"message": "The arm stopped working, what is the price of a repair?"},
            "support",
            "something-is-broken",
        ),
        ({"topic": "Technical support", "message": "a quote please"}, "support", "support-topic"),
        ({"message": "We would like to become a reseller in Spain"}, "partner", "wants-to-be-a-partner"),
        ({"message": "Is there a free trial?"}, "trial", "asks-for-a-trial"),
        ({"landing_page": "https://ours.example/pricing"}, "pricing", "came-by-the-prices"),
        ({"landing_page": "https://ours.example/careers/welder"}, "job", "job-page"),
        ({"landing_page": "https://ours.example/careers", "intent": "contact"}, "job", "job-page"),
        ({"message": "Is it compatible with ROS 2?"}, "product-question", "asks-about-a-product"),
        ({"offer": "Leitfaden Greifer"}, "download", "took-an-offer-to-read"),
        ({"downloads": ("/files/arm.pdf",)}, "download", "fetched-a-file"),
    ],
)
def test_what_people_write_and_where_they_come_from_says_what_they_want(
    facts: dict[str, Fact], intent: str, row: str
) -> None:
    assert asked(facts) == {"intent": intent, "intent_by": row}


@pytest.mark.parametrize(
    "facts",
    [
        {"message": "Please call me back."},
        {"message": "A priceless democracy of prizes"},
        {"landing_page": "https://ours.example/about"},
        {"intent": "demo", "landing_page": "https://ours.example/pricing"},  # they said so
        {},
    ],
)
def test_what_says_nothing_is_nothing(facts: dict[str, Fact]) -> None:
    assert asked(facts) == {}


def test_prices_that_were_looked_at_long_ago_say_nothing() -> None:
    def seen(ago: timedelta) -> dict[str, Fact]:
        return {"pages": ("/", "/pricing"), "engagement.last": (NOW - ago).isoformat()}

    assert asked(seen(timedelta(days=2)))["intent"] == "pricing"
    assert asked(seen(timedelta(days=30))) == {}


def asked(facts: dict[str, Fact]) -> dict[str, Fact]:
    assert RULES.deriving is not None
    return RULES.deriving.derived(RULES.with_derived(facts, (), NOW), NOW)
