"""What happened to a lead, line by line: an icon, a colour, a sentence. It is told from rows, and nothing is looked up."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any  # a row of the timeline tells different things for each kind

import msgspec

from firstright.core.authority import Role
from firstright.core.why.creditwords import not_given, turns
from firstright.core.why.outreachwords import UNSURE, because, happened
from firstright.core.why.reasons import CLOCKS, UNCHANGED, reason_phrase
from firstright.core.why.sagawords import did_words
from firstright.core.why.verdicts import capital
from firstright.storage.timeline import Happened
from firstright.web.console.nextactionseen import words_of
from firstright.web.console.saying import EVENTS
from firstright.web.console.visit import Visit

OUTREACH_TONES = {"sent": "good", "stopped": "warn", "opted-out": "warn", "skipped": "warn", "failed": "bad"}
_decode = msgspec.json.Decoder(dict[str, Any]).decode
UNSAID = 5  # minutes between what happened and its being logged, of which nobody need hear


class Line(msgspec.Struct, frozen=True):
    at: datetime
    icon: str
    tone: str
    text: str
    note: str = ""
    decision: str = ""  # one can ask why
    of: str = ""  # the merged lead it happened to


def told(visit: Visit, happened: Iterable[Happened], facts: Mapping[str, object]) -> list[Line]:
    """Newest first. A clock and a task are told where they began or are due; a decision that gave the lead to somebody is
    told by its holder line."""
    lines = []
    for each in happened:
        line = _line(visit, each, _decode(each.told), facts)
        if line is not None:
            line = msgspec.structs.replace(line, text=capital(line.text))
            lines.append(msgspec.structs.replace(line, of=each.of, decision="") if each.of else line)
    return lines


def _line(visit: Visit, each: Happened, data: dict[str, Any], facts: Mapping[str, object]) -> Line | None:
    match each.kind:
        case "arrival":
            return Line(each.at, "inbox", "accent", f"Arrived from {data['source']}", _label(data["label"]))
        case "decision":
            why = reason_phrase(data["reason"], visit.policy.policy) if visit.policy else data["reason"]
            return Line(each.at, "git-commit-horizontal", "", _decision(data), f"because {why}", each.name)
        case "holder":
            to = _who(visit, data["holder_kind"], data["holder_id"])
            since = ", accepted" if data["accepted_at"] else ""
            return Line(each.at, "user-round", "accent", f"With {to}{since}", _origin(data))
        case "clock":
            return _clock(visit, each, data)
        case "touch":
            by = _who(visit, "rep", data["rep_id"])
            result = f": {data['result'].replace('-', ' ')}" if data["result"] else ""
            icon = {"call": "phone", "email": "mail", "meeting": "users", "sms": "smartphone"}.get(
                data["channel"], "message-square"
            )
            told = f"{by} touched by {data['channel']}{result}{_late(each, data)}"
            return Line(each.at, icon, "good", told, data["note"])
        case "engagement":
            about = f" ({data['what']})" if data["what"] else ""
            told = f"The lead did something: {data['kind'].replace('-', ' ')}{about}{_late(each, data)}"
            return Line(each.at, "reply", "good", told)
        case "delivery":
            return _delivery(visit, each, data)
        case "outreach":
            tone = "warn" if data["code"] == UNSURE else OUTREACH_TONES.get(data["what"], "")
            said = happened(data["what"], data["sequence"], data["step"], data["channel"], data["code"])
            return Line(each.at, "send", tone, said, because(data["what"], data["code"]))
        case "task":
            return _task(visit, each, data, facts)
        case "credit":
            return _credit(visit, each, data)
        case "offer":
            return _offer(visit, each, data)
        case "ticket":
            name = data["outside"] or "A ticket"
            return Line(each.at, "message-square", "", f"{name} with support: {data['state']}", data["note"])
        case "reassigned":
            was = _who(visit, data["was_kind"], data["was_id"])
            return Line(each.at, "route", "", f"What {was} had begun: {did_words(data['did'])}")
        case "repair":
            was, now = (_who(visit, data[f"{end}_kind"], data[f"{end}_id"]) for end in ("was", "now"))
            ended = f"; {did_words(data['did'])}" if data["did"] else ""
            return Line(
                each.at, "rotate-ccw", "warn", f"Repaired: from {was} to {now}{ended}", data["reason"]
            )
        case _:
            return None


def _task(visit: Visit, each: Happened, data: dict[str, Any], facts: Mapping[str, object]) -> Line:
    """It stands where it is due, which may be to come."""
    said = {"done": "Done", "cancelled": "Not to do any more"}.get(data["state"], "To do")
    tone = "good" if data["state"] == "done" else ""
    asked = words_of(visit, data["said"], data["action"], facts)
    by = _who(visit, "rep", data["rep_id"])
    return Line(each.at, "list-checks", tone, f"{said}: {asked}", f"{by}, due {visit.moment(each.at)}")


def _offer(visit: Visit, each: Happened, data: dict[str, Any]) -> Line | None:
    """How an offer stands. A handoff that nobody was asked about is told by where the lead went."""
    if not data["expires_at"]:
        return None
    to = _who(visit, data["to_kind"], data["rep_id"])
    why = data["reason"].replace("-", " ")
    said = {
        "offered": f"Offered to {to}",
        "accepted": f"{to} accepted it",
        "declined": f"{to} declined it",
        "expired": f"{to} did not answer in time",
        "withdrawn": f"The offer to {to} was taken back",
    }[data["state"]]
    tone = {"accepted": "good", "expired": "bad", "declined": "warn"}.get(data["state"], "")
    return Line(each.at, "hand", tone, f"{said[:1].upper()}{said[1:]}", why)


def _late(each: Happened, data: dict[str, Any]) -> str:
    """Backdating is there to be seen: what was logged a good while after it happened says so."""
    if not data["logged_at"]:
        return ""
    minutes = int((_at(data["logged_at"]) - each.at).total_seconds() // 60)
    if minutes < UNSAID:
        return ""
    days, hours = minutes // 1440, minutes // 60
    return f", logged {f'{days} d' if days > 1 else f'{hours} h' if hours else f'{minutes} min'} later"


_PIPELINE = {
    "status": "Moved to {}",
    "role": "Who is {} was changed",
    "converted": "Made a contact",
    "won": "Won",
    "lost": "Lost",
    "disqualified": "Disqualified: {}",
    "refused": "Nothing changed: its cycle is over",
}


def _decision(data: dict[str, Any]) -> str:
    kind, _, name = data["reason"].partition(":")
    if kind in _PIPELINE:
        return _PIPELINE[kind].format(name.replace("-", " "))
    outcome = {
        "owner": "Decided: an owner",
        "queued": "Decided: into a queue",
        "waiting": "Decided: it waits",
        "review": "Decided: a person must look",
        "nurture": "Decided: nurture",
        "support": "Decided: support, not sales",
        "rejected": "Decided: rejected",
        "closed": "Closed",
    }.get(data["outcome"], f"Decided: {data['outcome']}")
    kept = {
        "accepted": "Accepted",
        "touched": "A touch was logged",
        "engaged": "Urgency raised",
        "reminded": "Reminded",
        "escalated": "Escalated",
        "repeat-enquiry": "Asked again",
        "credit-back": "Agreed to",
        "paused": "Clocks stand still",
        "resumed": "Clocks go on",
        "excused": "A miss excused",
        "put-right": "A clock worked out anew",
        "merged": "Merged",
        "unmerged": "Taken apart",
        "silent": "What is next was looked at",
        "task-added": "A task was put down",
        "task-ended": "A task was ended",
    }.get(data["reason"])
    return kept or ("Stays where it is" if data["reason"] in UNCHANGED else outcome)


AWAITED = {
    "met": ("They answered before {}", "good"),
    "missed": ("No answer by {}", "warn"),
    "cancelled": ("No answer is awaited any more", ""),
}


def _clock(visit: Visit, each: Happened, data: dict[str, Any]) -> Line:
    name = CLOCKS.get(data["clock"], data["clock"])
    due = visit.moment(_at(data["due_at"]))
    if data["clock"] == "no-reply":  # what they do not do is no deadline of ours
        said, tone = AWAITED.get(data["state"], ("An answer is awaited by {}", ""))
        return Line(each.at, "reply", tone, said.format(due))
    text = {
        "met": f"Deadline met: {name}, due {due}",
        "missed": f"Deadline missed: {name}, due {due}",
        "cancelled": f"Deadline void: {name}",
        "excused": f"Deadline excused: {name}",
    }.get(data["state"], f"Deadline set: {name} by {due}")
    tone = {"met": "good", "missed": "bad"}.get(data["state"], "")
    return Line(each.at, "alarm-clock", tone, text)


def _credit(visit: Visit, each: Happened, data: dict[str, Any]) -> Line:
    by, pool = _who(visit, "rep", data["rep"]), visit.pool(data["pool"])
    amount = turns(data["cost"])
    said = {
        "given": f"{amount} in {pool} went back to {by}",
        "asked": f"{amount} in {pool} is to go back to {by}: somebody must agree",
    }.get(data["state"], f"No turn in {pool} goes back to {by}")
    why = data["reason"].replace("-", " ")
    note = f"{why}: {not_given(data['note'])}" if data["state"] == "refused" else why
    tone = {"given": "good", "asked": "warn"}.get(data["state"], "")
    return Line(each.at, "undo-2", tone, said, note)


def _delivery(visit: Visit, each: Happened, data: dict[str, Any]) -> Line:
    said = {
        "sent": "Message sent",
        "dead": "Message failed for good",
        "cancelled": "Message cancelled",
    }.get(data["state"], "Message on its way" if each.at <= visit.now else "Message still to come")
    tone = {"sent": "good", "dead": "bad"}.get(data["state"], "")
    about = EVENTS.get(data["event"].removeprefix("lead."), data["event"]) or data["template"]
    return Line(
        each.at,
        "send",
        tone,
        f"{said}: {about[:1].lower()}{about[1:]}",
        f"to {_destination(visit, data['destination'])}",
    )


def _destination(visit: Visit, destination: str) -> str:
    """ "email:kim" names a colleague, too; "webhook:crm" names nobody."""
    kind, _, name = destination.partition(":")
    if kind == "webhook" or not name:
        return destination
    how = "e-mail" if kind == "email" else kind
    if "@" in name:  # the lead itself, or somebody outside
        return f"{name} by {how}"
    return f"{_who(visit, 'rep', name)} by {how}"


def _who(visit: Visit, kind: str, name: str) -> str:
    """A rep is told of a colleague without the name."""
    if kind == "rep" and visit.actor.role is Role.REP and name != visit.actor.rep:
        return "another rep"
    return visit.holder(kind, name)


def _label(label: str) -> str:
    return {"created": "a new lead", "merged": "joined this lead", "pending": "kept, to be decided"}.get(
        label, label
    )


def _origin(data: dict[str, Any]) -> str:
    by = {
        "rule": "by a rule",
        "person": "by hand",
        "crm": "by the CRM",
        "import": "by import",
        "api": "by a program",
    }
    return f"{by.get(data['origin'], data['origin'])}, {data['cause'].replace('-', ' ')}"


def _at(value: str) -> datetime:
    return datetime.fromisoformat(value)
