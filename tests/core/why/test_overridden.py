"""What was decided by hand, told: who, what, in which words, and what stood against it."""

import msgspec
import pytest

from firstright.core.lead import NOBODY, Act, Cause, Chosen, Holder, HolderKind, Lead, Outcome
from firstright.core.why.explanation import redacted
from firstright.core.why.sentences import sections, sentences
from firstright.core.why.verdicts import verdict_sentence
from routing import (
    ADA,
    CATCH_ALL,
    DAY,
    KIM,
    MONDAY,
    TO_SDR,
    explained,
    lead,
    owned,
    policy,
    rep,
    roster,
    world,
)

RULES = policy(TO_SDR, CATCH_ALL)
MARA = "0190a000-0000-7000-8000-00000000abcd"


def kims(chosen: Chosen, *, by: str = MARA, reason: str = "she knows them", **fields: object) -> Lead:
    act = Act(by=by, called="Mara Diaz" if by == MARA else "", reason=reason, chosen=chosen)
    return msgspec.structs.replace(lead(), **{"rule": "to-sdr", "act": act, **owned("kim"), **fields})


OVER = {"outcome": Outcome.REJECTED, "holder": NOBODY}


@pytest.mark.parametrize(
    ("subject", "sentence"),
    [
        (kims(Chosen(Outcome.OWNER, "noor")), "Mara Diaz gave this lead to Noor Haddad by hand: “she knows them”."),
        (
            kims(Chosen(Outcome.OWNER, "noor"), by="ada", reason="two\nlines"),
            "Ada Krüger gave this lead to Noor Haddad by hand: “two lines”.",
        ),
        (
            kims(Chosen(Outcome.OWNER, "noor"), **OVER),
            "A new cycle of this lead begins. Mara Diaz gave this lead to Noor Haddad by hand: “she knows them”.",
        ),
        (
            kims(Chosen(Outcome.OWNER, "kim")),
            "Nothing changed: Kim Larsen keeps this lead because they have it already.",
        ),
        (
            kims(Chosen(Outcome.PENDING), reason="Germany, not Georgia"),
            "Nothing changed: Kim Larsen keeps this lead because the rules send it to where it is.",
        ),
        (
            kims(Chosen(Outcome.PENDING), reason="Germany, not Georgia", holder=Holder(HolderKind.REP, "zoe")),
            "Mara Diaz had the rules decide once more: “Germany, not Georgia”. Kim Larsen owns this lead because rule "
            "“Everybody to sales development” matched and it was their turn in Sales development.",
        ),
        (
            kims(Chosen(Outcome.NURTURE, until=MONDAY + 30 * DAY)),
            "Mara Diaz sent this lead to nurture until Wed 1 Apr 11:00 Berlin: “she knows them”.",
        ),
        (kims(Chosen(Outcome.REJECTED)), "Mara Diaz rejected this lead: “she knows them”."),
        (
            kims(Chosen(Outcome.CLOSED, why="no-budget")),
            "Mara Diaz closed this lead (no budget): “she knows them”.",
        ),
    ],
)  # fmt: skip
def test_the_first_sentence_says_who_decided_and_why(subject: Lead, sentence: str) -> None:
    assert verdict_sentence(explained(RULES, subject, world(), Cause.OVERRIDDEN)) == sentence


def test_what_stood_against_it_is_said_and_no_rule_is_told_of() -> None:
    away = rep(
        "Noor Haddad",
        'capacity = 1\nabsences = [{ type = "vacation", from = "2026-03-01", until = "2026-03-20" }]',
    )
    where = world(roster(ADA, KIM, away), loads={"noor": 3})
    told = dict(sections(explained(RULES, kims(Chosen(Outcome.OWNER, "noor")), where, Cause.OVERRIDDEN)))
    assert list(told) == ["", "What stood against it", "What follows"]
    assert told["What stood against it"] == [
        "Noor Haddad gets it all the same: vacation until Fri 20 Mar 00:00 Berlin; full, 3 of 1 open leads."
    ]


def test_the_reason_of_what_changed_nothing_is_told_beneath() -> None:
    told = dict(sections(explained(RULES, kims(Chosen(Outcome.OWNER, "kim")), world(), Cause.OVERRIDDEN)))
    assert told["What happened"] == ["The reason given: “she knows them”."]


def test_only_who_got_the_lead_reads_why_they_were_chosen() -> None:
    whole = explained(
        RULES, kims(Chosen(Outcome.OWNER, "noor"), reason="Kim is ill"), world(), Cause.OVERRIDDEN
    )
    for name, reads in (("noor", True), ("omar", False)):
        said = " ".join(sentences(redacted(whole, name)))
        assert (("Kim is ill" in said), "Mara" in said) == (reads, False)
