"""What is in quarantine is read again with today's map and policy: it becomes the lead it should have been, or stays with
today's reasons. Once it is a lead, asking again changes nothing.

It starts no request of its own: somebody asks.
"""

from datetime import datetime
from typing import NamedTuple

import msgspec

from firstright.core.authority import Actor, Right
from firstright.core.clean.problem import Problem
from firstright.core.lead import Lead
from firstright.core.matchkeys import match_keys
from firstright.core.rules.fields import CATALOGUE
from firstright.desk.arrival import Arrival, Source, cleaned
from firstright.desk.batch import Batch
from firstright.desk.desk import Desk
from firstright.desk.receive import MERGED, Receive
from firstright.desk.sources import map_of
from firstright.errors import FirstrightError, NotFound, Refused
from firstright.intake.fieldmap import FieldMap, usable_map
from firstright.intake.formsettings import FormSettings, read_settings
from firstright.intake.jsonbody import CONTACTS
from firstright.intake.rereading import Reread, reread_form, reread_json, reread_row
from firstright.storage import access, audit, errands, quarantine
from firstright.storage.access import SourceRow
from firstright.storage.quarantine import Kept, Layout

NO_CONTACT = Problem("", "lead.no_contact", "has no e-mail address, no phone number and no external id", "")
NO_LAYOUT = Problem(
    "", "replay.no_header", "the file's header is not known any more; import the file again", ""
)


class _Told(msgspec.Struct):
    """Of a reply, which lead it is about."""

    lead: str


_encode = msgspec.json.Encoder().encode
_map = msgspec.json.Decoder(FieldMap).decode
_reply = msgspec.json.Decoder(_Told).decode


class Replayed(msgspec.Struct, frozen=True):
    """What became of one. `repeat`: it had been let out before. `problems` are today's."""

    arrival: str
    outcome: str  # created | merged | pending | quarantined
    lead: str
    problems: tuple[Problem, ...]
    repeat: bool = False


class ReplayAsked(msgspec.Struct, frozen=True):
    """`anyway`: what only a machine does, or came under another's name, is let through all the same."""

    arrival: str = ""
    source: str = ""  # of commands that had all of one read within the request: not used any more
    anyway: bool = False


class Rereading(NamedTuple):
    """The arrival as it is read today; no `arrival` where it is no lead, for `problems`."""

    arrival: Arrival | None
    problems: tuple[Problem, ...]


def replay(desk: Desk, asked: ReplayAsked, actor: Actor) -> Replayed:
    """One of them, now. All of a source are read again by `rereading`. Raises Refused, and NotFound for one that never was."""
    if not actor.may(Right.EDIT_SOURCES):
        raise Refused([f"{actor.name} may not let anything out of quarantine"])
    kept, read = read_today(desk, asked.arrival, anyway=asked.anyway)
    return desk.act(Release(kept, read, actor))


def read_today(desk: Desk, name: str, *, anyway: bool = False) -> tuple[Kept, Rereading]:
    """As it is stored, and as it is read by today's map, source and policy. Raises NotFound."""
    if desk.policy is None:
        desk.warm()
    with desk.read() as tx:
        kept = quarantine.one(tx, name)
        if kept is None:
            raise NotFound(f"arrival {name}")
        row = access.source(tx, kept.source)
        layouts = quarantine.layouts(tx, kept.source) if kept.content_type.startswith("text/csv") else []
    return kept, read_again(desk, kept, row, layouts, anyway=anyway)


def read_again(
    desk: Desk, kept: Kept, row: SourceRow | None, layouts: list[Layout], *, anyway: bool = False
) -> Rereading:
    """What it is by today's map, source and policy. Pure but for the policy it asks the desk for."""
    policy = desk.policy
    catalogue = policy.policy.catalogue if policy else CATALOGUE
    settings = read_settings(row.settings) if row and row.kind == "form" else FormSettings()
    source = Source(kept.source, row.country, row.strict, row.allow_extra) if row else Source(kept.source)
    if kept.content_type.startswith("text/csv"):
        found, source = _row_again(kept, layouts, source)
    elif row and row.kind == "form":
        own = usable_map(map_of(row), catalogue) if map_of(row) else None
        found = reread_form(
            kept.raw, kept.content_type, own, kept.source, settings, catalogue, kept.received_at
        )
    else:
        found = reread_json(kept.raw, catalogue, allow_extra=source.allow_extra)
    if found.unread:
        return Rereading(None, found.unread)
    clean = cleaned(found.raw, source, policy, texts=found.texts)
    own_problems = tuple(p for p in found.problems if p.code not in ("event_id.missing", NO_CONTACT.code))
    said = {p.pointer for p in own_problems}
    problems = (*own_problems, *(p for p in clean.problems if p.pointer not in said or not p.pointer))
    if not any(clean.facts.get(name) for name in CONTACTS):
        return Rereading(None, (NO_CONTACT, *problems))
    if not anyway and (held := _suspicion(kept, found)):
        return Rereading(None, (*held, *problems))
    arrival = Arrival(
        kept.source,
        kept.event_id,
        "",
        kept.raw,
        clean.facts,
        problems,
        kept.content_type,
        arrived_at=found.arrived_at or kept.received_at,
        unmapped=clean.unmapped,
        meant=clean.meant,
    )
    return Rereading(arrival, problems)


def _suspicion(kept: Kept, found: Reread) -> tuple[Problem, ...]:
    if found.suspect:
        return (found.suspect,)
    if kept.label == "duplicate_conflict":
        return tuple(p for p in kept.problems if p.code == "idempotency.mismatch")
    return ()


def _row_again(kept: Kept, layouts: list[Layout], source: Source) -> tuple[Reread, Source]:
    """A row under the header of its own file, by the newest map of its source that reads it; else as its own map does."""
    mine = [each for each in layouts if kept.record and each.import_id == kept.record[0]]
    text = kept.raw.decode("utf-8", "surrogatepass")
    found: Reread | None = None
    for header in mine[:1] or layouts:
        for layout in layouts:
            fieldmap = _map(layout.map)
            read = reread_row(text, header.header, header.delimiter, fieldmap)
            if not read.unread and any(read.raw.get(name) for name in CONTACTS):
                return read, msgspec.structs.replace(source, country=source.country or fieldmap.country)
            found = found or read
    return found or Reread(unread=(NO_LAYOUT,)), source


class _Again(Receive):
    """Takes an arrival whose row is there already."""

    def __init__(self, kept: Kept, arrival: Arrival) -> None:
        super().__init__(arrival)
        self.kept = kept

    def _put_aside(self, batch: Batch, reply: bytes) -> None:
        """It is there."""

    def _store(
        self, batch: Batch, arrived: str, label: str, about: Lead, status: int, reply: bytes, at: datetime
    ) -> None:
        problems = _encode(self.arrival.problems).decode()
        quarantine.let_go(batch.tx, self.kept, label, about.id, about.person, status, reply, problems)


class Release:
    """One arrival out of quarantine, under the turn. Its row is the one it always was. `errand` is counted on."""

    lane = "person"

    def __init__(self, kept: Kept, read: Rereading, actor: Actor, errand: str = "") -> None:
        self.kept = kept
        self.read = read
        self.actor = actor
        self.errand = errand

    def needs(self, batch: Batch) -> None:
        if self.read.arrival:
            batch.want_keys(match_keys(self.read.arrival.facts, self.kept.source))

    def perform(self, batch: Batch) -> Replayed | FirstrightError:
        kept = quarantine.one(batch.tx, self.kept.id)
        if kept is None:
            return NotFound(f"arrival {self.kept.id}")
        if not kept.aside:
            return Replayed(kept.id, kept.label, kept.lead_id, kept.problems, repeat=True)
        if self.read.arrival is None:
            return self._stays(batch, kept, self.read.problems)
        again = _Again(kept, self.read.arrival)
        reply = again.taken(batch, kept.id)
        lead = _reply(reply.body).lead
        if not lead:
            return self._stays(batch, kept, again.arrival.problems)
        about = {"source": kept.source, "lead": lead, "problems": [p.code for p in kept.problems]}
        now, n, by = batch.turn.now, batch.turn.n, self.actor.user
        audit.append(batch.tx, batch.new_id(), now, n, by, "replay-arrival", "arrival", kept.id, about)
        label = "merged" if reply.status == MERGED else "created"
        errands.count(batch.tx, self.errand, kept.id, label)
        return Replayed(kept.id, label, lead, again.arrival.problems)

    def rescue(self, batch: Batch, failure: Exception) -> Replayed | FirstrightError:
        """It stays where it is."""
        raise failure

    def _stays(self, batch: Batch, kept: Kept, problems: tuple[Problem, ...]) -> Replayed:
        quarantine.still(batch.tx, kept, problems)
        errands.count(batch.tx, self.errand, kept.id, "quarantined")
        return Replayed(kept.id, "quarantined", "", problems)
