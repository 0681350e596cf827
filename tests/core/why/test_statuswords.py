"""What is said of a lead's way through the pipeline: who moved, won, lost or disqualified it, and what no longer opens it."""

import msgspec
import pytest

from firstright.core.lead import NOBODY, Act, Cause, Lead, Outcome
from firstright.core.pipeline import Converted, Moved, RoleGiven
from firstright.core.why.verdicts import verdict_sentence
from routing import CATCH_ALL, TO_SDR, explained, lead, owned, policy, world

RULES = policy(TO_SDR, CATCH_ALL)


def said(cause: Cause, act: Act, **fields: object) -> str:
    subject: Lead = msgspec.structs.replace(lead(), **{**owned("kim", act=act), **fields})
    return verdict_sentence(explained(RULES, subject, world(), cause))


@pytest.mark.parametrize(
    ("cause", "act", "sentence"),
    [
        (
            Cause.QUALIFIED,
            Act(by="kim", reason="by phone", moved=Moved("qualified")),
            "Kim Larsen moved this lead to qualified: “by phone”.",
        ),
        (Cause.OVERRIDDEN, Act(by="kim", moved=Moved("won")), "Kim Larsen won this lead."),
        (
            Cause.OVERRIDDEN,
            Act(by="kim", reason="too dear", moved=Moved("lost")),
            "Kim Larsen lost this lead: “too dear”.",
        ),
        (
            Cause.OVERRIDDEN,
            Act(by="kim", moved=Moved("disqualified", "no-need")),
            "Kim Larsen disqualified this lead (no need).",
        ),
        (
            Cause.OVERRIDDEN,
            Act(by="kim", role=RoleGiven("ae", "zoe")),
            "Kim Larsen changed who is ae of this lead; it stays with Kim Larsen.",
        ),
        (
            Cause.CRM_CHANGED,
            Act(by="kim", converted=Converted("c1")),
            "Kim Larsen made this lead a contact; it stays with Kim Larsen.",
        ),
    ],
)
def test_who_did_what_is_said(cause: Cause, act: Act, sentence: str) -> None:
    assert said(cause, act) == sentence


def test_what_does_not_open_a_lost_lead_is_named() -> None:
    over = {"outcome": Outcome.CLOSED, "holder": NOBODY, "status": "lost"}
    assert said(Cause.ACCEPTED, Act(by="kim"), **over) == (
        "Nothing changed: this lead is lost, and what came (accepted) does not open it again."
    )
