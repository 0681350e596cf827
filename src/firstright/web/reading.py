"""GET: a lead as it stands, the decisions about it, and why each was made. Reads only; every answer is the caller's to see.

What is missing and what is no identifier at all get the same answer, so that nothing can be guessed from it.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request, Response

from firstright.core.identifiers import is_id
from firstright.core.lead import HolderKind
from firstright.core.roster import Roster
from firstright.core.why.explanation import Explanation
from firstright.core.why.sentences import sentences
from firstright.desk import Desk
from firstright.desk.explain.explaining import Versions, explained
from firstright.storage import clocks, leads, recorded
from firstright.storage.recorded import Recorded
from firstright.storage.rows import ClockRow, LeadRow
from firstright.storage.transactions import Tx
from firstright.web.auth import Doorkeeper
from firstright.web.openapi import problem_responses
from firstright.web.problems import TurnedAway, away
from firstright.web.request import read_head

READ = "leads:read"
MOST_DECISIONS = 50
_encode = msgspec.json.Encoder().encode

Id = Annotated[str, Path(json_schema_extra={"format": "uuid"})]


class LeadView(msgspec.Struct, frozen=True):
    """A lead as it stands. `asked` is the identifier that was asked for, when another lead stands for it since."""

    lead: str
    asked: str | None
    source: str
    outcome: str
    reason: str
    rule: str
    service: str
    holder: "Who | None"
    owner: "Who | None"
    epoch: int
    cycle: int
    status: str
    accepted: bool
    touched: bool
    clocks: list["ClockView"]
    priority: int
    arrived_at: datetime
    next_at: datetime | None
    expected_response: datetime | None
    facts: msgspec.Raw
    problems: msgspec.Raw


class ClockView(msgspec.Struct, frozen=True):
    """A clock that counts now: speed-to-lead of this cycle, the owner's of this epoch, a review's or a ticket's.

    `warnings` are (percent, instant); `state` is running, paused, met, missed, cancelled or excused.
    """

    clock: str
    state: str
    basis: str
    started_at: datetime
    due_at: datetime
    warnings: msgspec.Raw
    met_at: datetime | None
    missed_at: datetime | None


class Who(msgspec.Struct, frozen=True):
    """Who or what has the lead: kind is rep, queue, review or partner. `name` is empty where it has none."""

    kind: str
    id: str
    name: str


class DecisionView(msgspec.Struct, frozen=True):
    """One decision and the versions it was made with. `record` is what it was decided on and the result, complete."""

    decision: str
    lead: str
    cause: str
    as_of: datetime
    outcome: str
    reason: str
    rule: str
    holder: Who | None
    policy_version: int
    roster_version: int
    engine: int
    record: msgspec.Raw


class Why(msgspec.Struct, frozen=True):
    """One decision explained, in sentences and as data."""

    decision: str
    as_of: datetime
    outcome: str
    sentences: list[str]
    explanation: Explanation


class WhyLead(msgspec.Struct, frozen=True):
    lead: str
    decisions: list[Why]  # oldest first


class Reader:
    """Looks things up for the routes, and keeps the versions that old decisions were made with."""

    def __init__(self, desk: Desk, keeper: Doorkeeper) -> None:
        self._desk = desk
        self._keeper = keeper
        self._versions = Versions()

    def enter(self, request: Request) -> None:
        """Raises TurnedAway unless the request may read leads and asks for nothing unknown."""
        head = read_head(request.scope)
        self._keeper.admit(head.authorization, READ)

    def lead(self, lead_id: str) -> LeadView:
        with self._desk.read() as tx:
            row = stands(tx, lead_id)
            running = clocks.counting(tx, row)
            held = leads.histories(tx, [row.id]).get(row.id, [])
        accepted = any(each.accepted for each in held if each.epoch == row.epoch)
        return _lead_view(row, lead_id, self._desk.roster, [_clock(each) for each in running], accepted)

    def decision(self, decision_id: str) -> DecisionView:
        with self._desk.read() as tx:
            found = recorded.one(tx, decision_id) if is_id(decision_id) else None
            if found is None:
                raise nothing()
            return _decision_view(found, self._versions.roster(tx, found.roster_version))

    def why(self, lead_id: str) -> WhyLead:
        with self._desk.read() as tx:
            row = stands(tx, lead_id)
            found = recorded.of_lead(tx, row.id, MOST_DECISIONS)
            return WhyLead(row.id, [self._why(tx, each) for each in found])

    def _why(self, tx: Tx, found: Recorded) -> Why:
        told = explained(tx, found, self._versions)
        return Why(found.id, found.as_of, found.outcome, sentences(told), told)


def routes(reader: Reader) -> APIRouter:
    router = APIRouter(prefix="/v1", responses=problem_responses(400, 401, 403, 404, 503))

    @router.get("/leads/{lead_id}", summary="A lead as it stands")
    def lead(request: Request, lead_id: Id) -> Response:
        reader.enter(request)
        return said(reader.lead(lead_id))

    @router.get("/leads/{lead_id}/why", summary="Why each decision about a lead was made")
    def why(request: Request, lead_id: Id) -> Response:
        reader.enter(request)
        return said(reader.why(lead_id))

    @router.get("/decisions/{decision_id}", summary="One decision as it was recorded")
    def decision(request: Request, decision_id: Id) -> Response:
        reader.enter(request)
        return said(reader.decision(decision_id))

    return router


def said(view: msgspec.Struct) -> Response:
    return Response(_encode(view), media_type="application/json")


def nothing() -> TurnedAway:
    return away(404, "not_found", "there is nothing under this address")


def stands(tx: Tx, lead_id: str) -> LeadRow:
    """The lead, or the one that stands for it since they were merged."""
    row = leads.standing(tx, lead_id) if is_id(lead_id) else None
    if row is None:
        raise nothing()
    return row


def _clock(row: ClockRow) -> ClockView:
    return ClockView(
        clock=row.clock,
        state=row.state,
        basis=row.basis,
        started_at=row.started_at,
        due_at=row.due_at,
        warnings=msgspec.Raw(row.warnings.encode()),
        met_at=row.met_at,
        missed_at=row.missed_at,
    )


def _lead_view(
    row: LeadRow, asked: str, roster: Roster | None, running: list[ClockView], accepted: bool
) -> LeadView:
    holder = who(row.holder_kind, row.holder_id, roster)
    return LeadView(
        lead=row.id,
        asked=asked if asked != row.id else None,
        source=row.source,
        outcome=row.outcome,
        reason=row.reason,
        rule=row.rule,
        service=row.service,
        holder=holder,
        owner=holder if row.holder_kind == HolderKind.REP else None,
        epoch=row.epoch,
        cycle=row.cycle,
        status=row.status,
        accepted=accepted,
        touched=row.touched,
        clocks=running,
        priority=row.priority,
        arrived_at=row.arrived_at,
        next_at=row.next_at,
        expected_response=row.expected_at,
        facts=msgspec.Raw(row.facts.encode()),
        problems=msgspec.Raw(row.problems.encode()),
    )


def _decision_view(found: Recorded, roster: Roster) -> DecisionView:
    return DecisionView(
        decision=found.id,
        lead=found.lead_id,
        cause=found.cause,
        as_of=found.as_of,
        outcome=found.outcome,
        reason=found.reason,
        rule=found.rule,
        holder=who(found.holder_kind, found.holder_id, roster),
        policy_version=found.policy_version,
        roster_version=found.roster_version,
        engine=found.engine,
        record=msgspec.Raw(found.record),
    )


def who(kind: str, name: str, roster: Roster | None) -> Who | None:
    if kind == "none":
        return None
    rep = roster.reps.get(name) if roster and kind == "rep" else None
    return Who(kind, name, rep.name if rep else "")
