"""The reference of the policy file names everything there is, and its webhook is the one that is sent."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from firstright.core.documents.letters import tellings
from firstright.core.documents.mergefields import EXTRA
from firstright.core.messages import About, rendered
from firstright.core.policy import EVENTS
from firstright.core.servicelevels import LADDER_STEPS
from routing import CATCH_ALL, TO_SDR, policy, rep, roster

PAGE = (Path(__file__).parents[2] / "docs" / "policy.md").read_text("utf-8")
RULES = policy(TO_SDR, CATCH_ALL).policy
LIMITS = ("priority_queue", "max_hops", "max_improvements", "improve_within", "backdate", "lock")


def test_every_event_rung_key_and_merge_field_is_explained() -> None:
    wanted = [*EVENTS, *LADDER_STEPS, *tellings(RULES), *LIMITS, *(f"{{{field}}}" for field in EXTRA)]
    assert [word for word in wanted if f"`{word}`" not in PAGE] == []


def test_the_webhook_shown_is_the_one_that_is_sent() -> None:
    at = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
    about = About(
        event="lead.missed",
        at=at,
        cause="sla-missed",
        outcome="owner",
        reason="rule:to-sdr",
        rule="to-sdr",
        holder_kind="rep",
        holder="kim",
        previous="noor",
        epoch=2,
        cycle=1,
        priority=10,
        due=at,
        clock="owner",
        percent=100,
    )
    team = roster(
        rep("Kim Larsen", 'email = "kim@ours.example"'), rep("Noor Haddad", 'email = "noor@ours.example"')
    )
    facts = {"employees": 500, "company": "Navy"}
    sent = rendered(
        None, about, facts, medium="webhook", delivery="d1", lead="l1", policy=RULES, roster=team, link=""
    )
    shown = re.search(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert shown is not None
    assert json.dumps(json.loads(sent.body)) == json.dumps(json.loads(shown[1]))
