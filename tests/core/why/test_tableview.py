"""The tables of a policy as sentences: rows in the order they are asked, words by their first, types by what they must say."""

from firstright.core.why.tableview import CHECKS, RowView, TableView, TypeView, tables, types
from routing import CATCH_ALL, TO_SDR, policy

TABLES = """
[[intent]]
id = "words"
is = "pricing"
words = ["a", "b", "c", "d", "e", "f", "g", "h"]
words_in = ["title"]
when = { country = "DE" }

[[intent]]
id = "first"
is = "job"
when = { landing_page = { contains = "/jobs" } }
over = true

[[junk]]
id = "friends"
is = "none"
when = { domain = "friend.example" }

[[segment]]
id = "rest"
is = "smb"

[types.any]
required = { new = ["email"], qualified = ["employees", "country"] }
hold = "30min"
ask = "kim"

[types.referral]
required = ["company"]
quarantine = true
"""
WHOLE = policy('[[lead_type]]\nid = "r"\nis = "referral"\nwords = ["referred"]\n' + TABLES, TO_SDR, CATCH_ALL)


def test_each_row_is_a_sentence_in_the_order_in_which_it_is_asked() -> None:
    kind, junk, intent, segment = tables(WHOLE.policy)
    assert kind == TableView(
        "lead_type", "lead type", (RowView("r", "referral", "somebody writes “referred”"),)
    )
    assert intent.rows == (
        RowView("first", "job", "landing page contains /jobs, whatever the sender said"),
        RowView(
            "words",
            "pricing",
            "somebody writes “a”, “b”, “c”, “d”, “e”, “f” or one of 2 more in title and country is DE",
        ),
    )
    assert segment.rows == (RowView("rest", "smb", "nothing above it holds"),)
    assert [row.id for row in junk.rows] == ["friends", CHECKS]
    assert junk.rows[0] == RowView("friends", "none", "domain is friend.example")


def test_what_leads_of_a_type_must_say() -> None:
    assert types(WHOLE.policy) == (
        TypeView(
            "any",
            (
                "When it comes it must say e-mail.",
                "By qualified it must say employees, country.",
                "It waits 30min for it, and kim is asked.",
            ),
        ),
        TypeView("referral", ("When it comes it must say company.", "Without it, it stays in quarantine.")),
    )


def test_a_policy_without_tables_has_none() -> None:
    assert tables(policy(TO_SDR, CATCH_ALL).policy) == ()
