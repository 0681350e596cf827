"""The tables that say what a lead is: read row by row, and judged for rows that nobody reaches."""

from firstright.core.deriving import Derivation
from firstright.core.documents.lint import load
from firstright.core.junk import CHECKS, NO_CHECKS, SHIPPED, JunkChecks
from firstright.core.rules.conditions import AllOf, Op, Test
from marked import HEAD, expected, placed, policy_findings, sound_policy

TABLES = """
[[segment]]
id = "top"
is = "enterprise"
when = { employees = { min = 1000 } }

[[intent]]
id = "pricing"
is = "pricing"
when = { landing_page = { contains = "/pricing" } }
words = ["price", "how much"]
words_in = ["message", "title"]
over = true

[[junk]]
id = "rivals"
is = "competitor"
lists = ["rivals"]

[[junk]]
id = "friends"
is = "none"
lists = "friends"

[lists]
rivals = "7d1f"
"""

WRONG = """
[[junk]]
id = "a"
is = "spamm"  #! derivation.value
words = ["?!"]  #! derivation.word

[[intent]]
id = "b"
is = "demo"
when = { compny = "Acme" }  #! condition.unknown_field
words = ["demo"]
words_in = ["employees", "massage"]  #! derivation.words_in derivation.words_in

[[intent]]  #! key.missing
id = "b"  #! intent.duplicate
when = { segment = "smb", score = { min = 3 } }  #! derivation.circle derivation.circle

[[segment]]
id = "c"
is = "none"
over = true  #! derivation.over_nothing
words_in = ["title"]  #! key.no_effect

[[segment]]  #! key.missing
id = "d"
iz = "smb"  #! key.unknown
"""

RULE = (
    '\n[queues.desk]\n\n[[rule]]\nid = "rest"\ntier = "all"\nwhen = { JUNK }\nsend_to = { queue = "desk" }\n'
)


def test_rows_are_read_field_by_field_in_the_order_they_are_derived() -> None:
    found = sound_policy(TABLES.replace('[lists]\nrivals = "7d1f"\n', ""))
    assert found.derivations == (
        Derivation("rivals", "junk", "competitor", lists=("rivals",)),
        Derivation("friends", "junk", "none", lists=("friends",)),
        Derivation(
            "pricing",
            "intent",
            "pricing",
            Test("landing_page", Op.CONTAINS, ("/pricing",)),
            ("price", "how much"),
            words_in=("message", "title"),
            over=True,
        ),
        Derivation("top", "segment", "enterprise", Test("employees", Op.MIN, (1000,))),
    )
    assert found.derivations[0].when == AllOf()


def test_what_does_not_read_well_is_told_where_it_stands() -> None:
    found, wanted = policy_findings(WRONG)
    assert sorted(found) == sorted(wanted)


def test_the_shipped_checks_run_where_somebody_asks_about_junk() -> None:
    asked = RULE.replace("JUNK", "junk = { missing = true }")
    assert sound_policy(RULE.replace("JUNK", "")).junk == NO_CHECKS
    assert sound_policy(asked).junk == SHIPPED
    assert sound_policy('[[junk]]\nid = "x"\nis = "other"\nwords = ["x"]\n').junk == SHIPPED


def test_the_shipped_checks_can_be_switched_off_on_and_chosen() -> None:
    def checks(said: str) -> JunkChecks:
        found, _, _ = load(HEAD + said + RULE.replace("JUNK", ""))
        assert found is not None
        return found.junk

    assert checks("shipped_junk = true\n") == SHIPPED
    assert checks("shipped_junk = false\n") == NO_CHECKS
    assert checks('shipped_junk = ["student", "own-staff"]\nown_domains = ["Acme.example"]\n') == JunkChecks(
        ("own-staff", "student"), ("acme.example",)
    )


def test_a_check_there_is_none_of_and_domains_that_are_everybodys_are_refused() -> None:
    text = (
        HEAD
        + 'shipped_junk = ["studnet"]  #! junk.unknown_check\nown_domains = ["gmail.com", "acme"]  #! own_domains.invalid own_domains.shared\n'
        + RULE.replace("JUNK", "")
    )
    assert sorted(placed(load(text)[2])) == sorted(expected(text))
    assert "student" in CHECKS


UNREACHED = """
[lists]
rivals = "7d1f"

[[junk]]
id = "rivals"
is = "competitor"
lists = ["rivals", "nobody"]  #! list.unknown

[[intent]]
id = "words"
is = "pricing"
words = ["price", "cost"]

[[intent]]  #! derivation.unreachable
id = "fewer-words"
is = "demo"
when = { country = "DE" }
words = ["cost"]

[[intent]]
id = "elsewhere"
is = "demo"
words = ["cost"]
words_in = ["title"]

[[intent]]
id = "page"
is = "pricing"
when = { landing_page = { contains = "/pricing" } }

[[intent]]  #! derivation.unreachable
id = "deeper-page"
is = "demo"
when = { landing_page = { contains = "/pricing/de" }, country = "DE" }

[[intent]]
id = "over-it"
is = "job"
when = { landing_page = { contains = "/pricing/jobs" } }
over = true

[[intent]]
id = "never"
is = "job"
when = { employees = { min = 5 }, any = [{ employees = { max = 3 } }] }  #! derivation.contradiction
"""


def test_rows_that_nobody_reaches_are_told_with_the_row_that_takes_theirs() -> None:
    text = HEAD + RULE.replace("JUNK", "").replace("[queues.desk]", UNREACHED + "[queues.desk]")
    findings = load(text)[2]
    told = [f for f in placed(findings) if f[1].startswith(("derivation", "list."))]
    assert told == expected(text)
    unreached = [f.text for f in findings if f.code == "derivation.unreachable"]
    assert unreached == [
        'The row is never reached: "words" holds for every lead it holds for.',
        'The row is never reached: "page" holds for every lead it holds for.',
    ]


TYPES = """
[[lead_type]]
id = "referred"
is = "partner"

[types.partner]
required = ["email"]
hold = "5min"
ask = "nobody"  #! rep.unknown

[types.partnr]  #! type.never
required = ["email"]
"""


def test_a_type_nobody_is_of_and_somebody_who_is_not_there_are_told() -> None:
    text = HEAD + RULE.replace("JUNK", "").replace("[queues.desk]", TYPES + "[queues.desk]")
    told = placed(load(text, '[[rep]]\nid = "kim"\npools = {}\n')[2], "policy.toml")
    assert [each for each in told if each[1] in ("rep.unknown", "type.never")] == expected(text)
