"""What became of a turn, in sentences: given, asked for, or not, and why not."""

import pytest
from msgspec.structs import replace

from firstright.core.lead import Act, Cause, Spent
from firstright.core.pools import LEAD
from firstright.core.why.creditwords import not_given, turns
from firstright.core.why.explanation import redacted
from firstright.core.why.sentences import sentences
from routing import CATCH_ALL, HOUR, MONDAY, TO_SDR, explained, lead, owned, policy, world

RULES = policy(TO_SDR, CATCH_ALL)
SPENT = Spent("kim", "sdr", "main", LEAD, MONDAY, 20, 0)
HERS = replace(lead(), **{"rule": "to-sdr", **owned("kim")})


def told(cause: Cause, act: Act) -> list[str]:
    said = sentences(explained(RULES, replace(HERS, act=act), world(as_of=MONDAY + HOUR), cause))
    return [said[0], *[line for line in said[1:] if "turn in" in line or line.startswith("No turn")]]


def test_who_gave_it_back_and_what_came_of_their_turn() -> None:
    assert told(Cause.RETURNED, Act(by="kim", reason="spam", spent=SPENT)) == [
        "Kim Larsen gave this lead back (spam). A person must decide about this lead (suspected junk).",
        "A turn in Sales development goes back to Kim Larsen.",
    ]
    assert told(Cause.RETURNED, Act(by="kim", reason="wrong-territory", spent=SPENT)) == [
        "Kim Larsen gave this lead back (wrong territory). Noor Haddad owns this lead because rule “Everybody to sales "
        "development” matched and it was their turn in Sales development.",
        "A turn in Sales development goes back to Kim Larsen.",
    ]


@pytest.mark.parametrize(
    ("reason", "spent", "line"),
    [
        (
            "invalid-contact",
            SPENT,
            "A turn in Sales development is to come back to Kim Larsen once somebody agrees.",
        ),
        (
            "spam",
            replace(SPENT, back=2),
            "No turn comes back to Kim Larsen in Sales development: as much as the policy allows has been given back "
            "this month.",
        ),
        (
            "spam",
            replace(SPENT, cost=LEAD * 9 // 10),
            "0.9 of a turn in Sales development goes back to Kim Larsen.",
        ),
    ],
)
def test_a_turn_that_waits_and_one_that_is_not_given(reason: str, spent: Spent, line: str) -> None:
    assert told(Cause.DECLINED, Act(by="kim", reason=reason, spent=spent))[1:] == [line]


def test_who_agreed_to_it_or_that_it_was_found_so() -> None:
    agreed = replace(SPENT, approved=True)
    line = "A turn in Sales development goes back to Kim Larsen."
    assert told(Cause.CORRECTED, Act(by="ada", reason="no-show", spent=agreed)) == [
        "Ada Krüger agreed: a turn goes back (no show), and this lead stays with Kim Larsen.",
        line,
    ]
    found = Act(by="firstright", called="firstright", reason="invalid-contact", spent=agreed)
    assert told(Cause.CORRECTED, found) == [
        "It was found to be so: a turn goes back (invalid contact), and this lead stays with Kim Larsen.",
        line,
    ]


def test_a_colleague_reads_of_another_rep() -> None:
    act = Act(by="kim", reason="spam", spent=SPENT)
    whole = explained(RULES, replace(HERS, act=act), world(as_of=MONDAY + HOUR), Cause.DECLINED)
    said = sentences(redacted(whole, "noor"))
    assert "A turn in Sales development goes back to another rep." in said
    assert not [line for line in said if "Kim" in line]


def test_numbers_are_told_to_hundredths_and_a_persons_no_as_it_is() -> None:
    assert [turns(n * LEAD // 100) for n in (100, 50, 90, 200, 150)] == [
        "A turn",
        "0.5 of a turn",
        "0.9 of a turn",
        "2 turns",
        "1.5 turns",
    ]
    assert not_given("you were late") == "you were late"
    assert not_given("") == "no reason was given"
