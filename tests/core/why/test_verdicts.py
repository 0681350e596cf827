"""The first sentence of an explanation, for every outcome and every kind of claim."""

import ast
from pathlib import Path

import msgspec
import pytest

from firstright import core
from firstright.core.compiled import Compiled
from firstright.core.lead import Cause, Lead, Outcome
from firstright.core.why.reasons import REASONS
from firstright.core.why.verdicts import verdict_sentence
from firstright.core.world import Candidate, World
from routing import (
    ADA,
    CATCH_ALL,
    DAY,
    HEAD,
    KIM,
    MONDAY,
    SATURDAY,
    TO_SDR,
    ZOE,
    explained,
    lead,
    owned,
    policy,
    rep,
    roster,
    world,
)  # fmt: skip

RULES = policy(TO_SDR, CATCH_ALL)
VACATION = 'absences = [{ type = "vacation", from = "2026-03-01", until = "2026-03-16", backup = "zoe" }]'
LARGE = """
[[rule]]
id = "large"
tier = "first"
name = "Large ones"
when = { employees = { min = 1000 } }
send_to = { rep = "ada" }
"""


def account(owner: str) -> list[Candidate]:
    return [Candidate("account", "acme", "domain", owner)]


FULL = roster(ADA, rep("Kim Larsen", "capacity = 0"))
EARLIER = lead(id="old")
BACK = roster(
    ADA, KIM, rep("Noor Haddad", 'absences = [{ type = "sick", from = "2026-03-01", until = "2026-03-03" }]')
)
WAITS = policy(
    CATCH_ALL, head=HEAD + '\n[[precedence]]\nstep = "account-owner"\nwhen_away = "wait"\nwait = "24h"\n'
)


def send(target: str, more: str = "") -> Compiled:
    return policy(
        f'\n[[rule]]\nid = "it"\ntier = "first"\nname = "It"\nwhen = {{}}\nsend_to = {{ {target} }}\n{more}',
        CATCH_ALL,
    )


def state(**fields: object) -> Lead:
    return msgspec.structs.replace(EARLIER, **fields)


@pytest.mark.parametrize(
    ("rules", "subject", "where", "sentence"),
    [
        (RULES, lead(), world(known=account("noor")), "Noor Haddad owns this lead because they own the account."),
        (
            RULES, lead(), world(roster(ADA, KIM, rep("Noor Haddad", VACATION), ZOE), known=account("noor")),
            "Zoe Park owns this lead because Noor Haddad owns the account but is away, and they are the backup.",
        ),
        (
            WAITS, lead(), world(BACK, known=account("noor")),
            "This lead waits for Noor Haddad, who is away, until Tue 3 Mar 10:00 Berlin at the latest.",
        ),
        (
            RULES, lead(), world(roster(ADA, KIM)),
            "Kim Larsen owns this lead because rule “Everybody to sales development” matched and only they could take it in Sales development.",
        ),
        (
            policy(TO_SDR + 'when_full = { wait = "none", overflow = "sun" }', CATCH_ALL), lead(), world(roster(ADA, ZOE)),
            "Zoe Park owns this lead because rule “Everybody to sales development” matched, nobody in Sales development could take it "
            "and only they could take it in sun.",
        ),
        (
            RULES, lead(SATURDAY), world(as_of=SATURDAY),
            "This lead waits until Mon 9 Mar 09:30 Berlin at the latest because rule “Everybody to sales development” "
            "matched and nobody in Sales development can take it now.",
        ),
        (
            policy(LARGE + 'on_unknown = "enrich-then-retry"\nenrich_for = "2min"\n', CATCH_ALL), lead(), world(),
            "This lead waits for enrichment until Mon 2 Mar 10:02 Berlin at the latest because rule “Large ones” "
            "cannot be answered yet.",
        ),
        (send('queue = "desk"'), lead(), world(), "This lead is in queue Front desk because rule “It” matched."),
        (
            send('nurture = "30d"'), lead(), world(),
            "This lead goes to nurture until Wed 1 Apr 11:00 Berlin because rule “It” matched.",
        ),
        (send('reject = "a student"'), lead(), world(), "This lead is rejected (a student) because rule “It” matched."),
        (send('support = "helpdesk"'), lead(), world(), "This lead goes to support (helpdesk) because rule “It” matched."),
        (send('partner = "Robotix"'), lead(), world(), "This lead goes to partner Robotix because rule “It” matched."),
        (
            send('review = "unclear-fit"'), lead(), world(),
            "A person must decide about this lead (unclear fit) because rule “It” matched.",
        ),
        (
            policy(TO_SDR.replace('"first"', '"last"')), lead(), world(roster(ADA)),
            "A person must decide about this lead (no dead end) because no rule took it.",
        ),
        (
            RULES, lead(), world(known=[Candidate("lead", "old", "email", "kim", lead=state(**owned("kim")))]),
            "This is a repeat enquiry: it joins lead old, which Kim Larsen owns.",
        ),
        (
            RULES, lead(), world(known=[Candidate("lead", "old", "email", "noor", False, MONDAY - DAY, lead=state(**{**owned("noor"), "outcome": Outcome.CLOSED}))]),
            "A new cycle of lead old begins. Noor Haddad owns this lead because they had this person before.",
        ),
    ],
)  # fmt: skip
def test_the_first_sentence_says_what_became_of_the_lead_and_why(
    rules: Compiled, subject: Lead, where: World, sentence: str
) -> None:
    assert verdict_sentence(explained(rules, subject, where)) == sentence


def test_a_shielded_lead_says_why_nothing_changed() -> None:
    held = msgspec.structs.replace(lead(), **owned("kim", touched=True, rule="to-sdr"))
    found = explained(RULES, held, world(), Cause.ENRICHED)
    assert verdict_sentence(found) == (
        "Nothing changed: Kim Larsen keeps this lead because it is locked or was touched, which shields it from improvement."
    )
    assert {r.verdict for r in found.rules} == {"not-reached"}
    later = explained(RULES, msgspec.structs.replace(held, touched=False), world(), Cause.ENRICHED)
    assert (
        verdict_sentence(later)
        == "Nothing changed: Kim Larsen keeps this lead because nothing that is known now gives it a better owner."
    )


def _codes_of_what_is_kept() -> set[str]:
    """Every reason that the core writes down in so many words for a lead that stays where it is."""
    sources = [ast.parse(file.read_text()) for file in Path(core.__file__).parent.rglob("*.py")]
    calls = [
        node for source in sources for node in ast.walk(source) if isinstance(node, ast.Call) and node.args
    ]
    return {
        str(call.args[1].value)
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id == "kept" and len(call.args) > 1
        if isinstance(call.args[1], ast.Constant)
    }


def test_no_reason_is_told_as_a_code() -> None:
    codes = _codes_of_what_is_kept()
    assert {"silent", "no-better"} <= codes
    assert {code for code in codes if code not in REASONS} == set()
