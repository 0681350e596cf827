"""What the sender of a lead is told: identifiers, owner, reason, next action, expected response, problems."""

from datetime import datetime

import msgspec

from firstright.core.clean.problem import Problem
from firstright.core.decision import Decision, TaskGiven
from firstright.core.lead import HolderKind
from firstright.core.roster import Roster


class Person(msgspec.Struct, frozen=True):
    id: str
    name: str


class Action(msgspec.Struct, frozen=True):
    action: str
    channel: str
    due: datetime


class LeadReply(msgspec.Struct, frozen=True):
    """The body of a 200, 201 or 202. `next_at` is when something happens by itself; null once the lead is closed. What is
    quarantined is no lead yet, and `lead` is empty."""

    lead: str
    outcome: str
    owner: Person | None
    reason: str
    next_action: Action | None
    expected_response: datetime | None
    next_at: datetime | None
    repeat: bool
    decision: str | None
    problems: tuple[Problem, ...]


_encode = msgspec.json.Encoder().encode


def body(
    lead: str, decision_id: str, decision: Decision, roster: Roster, problems: tuple[Problem, ...]
) -> bytes:
    holder = decision.holder.id
    task = next((e for e in decision.effects if isinstance(e, TaskGiven) and e.rep == holder), None)
    return _encode(
        LeadReply(
            lead=lead,
            outcome=decision.outcome,
            owner=_owner(decision, roster),
            reason=decision.reason,
            next_action=Action(task.action, task.channel, task.due) if task else None,
            expected_response=decision.expected_at,
            next_at=decision.next_at,
            repeat=decision.reason == "repeat-enquiry",
            decision=decision_id,
            problems=problems,
        )
    )


def pending_body(lead: str, at: datetime, problems: tuple[Problem, ...]) -> bytes:
    """The arrival is kept, the decision is due: 202."""
    return _encode(LeadReply(lead, "pending", None, "undecided", None, None, at, False, None, problems))


def aside_body(kind: str, problems: tuple[Problem, ...]) -> bytes:
    """The arrival is kept in quarantine, for it lacks what a lead of its type must say: 202, and no lead."""
    reason = f"type:{kind}"
    return _encode(LeadReply("", "quarantined", None, reason, None, None, None, False, None, problems))


def _owner(decision: Decision, roster: Roster) -> Person | None:
    if decision.holder.kind is not HolderKind.REP:
        return None
    rep = roster.reps.get(decision.holder.id)
    return Person(decision.holder.id, rep.name if rep else "")


def mismatch_body() -> bytes:
    """RFC 9457: the same key was used before with other content."""
    return _encode(
        {
            "type": "about:blank",
            "title": "This key was already used with another body",
            "status": 422,
            "errors": [
                {
                    "pointer": "",
                    "code": "idempotency.mismatch",
                    "reason": "the same Idempotency-Key or (source, event id) came before with other content; nothing was changed",
                }
            ],
        }
    )
