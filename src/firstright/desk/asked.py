"""An act on a lead as a person wrote it down: one shape for the command line and the control door. It becomes the desk's work."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal, assert_never

import msgspec

from firstright.core.authority import Actor, Role
from firstright.core.lead import Fact
from firstright.core.leadtypes import TASK_CHANNEL
from firstright.core.rules.fields import CATALOGUE
from firstright.desk import Desk
from firstright.desk.acting import Accept, Acted, Claim, Decline, LogEngagement, LogTouch, OnLead, Return
from firstright.desk.arrival import Source, cleaned
from firstright.desk.assigning import Reassign, Reroute
from firstright.desk.converted import Convert
from firstright.desk.handover import AcceptOffer, DeclineOffer, HandOver, TakeBack
from firstright.desk.learning import LearnFacts
from firstright.desk.meetings import BookMeeting, CancelMeeting, MeetingHeld, MeetingMissed, MoveMeeting
from firstright.desk.merging import Merge, Unmerge
from firstright.desk.moving import MoveStatus, SetRole
from firstright.desk.tasking import AddTask, EndTask, PutOffTask
from firstright.errors import NotFound, Refused
from firstright.intake.shape import Shape
from firstright.storage import tasks
from firstright.storage.tasks import Task

LONGEST_NOTE = 2_000


class ActAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be done to which lead. Only what the verb needs is filled; `facts` are texts, as they were typed."""

    verb: Literal[
        "accept",
        "claim",
        "decline",
        "return",
        "touch",
        "engaged",
        "learn",
        "reassign",
        "reroute",
        "merge",
        "unmerge",
        "hand-over",
        "accept-offer",
        "decline-offer",
        "take-back",
        "move",
        "role",
        "convert",
        "task",
        "task-done",
        "task-later",
        "book",
        "meeting-move",
        "meeting-cancel",
        "meeting-held",
        "meeting-no-show",
    ]
    lead: str
    rep: str = ""
    to: str = ""
    reason: str = ""
    channel: str = ""
    result: str = ""
    kind: str = ""
    what: str = ""
    note: str = ""
    at: datetime | None = None
    epoch: int | None = None
    facts: dict[str, str] = {}
    met: tuple[str, ...] = ()
    role: str = ""
    deal: str = ""
    amount: int | None = None


def done(desk: Desk, asked: ActAsked, *, by: str) -> Acted:
    """Raises NotFound, Superseded, or Refused with everything that is wrong with it; nothing is changed then."""
    if asked.verb in ("task-done", "task-later") and not asked.lead:
        return desk.act(_work(desk, asked, by))  # the task says whose it is
    if not _is_id(asked.lead):
        raise NotFound(f"lead {asked.lead[:80]}")
    if len(asked.note) > LONGEST_NOTE:
        raise Refused([f"note: has at most {LONGEST_NOTE:,} characters"])
    return desk.act(_work(desk, asked, by))


def _is_id(text: str) -> bool:
    digits = text.replace("-", "")
    places = [place for place, c in enumerate(text) if c == "-"]
    return len(digits) == 32 and places == [8, 13, 18, 23] and set(digits) <= set("0123456789abcdef")


_YES: dict[str, type[Accept] | type[Claim] | type[AcceptOffer]] = {
    "accept": Accept,
    "claim": Claim,
    "accept-offer": AcceptOffer,
}
_NO: dict[str, type[Decline] | type[DeclineOffer]] = {
    "decline": Decline,
    "return": Return,
    "decline-offer": DeclineOffer,
}
_HOW_IT_WENT = {
    "meeting-cancel": CancelMeeting,
    "meeting-held": MeetingHeld,
    "meeting-no-show": MeetingMissed,
}


def _work(desk: Desk, asked: ActAsked, by: str) -> OnLead:
    lead, epoch = asked.lead, asked.epoch
    match asked.verb:
        case "accept" | "claim" | "accept-offer":
            return _YES[asked.verb](lead, asked.rep, epoch=epoch)
        case "decline" | "return" | "decline-offer":
            return _NO[asked.verb](lead, asked.rep, asked.reason, note=asked.note, epoch=epoch)
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
            return LogEngagement(lead, asked.rep or by, asked.kind, what=asked.what, at=asked.at)
        case "learn":
            return LearnFacts(lead, _facts(desk, asked.facts), asked.rep or by)
        case "reassign":
            return Reassign(lead, operator(by), asked.to, asked.reason, epoch=epoch)
        case "reroute":
            return Reroute(lead, operator(by), asked.reason, epoch=epoch)
        case "merge":
            return Merge(lead, asked.to, operator(by), asked.reason, epoch=epoch)
        case "unmerge":
            return Unmerge(lead, operator(by), asked.reason, epoch=epoch)
        case "hand-over":
            notes = tuple(asked.facts.items())
            return HandOver(lead, asked.rep, asked.kind, to=asked.to, notes=notes, epoch=epoch)
        case "take-back":
            notes = tuple(asked.facts.items())
            actor = None if asked.rep else operator(by)
            return TakeBack(lead, asked.rep or by, reason=asked.reason, notes=notes, actor=actor, epoch=epoch)
        case "move":
            return _move(desk, asked, _whose(asked.rep, by))
        case "role":
            return SetRole(lead, _whose(asked.rep, by), asked.role, asked.to, epoch=epoch)
        case "task":
            return _task(asked, by)
        case "task-done":
            return EndTask(_the_task(desk, asked), _whose(asked.rep, by), asked.kind or "done")
        case "task-later":
            due = asked.at or timedelta(minutes=asked.amount or 0)
            return PutOffTask(_the_task(desk, asked), _whose(asked.rep, by), due)
        case "convert":
            whose = _whose(asked.rep, by)
            return Convert(lead, whose, deal=asked.deal, amount=asked.amount, epoch=epoch)
        case "book":
            return BookMeeting(lead, asked.rep or by, asked.kind, _when(asked), epoch=epoch)
        case "meeting-move":
            return MoveMeeting(lead, asked.rep or by, _when(asked))
        case "meeting-cancel" | "meeting-held" | "meeting-no-show":
            return _HOW_IT_WENT[asked.verb](lead, asked.rep or by, reason=asked.reason)
        case _:
            assert_never(asked.verb)


def _when(asked: ActAsked) -> datetime:
    if asked.at is None:
        raise Refused(["at: says when it begins, such as 2026-03-01T09:30:00Z"])
    return asked.at.astimezone(UTC)


def _task(asked: ActAsked, by: str) -> AddTask:
    """Due at an instant, else so many minutes of business time from now."""
    due = asked.at or timedelta(minutes=asked.amount or 0)
    channel = asked.channel or TASK_CHANNEL
    return AddTask(
        asked.lead, asked.rep or by, asked.what, due, channel=channel, rep=asked.to, epoch=asked.epoch
    )


def _the_task(desk: Desk, asked: ActAsked) -> Task:
    """Named by `what`. NotFound where the lead has none of that name."""
    with desk.read() as tx:
        task = tasks.one(tx, asked.what) if _is_id(asked.what) else None
    if task is None or (asked.lead and task.lead_id != asked.lead):
        raise NotFound(f"task {asked.what[:80]}")
    return task


def _move(desk: Desk, asked: ActAsked, actor: Actor) -> MoveStatus:
    facts = _facts(desk, asked.facts) if asked.facts else None
    return MoveStatus(
        asked.lead,
        actor,
        asked.to,
        reason=asked.reason,
        met=asked.met,
        note=asked.note,
        facts=facts,
        epoch=asked.epoch,
    )


def _whose(rep: str, by: str) -> Actor:
    """The rep on whose behalf it is done, else whoever gives commands here."""
    return Actor(rep, rep, Role.REP, rep) if rep else operator(by)


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
    clean = cleaned(raw, Source("", allow_extra=False), policy, texts=True, whole=False)
    wrong += [f"{problem.pointer[1:]}: {problem.reason} (got {problem.got})" for problem in clean.problems]
    if wrong:
        raise Refused(wrong)
    if "source" not in raw:
        clean.facts.pop("source", None)
    return clean.facts


def _stranger(name: str, shape: Shape) -> str:
    if name in shape.read_only:
        return "is set by this service, never by a sender"
    near = shape.nearest(name)
    return f"is no field of this service{f'; did you mean {near}?' if near else ''}"
