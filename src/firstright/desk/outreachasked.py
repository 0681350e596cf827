"""What is asked about sequences, consent and the list of whom not to contact, as a value: by a command, a program or a page. Each
is done by the same work, and refused with the same sentences.
"""

from datetime import datetime

import msgspec

from firstright.desk.desk import Desk
from firstright.desk.marks import marks_read
from firstright.desk.optingout import (
    Evidence,
    OptOut,
    Release,
    SayConsent,
    Suppress,
    Unfit,
    normalised,
)
from firstright.desk.reachingout import StartSequence, StopSequence
from firstright.errors import NotFound, Refused
from firstright.storage import consents, leads

VERBS = ("start", "stop", "consent", "opt-out", "suppress", "release", "check")


class OutreachAsked(msgspec.Struct, frozen=True, omit_defaults=True):
    """`entries` are (kind, value) for the list; `text` is what the person had before their eyes."""

    verb: str  # VERBS
    lead: str = ""
    epoch: int | None = None
    sequence: str = ""
    reason: str = ""
    channel: str = ""
    purpose: str = ""
    state: str = ""
    source: str = "api"
    form: str = ""
    text: str = ""
    entries: tuple[tuple[str, str], ...] = ()


class Listed(msgspec.Struct, frozen=True):
    kind: str
    reason: str
    at: datetime


class OutreachDone(msgspec.Struct, frozen=True, omit_defaults=True):
    """`stopped` sequences ended by it, `number` of entries were added or taken off, `listed` are on the list."""

    lead: str = ""
    stopped: int = 0
    number: int = 0
    repeat: bool = False
    listed: tuple[Listed, ...] = ()


def reached_out(desk: Desk, asked: OutreachAsked, *, by: str) -> OutreachDone:
    """Raises NotFound, Superseded and Refused."""
    match asked.verb:
        case "start":
            return OutreachDone(
                str(desk.act(StartSequence(asked.lead, asked.sequence, by, epoch=asked.epoch)))
            )
        case "stop":
            stopped = desk.act(StopSequence(asked.lead, by, reason=asked.reason, epoch=asked.epoch))
            return OutreachDone(str(stopped), 1)
        case "consent":
            evidence = Evidence(asked.source, by, asked.form, asked.text[:2_000])
            work = SayConsent(asked.lead, asked.channel, asked.purpose, asked.state, evidence, by=by)
            return OutreachDone(asked.lead, desk.act(work).stopped)
        case "opt-out":
            said = desk.act(OptOut(_person(desk, asked.lead), asked.source, by=by, text=asked.text))
            return OutreachDone(asked.lead, said.stopped, repeat=said.repeat)
        case "suppress":
            reason = asked.reason or "asked for"
            return OutreachDone(number=desk.act(Suppress(asked.entries, reason, by=by)))
        case "release":
            gone = [desk.act(Release(kind, value, by=by)) for kind, value in asked.entries]
            return OutreachDone(number=sum(gone))
        case "check":
            return OutreachDone(listed=listed(desk, asked.entries))
        case _:
            raise Refused([f'verb: "{asked.verb}" is none of {", ".join(VERBS)}'])


def listed(desk: Desk, entries: tuple[tuple[str, str], ...]) -> tuple[Listed, ...]:
    """Of these what is on the list. Raises Refused for what is no address."""
    normal = [normalised(kind, value) for kind, value in entries]
    if wrong := [str(each) for each in normal if isinstance(each, Unfit)]:
        raise Refused(wrong)
    with desk.read() as tx:
        marks = marks_read(tx, desk.keeping)
        if marks is None:
            return ()
        asked = [(each[0], marks.digest(*each)) for each in normal if not isinstance(each, Unfit)]
        return tuple(Listed(row.kind, row.reason, row.at) for row in consents.suppressed(tx, asked))


def _person(desk: Desk, lead: str) -> str:
    with desk.read() as tx:
        row = leads.standing(tx, lead)
    if row is None:
        raise NotFound(f"lead {lead}")
    return row.person_id
