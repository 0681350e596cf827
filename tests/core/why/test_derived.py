"""Why a lead is what it is, in sentences: row and word, list and domain, check, or that its sender said so."""

from firstright.core.why.derived import DerivedSaid, KindSaid
from firstright.core.why.sentences import sections, sentences
from routing import CATCH_ALL, TO_SDR, explained, lead, policy, world

TABLES = """
[[intent]]
id = "pricing-page"
is = "pricing"
when = { landing_page = { contains = "/pricing" } }

[[intent]]
id = "pricing-words"
is = "pricing"
words = ["how much"]

[[junk]]
id = "own-rule"
is = "vendor"
when = { title = "Sales" }
words = ["cheap"]

[[segment]]
id = "rest"
is = "smb"

[types.any]
required = ["phone"]
"""
RULES = policy(TABLES, TO_SDR, CATCH_ALL)


def told(**facts: str) -> list[str]:
    found = dict(sections(explained(RULES, lead(**facts), world())))
    return found.get("What it is", [])


def test_the_row_and_what_it_asks_are_named() -> None:
    assert told(landing_page="https://ours.example/pricing") == [
        "Intent: pricing, because landing page contains /pricing (row “pricing-page”).",
        "Segment: smb, because nothing above it holds (row “rest”).",
        "It lacks what leads of any type must say: phone.",
    ]


def test_the_word_is_named_where_it_was_said() -> None:
    assert told(message="How much is the arm?", phone="+49301234567")[0] == (
        "Intent: pricing, because message has “how much” (row “pricing-words”)."
    )


def test_word_and_condition_are_told_together() -> None:
    assert told(title="Sales", message="cheap links", phone="1")[0] == (
        "Junk: vendor, because message has “cheap” and title is Sales (row “own-rule”)."
    )


def test_a_shipped_check_says_what_it_found() -> None:
    assert told(email="test@acme.example", phone="1")[0] == (
        "Junk: test, because e-mail has “test” (shipped check “test-address”)."
    )


def test_what_the_sender_said_is_told_as_such() -> None:
    assert told(intent="demo", phone="1")[0] == "Intent: demo, as the sender said."


def test_a_policy_without_tables_says_nothing_of_it() -> None:
    found = explained(policy(TO_SDR, CATCH_ALL), lead(intent="demo"), world())
    assert found.kind == KindSaid()
    assert not any("demo" in line for line in sentences(found))


def test_the_data_behind_the_sentences_stands_in_the_explanation() -> None:
    assert explained(RULES, lead(landing_page="/pricing", phone="1"), world()).kind == KindSaid(
        (
            DerivedSaid("intent", "pricing", "pricing-page", because="landing page contains /pricing"),
            DerivedSaid("segment", "smb", "rest", because="nothing above it holds"),
        )
    )
