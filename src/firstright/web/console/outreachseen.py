"""The sequence a lead is in, whether it may be written to, and why not."""

from datetime import datetime

import msgspec

from firstright.core.authority import Right
from firstright.core.filling import filled
from firstright.core.lead import Facts
from firstright.core.outreach import Contact, Outreach, Touching, consent_of, objections
from firstright.core.policy import Policy
from firstright.core.rules.phrases import label
from firstright.core.sequences import Sequence, SequenceStep
from firstright.core.why.outreachwords import CHANNEL, UNSURE, why_ended, why_not
from firstright.desk.contacting import contact_of
from firstright.desk.marks import marks_read
from firstright.storage import consents, enrolments, leads
from firstright.storage.consents import ConsentRow
from firstright.storage.enrolments import Enrolment, Note
from firstright.storage.leadview import Seen
from firstright.storage.transactions import Tx
from firstright.web.console.visit import Visit

OWN = ("email", "call", "sms")
DONE = {"sent": "sent", "asked": "asked for", "skipped": "left out", "failed": "could not be sent"}
SOURCES = {
    "link": "by the link in a message",
    "one-click": "by one click in their mail program",
    "form": "in a form",
    "api": "told by a program",
    "console": "told to one of us",
    "import": "from a list",
}


class StepSeen(msgspec.Struct, frozen=True):
    """`state` is done, next or later."""

    n: int
    text: str
    icon: str
    state: str
    said: str = ""
    why: str = ""
    at: datetime | None = None


class ChannelSeen(msgspec.Struct, frozen=True):
    """Whether they may be reached by it just now; `said` is the consent, `evidence` how we know."""

    channel: str
    label: str
    ok: bool
    why: str
    until: datetime | None
    said: str
    evidence: str
    at: datetime | None


class OutreachSeen(msgspec.Struct, frozen=True):
    """`state` is none, running, finished or stopped."""

    sequence: str
    state: str
    reason: str
    steps: tuple[StepSeen, ...]
    channels: tuple[ChannelSeen, ...]
    suppressed: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    may: bool  # change any of it


def outreach_seen(tx: Tx, visit: Visit, seen: Seen) -> OutreachSeen | None:
    """What its part of the lead's page shows; None where the policy has no sequences."""
    if visit.policy is None or visit.roster is None or not visit.policy.policy.sequences:
        return None
    policy, lead = visit.policy.policy, leads.as_lead(seen.row)
    known = enrolments.of_lead(tx, seen.row.id)
    now = known[0] if known else None
    notes = [n for n in enrolments.notes(tx, seen.row.id) if now and n.enrolment_id == now.id]
    marks = marks_read(tx, visit.keeping)
    said = consents.of_persons(tx, consents.as_one(tx, lead.person).values())
    contacts = {
        channel: contact_of(tx, lead, channel, policy, visit.roster, marks, visit.now) for channel in OWN
    }
    listed = dict.fromkeys(each for contact in contacts.values() for each in contact.suppressed)
    rep = visit.actor.rep
    may = visit.actor.may(Right.WORK_LEADS) and (seen.row.holder_id == rep or visit.actor.may(Right.ASSIGN))
    sequence = policy.sequences.get(now.sequence) if now else None
    return OutreachSeen(
        (sequence.name or sequence.id) if sequence else now.sequence if now else "",
        now.state if now else "none",
        why_ended(now.reason) if now and now.reason else "",
        _steps(policy, lead.facts, now, sequence, notes),
        tuple(
            _channel(channel, contact, policy.outreach, said, visit.now)
            for channel, contact in contacts.items()
        ),
        tuple(f"{kind}: {reason}" for kind, reason in listed),
        tuple((each.id, each.name or each.id) for each in policy.sequences.values()),
        may and seen.row.holder_kind == "rep",
    )


def _steps(
    policy: Policy, facts: Facts, now: Enrolment | None, sequence: Sequence | None, notes: list[Note]
) -> tuple[StepSeen, ...]:
    if now is None or sequence is None:
        return ()
    done = {note.step: note for note in notes if note.what in DONE}
    return tuple(
        _step(n, _words(policy, facts, step), step, now, done.get(n)) for n, step in enumerate(sequence.steps)
    )


def _words(policy: Policy, facts: Facts, step: SequenceStep) -> str:
    """What is to be done, filled in as far as it is known; a letter by its subject."""
    letter = policy.templates.get(step.template)
    text = step.task or (letter.subject if letter else "") or step.template
    told = filled(text, lambda field: str(facts.get(field) or f"({label(field)}?)"))
    channel = CHANNEL[step.channel]
    return told if step.task else f"{channel[:1].upper()}{channel[1:]}: {told}"


def _step(n: int, text: str, step: SequenceStep, now: Enrolment, done: Note | None) -> StepSeen:
    icon = {"email": "mail", "sms": "smartphone", "call": "phone"}.get(step.channel, "list-checks")
    if done is not None:
        why = why_not(done.code) if done.code else ""
        said = "sent, or not" if done.code == UNSURE else DONE[done.what]
        return StepSeen(n + 1, text, icon, "done", said, why, done.at)
    if now.state == "running" and n == now.step:
        return StepSeen(n + 1, text, icon, "next", "", why_not(now.code) if now.code else "", now.due_at)
    return StepSeen(n + 1, text, icon, "later")


def _channel(
    channel: str, contact: Contact, rules: Outreach, said: list[ConsentRow], now: datetime
) -> ChannelSeen:
    against = objections(Touching(channel), contact, rules, now)
    first = against[0] if against else None
    word = consent_of(contact.consents, channel, "sales")
    row = next((each for each in said if word and (each.channel, each.at) == (channel, word.at)), None)
    evidence, asks = _evidence(row) if row else "", rules.asks(channel)
    told = (
        f"consent {word.state}"
        if word
        else "no word of theirs"
        if asks == "opt-out"
        else "they were not asked"
    )
    if word and row is None:
        evidence = "in the form they sent"
    label = CHANNEL[channel]
    return ChannelSeen(
        channel,
        f"{label[:1].upper()}{label[1:]}",
        first is None,
        why_not(first.code) if first else "",
        first.until if first else None,
        told,
        evidence,
        word.at if word else None,
    )


def _evidence(row: ConsentRow) -> str:
    found = msgspec.json.decode(row.evidence, type=dict[str, object])
    how = SOURCES.get(str(found.get("source", "")), "")
    words = str(found.get("text", ""))
    form = f" {found['form']}" if found.get("form") else ""
    return f"{how}{form}" + (f": “{words}”" if words else "")
