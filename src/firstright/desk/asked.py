"""An act on a lead as a person wrote it down: one shape for the command line and the control door. It becomes the desk's work."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, assert_never

import msgspec

from firstright.core.authority import Actor, Role
from firstright.core.lead import Fact
from firstright.core.rules.fields import CATALOGUE
from firstright.desk import Desk
from firstright.desk.acting import (
    Accept,
    Acted,
    Claim,
    Decline,
    LearnFacts,
    LogEngagement,
    LogTouch,
    OnLead,
    Return,
)
from firstright.desk.arrival import Source, cleaned
from firstright.desk.assigning import Reassign, Reroute
from firstright.errors import NotFound, Refused
from firstright.intake.shape import Shape

LONGEST_NOTE = 2_000


class ActAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be done to which lead. Only what the verb needs is filled; `facts` are texts, as they were typed."""

    verb: Literal["accept", "claim", "decline", "return", "touch", "engaged", "learn", "reassign", "reroute"]
    lead: str
    rep: str = ""
    to: str = ""
    reason: str = ""
    channel: str = ""
    result: str = ""
    kind: str = ""
    note: str = ""
    at: datetime | None = None
    epoch: int | None = None
    facts: dict[str, str] = {}


def done(desk: Desk, asked: ActAsked, *, by: str) -> Acted:
    """Raises NotFound, Superseded, or Refused with everything that is wrong with it; nothing is changed then."""
    if not _is_id(asked.lead):
        raise NotFound(f"lead {asked.lead[:80]}")
    if len(asked.note) > LONGEST_NOTE:
        raise Refused([f"note: has at most {LONGEST_NOTE:,} characters"])
    return desk.act(_work(desk, asked, by))


def _is_id(text: str) -> bool:
    digits = text.replace("-", "")
    places = [place for place, c in enumerate(text) if c == "-"]
    return len(digits) == 32 and places == [8, 13, 18, 23] and set(digits) <= set("0123456789abcdef")


def _work(desk: Desk, asked: ActAsked, by: str) -> OnLead:
    lead, epoch = asked.lead, asked.epoch
    match asked.verb:
        case "accept":
            return Accept(lead, asked.rep, epoch=epoch)
        case "claim":
            return Claim(lead, asked.rep, epoch=epoch)
        case "decline":
            return Decline(lead, asked.rep, asked.reason, note=asked.note, epoch=epoch)
        case "return":
            return Return(lead, asked.rep, asked.reason, note=asked.note, epoch=epoch)
        case "touch":
            return LogTouch(
                lead,
                asked.rep,
                asked.channel,
                result=asked.result,
                note=asked.note,
                at=asked.at,
                epoch=epoch,
            )
        case "engaged":
            return LogEngagement(lead, asked.rep or by, asked.kind, at=asked.at)
        case "learn":
            return LearnFacts(lead, _facts(desk, asked.facts), asked.rep or by)
        case "reassign":
            return Reassign(lead, operator(by), asked.to, asked.reason, epoch=epoch)
        case "reroute":
            return Reroute(lead, operator(by), asked.reason, epoch=epoch)
        case _:
            assert_never(asked.verb)


def operator(by: str) -> Actor:
    """Who gives commands on this machine, or holds a key for it, does what operations may."""
    return Actor(by, by, Role.OPERATIONS)


def _facts(desk: Desk, raw: Mapping[str, str]) -> dict[str, Fact]:
    """Cleaned and mapped as a file's cells are. Raises Refused with every field that is none and every value that is none."""
    if desk.policy is None:
        desk.warm()
    policy = desk.policy
    shape = Shape.of(policy.policy.catalogue if policy else CATALOGUE)
    wrong = [
        f"{name[:80]}: {_stranger(name, shape)}"
        for name in raw
        if name not in shape.types or name == "event_id"
    ]
    facts, problems = cleaned(raw, Source("", allow_extra=False), policy, texts=True)
    wrong += [f"{problem.pointer[1:]}: {problem.reason} (got {problem.got})" for problem in problems]
    if wrong:
        raise Refused(wrong)
    if "source" not in raw:
        facts.pop("source", None)
    return facts


def _stranger(name: str, shape: Shape) -> str:
    if name in shape.read_only:
        return "is set by this service, never by a sender"
    near = shape.nearest(name)
    return f"is no field of this service{f'; did you mean {near}?' if near else ''}"
