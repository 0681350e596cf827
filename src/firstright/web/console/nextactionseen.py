"""What to do next with a lead, the draft that is ready, and the playbook beside it, as its page shows them. It decides nothing.

A draft is shown to the one it was written for and to nobody else; everybody who sees the lead sees its tasks.
"""

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

import msgspec

from firstright.core.actions import AFTER_QUALIFIED, CALL, EMAIL, SMS
from firstright.core.causes.nextaction import gated, rule_of
from firstright.core.lead import Fact, HolderKind, Lead
from firstright.core.outreach import No, Refused, Touching, objections
from firstright.core.playbooks import ASK, OPEN, VERIFY, Objection, Point
from firstright.core.providers import origin_of
from firstright.core.rendering import blanks
from firstright.core.rules.phrases import label
from firstright.core.tasktext import task_words
from firstright.core.why.origins import origin_words
from firstright.core.why.outreachwords import why_not as against
from firstright.desk.contacting import ADDRESS, contact_of
from firstright.desk.drafting import UNSENT, why_not
from firstright.desk.draftlinks import PLACE
from firstright.desk.links import token
from firstright.desk.marks import marks_read
from firstright.desk.playing import checklist
from firstright.storage import checkmarks, drafts, leads, meetings, tasks
from firstright.storage.drafts import DraftRow
from firstright.storage.leadview import Seen
from firstright.storage.tasks import Task
from firstright.storage.transactions import Tx
from firstright.web.console import spelling
from firstright.web.console.visit import Visit

ICONS = {
    CALL: "phone",
    EMAIL: "mail",
    SMS: "message-square",
    "chat": "message-square",
    "meeting": "users-round",
}
QUICK = {  # what a touch of this channel mostly comes to
    CALL: (("no-answer", "No answer"), ("left-message", "Left a message"), ("connected", "Talked to them")),
    EMAIL: (("sent", "Sent"),),
    SMS: (("sent", "Sent"),),
    "chat": (("connected", "Talked to them"),),
    "meeting": (("met", "Met"), ("no-show", "They did not come")),
}
FOLLOWS = {
    "score": "counts for the score",
    "type": "needed for such leads",
    "status": "the next status needs it",
    "playbook": "worth knowing",
}
WORKED_OUT = frozenset({"score.fit", "seniority", "segment", "email_kind", "domain"})
WRONG = {CALL: "Wrong number", SMS: "Wrong number", EMAIL: "Wrong address"}


class WarningSeen(msgspec.Struct, frozen=True):
    """What speaks against writing to or calling them just now, on what ground, and until when. Whoever sends it may know better."""

    text: str
    datum: str
    until: datetime | None


class TaskSeen(msgspec.Struct, frozen=True):
    task: Task
    text: str
    icon: str
    href: str  # calls or writes to them; empty where that is not possible from here
    reach: str  # the number or address
    quick: tuple[tuple[str, str], ...]  # what it may have come to: result, in words
    mine: bool
    warnings: tuple[WarningSeen, ...]  # of whoever does it


class PointSeen(msgspec.Struct, frozen=True):
    """`known` is the value, `origin` where it is from; `done` who went through it."""

    point: Point
    text: str
    known: str
    origin: str
    because: str
    answer: str
    done: str
    at: datetime | None
    asks: bool  # there is something to write down


class BookSeen(msgspec.Struct, frozen=True):
    name: str
    opening: tuple[PointSeen, ...]
    ask: tuple[PointSeen, ...]
    verify: tuple[PointSeen, ...]
    objections: tuple[Objection, ...]
    gone_through: int
    of: int


class DraftSeen(msgspec.Struct, frozen=True):
    row: DraftRow
    held: str  # why it may not be sent now
    gaps: tuple[str, ...]
    editable: bool
    by_mail: bool
    link: str  # where they can book, of this server; empty where the text does not ask for it
    warnings: tuple[WarningSeen, ...]


class NextSeen(msgspec.Struct, frozen=True):
    """`first` is what to do now; `hold` what the person was told while nobody could act."""

    first: TaskSeen | None
    rest: tuple[TaskSeen, ...]
    draft: DraftSeen | None
    book: BookSeen | None
    held: str
    expected_at: datetime | None
    told: str  # of the acknowledgement
    told_at: datetime | None
    mine: bool


def nextaction_seen(tx: Tx, visit: Visit, seen: Seen) -> NextSeen | None:
    """What its part of the lead's page shows; None: nothing."""
    if visit.policy is None or seen.row.outcome in ("closed", "rejected", "quarantined"):
        return None
    lead = leads.as_lead(seen.row)
    mine = lead.holder.kind is HolderKind.REP and lead.holder.id == visit.actor.rep != ""
    open_ones = [_task(tx, visit, each, lead) for each in tasks.of_lead(tx, lead.id)] if seen.tasks else []
    held = gated(lead, rule_of(lead, visit.policy))
    draft = _draft(tx, visit, lead, held) if mine and visit.policy.drafts else None
    book = _book(tx, visit, lead) if visit.policy.policy.playbooks and lead.outcome == "owner" else None
    told = drafts.acknowledged(tx, lead.id, lead.cycle) if visit.policy.policy.acknowledge else None
    waits = seen.row.expected_at if lead.holder.kind is not HolderKind.REP and not lead.touched else None
    if not (open_ones or draft or book or told or held or waits or mine):
        return None
    return NextSeen(
        first=open_ones[0] if open_ones else None,
        rest=tuple(open_ones[1:]),
        draft=draft,
        book=book,
        held=why_not(AFTER_QUALIFIED) if held else "",
        expected_at=waits or (seen.row.expected_at if not lead.touched else None),
        told=_told(told) if told else "",
        told_at=told[1] if told else None,
        mine=mine,
    )


def task_text(visit: Visit, task: Task, facts: dict[str, Fact]) -> str:
    """What it asks, in words; what the lead did not tell is left out."""
    return words_of(visit, task.said, task.action, facts)


def words_of(visit: Visit, said: str, named: str, facts: Mapping[str, object]) -> str:
    """The same of a task that somebody put down in words of their own, `said`, or of the action `named`."""
    if said:
        return said
    action = visit.policy.policy.actions.get(named) if visit.policy else None
    if action is None:
        return named.replace("-", " ") or "A task"
    return task_words(action.task, lambda field: str(facts.get(field) or ""))


def _told(told: tuple[str, datetime, bool]) -> str:
    why, _, was_sent = told
    return (
        "They were told that their message has come"
        if was_sent
        else f"They were not told that it has come: {why_not(why)}"
    )


def _task(tx: Tx, visit: Visit, task: Task, lead: Lead) -> TaskSeen:
    href, reach = _reach(task.channel, lead.facts)
    mine = task.rep == visit.actor.rep != ""
    return TaskSeen(
        task,
        task_text(visit, task, lead.facts),
        ICONS.get(task.channel, "list-checks"),
        href,
        reach,
        (
            *QUICK.get(task.channel, ()),
            *([("wrong-number", WRONG[task.channel])] if task.channel in WRONG else []),
        ),
        mine,
        _warnings(tx, visit, lead, task.channel) if mine and href else (),
    )


def _reach(channel: str, facts: dict[str, Fact]) -> tuple[str, str]:
    """A link that calls or writes, and what it goes to."""
    phone, email = str(facts.get("phone") or ""), str(facts.get("email") or "")
    match channel:
        case "call" if phone:
            return f"tel:{quote(phone, safe='+')}", spelling.phone(phone)
        case "sms" if phone:
            return f"sms:{quote(phone, safe='+')}", spelling.phone(phone)
        case "email" if email:
            return f"mailto:{quote(email, safe='@')}", email
        case _:
            return "", ""


def _draft(tx: Tx, visit: Visit, lead: Lead, held: str) -> DraftSeen | None:
    found = drafts.of_holder(tx, lead.id, lead.epoch, visit.actor.rep)
    if not found:
        return None
    row = next((each for each in found if each.state in ("ready", "failed", "sending")), found[0])
    gaps = tuple(dict.fromkeys((*blanks(row.subject), *blanks(row.text))))
    held_for = held or ("no-address" if row.channel == EMAIL and not lead.facts.get("email") else "")
    link = f"/b/{token(meetings.secret(tx), lead.id)}" if PLACE in row.text else ""
    editable = row.state in UNSENT
    warnings = _warnings(tx, visit, lead, row.channel) if editable and not held_for else ()
    return DraftSeen(
        row, why_not(held_for) if held_for else "", gaps, editable, row.channel == EMAIL, link, warnings
    )


def _warnings(tx: Tx, visit: Visit, lead: Lead, channel: str) -> tuple[WarningSeen, ...]:
    """What would stop a step of a sequence, gravest first."""
    if channel not in ADDRESS or visit.policy is None or visit.roster is None:
        return ()
    policy, marks = visit.policy.policy, marks_read(tx, visit.keeping)
    contact = contact_of(tx, lead, channel, policy, visit.roster, marks, visit.now)
    return tuple(
        WarningSeen(against(no.code), _datum(visit, no), no.until)
        for no in objections(Touching(channel), contact, policy.outreach, visit.now)
    )


def _datum(visit: Visit, no: Refused) -> str:
    match no.code:
        case No.OTHERS:
            return visit.rep(no.datum)
        case No.WITHDRAWN:
            return f"{visit.local(datetime.fromisoformat(no.datum)):%d %b %Y}"
        case No.WEEKLY:
            return f"{no.datum} in seven days"
        case _:
            return no.datum


def _book(tx: Tx, visit: Visit, lead: Lead) -> BookSeen | None:
    assert visit.policy is not None
    found = checklist(visit.policy, lead.facts, lead.status, visit.now)
    if found is None:
        return None
    book, points = found
    marks = checkmarks.of_lead(tx, lead.id, lead.cycle)
    seen = [_point(visit, point, lead, marks.get(point.item)) for point in points]
    done = len([each for each in seen if each.known or each.done])
    of_kind = {kind: tuple(each for each in seen if each.point.kind == kind) for kind in (OPEN, ASK, VERIFY)}
    name = book.name or book.id.replace("-", " ")
    return BookSeen(name, of_kind[OPEN], of_kind[ASK], of_kind[VERIFY], book.objections, done, len(seen))


def _point(visit: Visit, point: Point, lead: Lead, mark: checkmarks.Mark | None) -> PointSeen:
    policy = visit.policy.policy if visit.policy else None
    origin = origin_of(lead.facts, point.field) if point.known else ""
    said = "worked out" if point.field in WORKED_OUT else "they said so"
    name = (
        policy.catalogue[point.field].label
        if policy and point.field in policy.catalogue
        else label(point.field)
    )
    return PointSeen(
        point,
        point.text or f"{name[:1].upper()}{name[1:]}",
        spelling.spelt(point.field, point.known, lead.facts),
        f"from {origin_words(origin, policy)}" if origin else said if point.known and not mark else "",
        FOLLOWS.get(point.because, "to qualify them") if point.because else "",
        mark.answer if mark else "",
        visit.rep(mark.rep) if mark else "",
        mark.at if mark else None,
        point.kind == ASK,
    )
