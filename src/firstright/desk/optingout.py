"""Somebody wants to hear no more, or says what they agree to: consent, suppression, and the end of every sequence of theirs, in one
transaction. What was said is kept with its evidence; an address on the list is a digest.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from firstright.core.clean.domain import registrable
from firstright.core.clean.email import read_email
from firstright.core.clean.phone import read_phone
from firstright.core.clean.problem import Refusal
from firstright.core.decision import Decision
from firstright.core.lead import Cause, Lead
from firstright.core.outreach import ALL
from firstright.core.telling import subscribers
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.marks import KINDS, Marks, marks_in
from firstright.desk.outbox import outbox
from firstright.desk.sequencing import halt, unsent
from firstright.errors import BadConfiguration, FirstrightError, NotFound, Refused
from firstright.storage import consents, enrolments, leads
from firstright.storage.consents import ConsentRow, Suppressed
from firstright.storage.enrolments import Note
from firstright.storage.rows import AuditRow

OPTED_OUT = "opted-out"
EVENT = "lead.opted-out"
CHANNELS = ("email", "sms", "call")
WRITTEN = ("email", "sms")  # what an opt-out ends: what is sent by itself
STATES = ("given", "withdrawn")
MOST = 100_000  # entries of one list
LONGEST = 200
_encode = msgspec.json.Encoder().encode


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """How we know: where it was said, by whom, with which words before their eyes, about which address (digests)."""

    source: str  # link | one-click | form | api | console | import | hook
    by: str = ""
    form: str = ""
    text: str = ""
    address: tuple[str, ...] = ()


class Said(msgspec.Struct, frozen=True):
    """What came of it: of how many leads the sequence ended."""

    stopped: int
    repeat: bool = False


class _Work:
    lane = "person"

    def needs(self, batch: Batch) -> None: ...


class OptOut(_Work):
    """One person, once and for all: nothing is sent to them by itself any more, under none of the leads that are one with theirs.
    Again it changes nothing."""

    def __init__(self, person: str, how: str, *, by: str = "", text: str = "") -> None:
        self.person = person
        self.how = how
        self.by = by
        self.text = text

    def perform(self, batch: Batch) -> Said:
        known = _leads(batch, self.person)
        marks = _marks(batch)
        digests = tuple(dict.fromkeys(d for lead in known for d in marks.of_facts(lead.facts)["email"]))
        now, reason = batch.turn.now, OPTED_OUT
        fresh = consents.suppress(batch.tx, [Suppressed("email", d, reason, now) for d in digests])
        repeat = not fresh and _withdrawn(batch, self.person)
        if not repeat:
            evidence = Evidence(self.how, self.by, text=self.text[:LONGEST], address=digests)
            say(batch, self.person, WRITTEN, ALL, "withdrawn", evidence)
        stopped = _end(batch, known, OPTED_OUT, self.by)
        if not repeat:
            for lead in known:
                _noted(batch, lead, self.by or self.how)
                _told(batch, lead)
        return Said(stopped, repeat)

    def rescue(self, batch: Batch, failure: Exception) -> Said:
        raise failure


class SayConsent(_Work):
    """A person agreed, or no longer does, to one channel for one purpose; withdrawn, what is under way ends."""

    def __init__(
        self, lead: str, channel: str, purpose: str, state: str, evidence: Evidence, *, by: str = ""
    ) -> None:
        self.lead = lead
        self.channel = channel
        self.purpose = purpose
        self.state = state
        self.evidence = evidence
        self.by = by

    def perform(self, batch: Batch) -> Said | FirstrightError:
        lead = batch.lead(self.lead)
        if lead is None:
            return NotFound(f"lead {self.lead}")
        if reasons := self._refused():
            return Refused(reasons)
        say(batch, lead.person, (self.channel,), self.purpose or ALL, self.state, self.evidence)
        audited(batch, f"consent-{self.state}", lead.id, self.by, {"channel": self.channel})
        stopped = 0
        if self.state == "withdrawn" and self.channel in WRITTEN:
            stopped = _end(batch, _leads(batch, lead.person), "consent-withdrawn", self.by)
        return Said(stopped)

    def rescue(self, batch: Batch, failure: Exception) -> Said | FirstrightError:
        raise failure

    def _refused(self) -> list[str]:
        found = []
        if self.channel not in CHANNELS:
            found.append(f'channel: "{self.channel}" is none of {", ".join(CHANNELS)}')
        if self.state not in STATES:
            found.append(f'state: "{self.state}" is neither given nor withdrawn')
        if len(self.purpose) > LONGEST:
            found.append(f"purpose: has at most {LONGEST} characters")
        return found


class Suppress(_Work):
    """Puts addresses on the list of whom not to contact; gives how many were not there yet."""

    def __init__(self, entries: Sequence[tuple[str, str]], reason: str, *, by: str) -> None:
        self.entries = entries
        self.reason = reason
        self.by = by

    def perform(self, batch: Batch) -> int | FirstrightError:
        normal = [normalised(kind, value) for kind, value in self.entries]
        wrong = [str(each) for each in normal if isinstance(each, Unfit)]
        if len(self.entries) > MOST:
            wrong.append(f"entries: at most {MOST:,} at a time")
        if wrong:
            return Refused(wrong[:20])
        marks, now = _marks(batch), batch.turn.now
        rows = [
            Suppressed(each[0], marks.digest(*each), self.reason, now)
            for each in normal
            if not isinstance(each, Unfit)
        ]
        added = consents.suppress(batch.tx, rows)
        audited(batch, "suppress", "", self.by, {"number": added, "reason": self.reason})
        return added

    def rescue(self, batch: Batch, failure: Exception) -> int | FirstrightError:
        raise failure


class Release(_Work):
    """Takes one address off the list; gives whether it was there. What the person said stays."""

    def __init__(self, kind: str, value: str, *, by: str) -> None:
        self.kind = kind
        self.value = value
        self.by = by

    def perform(self, batch: Batch) -> bool | FirstrightError:
        normal = normalised(self.kind, self.value)
        if isinstance(normal, Unfit):
            return Refused([str(normal)])
        gone = consents.release(batch.tx, self.kind, _marks(batch).digest(*normal))
        audited(batch, "release", "", self.by, {"kind": self.kind, "gone": gone})
        return gone

    def rescue(self, batch: Batch, failure: Exception) -> bool | FirstrightError:
        raise failure


class Unfit(str):
    """A sentence about an entry that is no address."""


def normalised(kind: str, value: str) -> tuple[str, str] | Unfit:
    """(kind, the value as digests are made of it)."""
    match kind:
        case "email":
            mail = read_email(value)
            return (
                Unfit(f'value: "{value}" is no e-mail address')
                if isinstance(mail, Refusal)
                else (kind, mail.address)
            )
        case "phone":
            phone = read_phone(value, "")
            text = f'value: "{value}" is no telephone number with its country, such as +49 30 123456'
            return Unfit(text) if isinstance(phone, Refusal) else (kind, phone.e164)
        case "domain":
            host = registrable(value.strip().casefold())
            return (kind, host) if host else Unfit(f'value: "{value}" is no domain')
        case _:
            return Unfit(f'kind: "{kind}" is none of {", ".join(KINDS)}')


def say(
    batch: Batch, person: str, channels: Sequence[str], purpose: str, state: str, evidence: Evidence
) -> None:
    """The newest row counts."""
    said = _encode(evidence).decode()
    consents.say(
        batch.tx,
        [
            ConsentRow(batch.new_id(), person, channel, purpose, state, said, batch.turn.now)
            for channel in channels
        ],
    )


def _marks(batch: Batch) -> Marks:
    marks = marks_in(batch)
    if marks is None:
        raise BadConfiguration(("this process has no key to seal the workspace's secret with",))
    return marks


def _leads(batch: Batch, person: str) -> list[Lead]:
    rows = leads.rows(batch.tx, consents.as_one(batch.tx, person))
    return [leads.as_lead(row) for _, row in sorted(rows.items())]


def _withdrawn(batch: Batch, person: str) -> bool:
    newest = {(row.channel, row.purpose): row.state for row in reversed(consents.of_person(batch.tx, person))}
    return all(newest.get((channel, ALL)) == "withdrawn" for channel in WRITTEN)


def _end(batch: Batch, known: Sequence[Lead], why: str, by: str) -> int:
    persons = dict.fromkeys(lead.person for lead in known)
    running = [each for person in persons for each in enrolments.running_of_person(batch.tx, person)]
    for found in running:
        halt(batch, found, why, by)
    for lead in known:
        unsent(batch, lead.id, why)
    return len(running)


def _noted(batch: Batch, lead: Lead, by: str) -> None:
    note = Note(
        batch.new_id(), lead.id, lead.person, None, None, "", 0, OPTED_OUT, "", "", by, "", "", batch.turn.now
    )
    enrolments.note(batch.tx, note)
    audited(batch, OPTED_OUT, lead.id, by, {})


def _told(batch: Batch, lead: Lead) -> None:
    """Programs that asked for it. It decides nothing, so it leaves no decision."""
    batch.seq += 1
    decision = Decision(lead.outcome, OPTED_OUT, lead.holder, lead.rule, priority=lead.priority, kept=True)
    said = Concluded(
        "", decision, lead, lead, Cause.ENGAGED, "", batch.turn.now, batch.seq, batch.lead_row(lead.id), ()
    )
    outbox(batch, said, tuple(subscribers(EVENT, batch.policy.policy)))


def audited(batch: Batch, action: str, lead: str, by: str, data: Mapping[str, object]) -> None:
    at: datetime = batch.turn.now
    kind, name = ("lead", lead) if lead else ("workspace", "suppression")
    batch.rows.audits.append(
        AuditRow(
            batch.new_id(),
            at,
            batch.turn.n,
            by or "firstright",
            action,
            kind,
            name,
            None,
            _encode(data).decode(),
        )
    )
