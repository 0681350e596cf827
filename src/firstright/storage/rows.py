"""The rows a decision leaves behind, one type per table, fields in column order. The desk builds them; nothing here runs SQL."""

from datetime import datetime

import msgspec


class ArrivalRow(msgspec.Struct, gc=False):
    id: str
    source: str
    event_id: str
    body_hash: str
    received_at: datetime
    raw: bytes
    content_type: str
    label: str  # schema.intake.LABELS
    lead_id: str | None
    person_id: str | None
    status: int
    reply: bytes
    problems: str = "[]"


class LeadRow(msgspec.Struct, gc=False):
    """The whole state of a lead; `leads.as_row` makes one from a core Lead."""

    id: str
    person_id: str
    source: str
    lane: str
    facts: str  # leads.facts_text
    problems: str
    outcome: str
    reason: str
    rule: str
    service: str
    holder_kind: str
    holder_id: str
    epoch: int
    cycle: int
    status: str
    touched: bool
    locked_to: str
    locked_until: datetime | None
    waiting_rule: str
    waiting_until: datetime | None
    arrived_at: datetime
    next_at: datetime | None
    expected_at: datetime | None
    priority: int
    merged_into: str | None
    turn: int
    created_at: datetime
    updated_at: datetime
    holds: str = ""  # leads.holds_text
    load: str = ""  # leads.load_text
    waiting_pool: str = ""
    mile: str = ""  # leads.mile_text


class MatchKeyRow(msgspec.Struct, gc=False):
    kind: str
    value: str
    entity: str  # lead | contact | account | opportunity
    id: str


class DecisionRow(msgspec.Struct, gc=False):
    id: str
    lead_id: str
    trigger_id: str
    cause: str
    turn: int
    seq: int
    as_of: datetime
    engine: int
    policy_version: int
    roster_version: int
    outcome: str
    reason: str
    rule: str
    holder_kind: str
    holder_id: str
    record: bytes


class EligibleSetRow(msgspec.Struct, gc=False):
    hash: str
    pool: str
    members: str  # [[rep, weight], ...]


class LedgerRow(msgspec.Struct, gc=False):
    pool: str
    lane: str
    seq: int
    kind: str  # turned | spread | made-up | returned | manual
    rep: str
    cost: int  # 10⁻⁹ leads
    eligible: str  # hash of the eligible set; empty: nobody shared it
    decision_id: str | None
    at: datetime
    owing: str = ""  # hash of the set that is away and will make it up
    period: int = 0
    method: str = "credit"


class CreditRequestRow(msgspec.Struct, gc=False):
    id: str
    lead_id: str
    rep: str
    pool: str
    lane: str
    cost: int  # 10⁻⁹ leads
    reason: str
    state: str
    asked_at: datetime
    decision_id: str
    resolved_at: datetime | None = None
    resolved_by: str = ""
    note: str = ""


class EndedAssignment(msgspec.Struct, gc=False):
    """The holder of this epoch holds no more; no row of its own."""

    lead_id: str
    epoch: int
    ended_at: datetime


class AssignmentRow(msgspec.Struct, gc=False):
    lead_id: str
    epoch: int
    holder_kind: str
    holder_id: str
    cycle: int
    origin: str  # rule | person | crm | import | api
    cause: str
    decision_id: str
    started_at: datetime
    ended_at: datetime | None = None
    accepted_at: datetime | None = None


class ClockRow(msgspec.Struct, gc=False):
    id: str
    lead_id: str
    clock: str  # speed-to-lead | owner | review | ticket
    cycle: int
    epoch: int
    basis: str
    calendar: str
    started_at: datetime
    due_at: datetime
    warnings: str  # [[percent, instant], ...]
    ladder: str
    state: str = "running"
    paused_at: datetime | None = None
    met_at: datetime | None = None
    missed_at: datetime | None = None


class JobRow(msgspec.Struct, gc=False):
    id: str
    kind: str  # schema.work.KINDS
    lane: str  # schema.work.LANES
    lead_id: str | None
    ref_id: str
    cause: str
    due_at: datetime
    priority: int = 0  # larger is more urgent
    guard_epoch: int | None = None
    state: str = "ready"
    lease_token: str = ""
    lease_until: datetime | None = None
    attempts: int = 0
    last_error: str = ""
    payload: str = "{}"


class TaskRow(msgspec.Struct, gc=False):
    id: str
    lead_id: str
    epoch: int
    rep_id: str
    action: str
    channel: str
    due_at: datetime
    state: str
    person_id: str | None


class DeliveryRow(msgspec.Struct, gc=False):
    id: str
    lead_id: str | None
    epoch: int | None
    destination: str
    channel: str
    template: str
    rep_id: str
    state: str  # ready, until the worker finds one of its chain before it: then behind
    due_at: datetime
    attempts: int = 0
    last_error: str = ""
    lease_token: str = ""
    lease_until: datetime | None = None
    body: bytes = b""
    person_id: str | None = None
    order_key: str = ""  # order of the decisions, over all nodes
    event: str = ""  # core.policy.EVENTS
    about: str = "{}"  # core.messages.About
    decision_id: str | None = None
    created_at: datetime | None = None
    sent_at: datetime | None = None
    deaths: int = 0  # workers that died over it
    last_status: int = 0
    trace: str = ""  # W3C traceparent


class ReviewRow(msgspec.Struct, gc=False):
    id: str
    lead_id: str
    reason: str
    state: str
    candidates: str
    due_at: datetime | None
    opened_at: datetime
    claimed_by: str = ""
    claimed_at: datetime | None = None
    resolution: str = ""
    resolved_at: datetime | None = None
    resolved_by: str = ""
    note: str = ""


class EngagementRow(msgspec.Struct, gc=False):
    id: str
    lead_id: str
    arrival_id: str | None
    kind: str
    at: datetime
    person_id: str | None
    what: str = ""  # the page, the file, the call it was about
    reported_by: str = ""  # a rep, a key, a hook, a source
    logged_at: datetime | None = None


class TouchRow(msgspec.Struct, gc=False):
    id: str
    lead_id: str
    epoch: int
    rep_id: str
    channel: str
    result: str
    note: str
    happened_at: datetime
    logged_at: datetime
    person_id: str | None
    reported_by: str = ""  # a hook, a key; empty: the rep themself


class AuditRow(msgspec.Struct, gc=False):
    id: str
    at: datetime
    turn: int
    actor: str
    action: str
    subject_kind: str
    subject_id: str
    decision_id: str | None
    data: str = "{}"


class StandingRow(msgspec.Struct, gc=False):
    scope: str  # world.pool_scope, world.rep_scope
    turn: int
    data: str


class LeadCountRow(msgspec.Struct, gc=False):
    status: str
    leads: int  # that come to those counted


class RecordRow(msgspec.Struct, gc=False):
    """What became of one record of a file."""

    import_id: str
    line: int
    outcome: str  # created | merged | unchanged | quarantined
    lead_id: str | None
    person_id: str | None
    problems: str


class Rows:
    """What one batch writes. Lists are filled in the order in which leads were decided."""

    def __init__(self) -> None:
        self.arrivals: list[ArrivalRow] = []
        self.leads: list[LeadRow] = []  # new
        self.lead_changes: list[LeadRow] = []  # known before this batch or new in it: the last one wins
        self.match_keys: list[MatchKeyRow] = []  # known ones are left as they are
        self.decisions: list[DecisionRow] = []
        self.eligible_sets: list[EligibleSetRow] = []  # known ones are left as they are
        self.ledger: list[LedgerRow] = []
        self.ended_assignments: list[EndedAssignment] = []
        self.assignments: list[AssignmentRow] = []
        self.clocks: list[ClockRow] = []
        self.jobs: list[JobRow] = []
        self.tasks: list[TaskRow] = []
        self.deliveries: list[DeliveryRow] = []
        self.reviews: list[ReviewRow] = []
        self.credit_requests: list[CreditRequestRow] = []
        self.engagements: list[EngagementRow] = []
        self.touches: list[TouchRow] = []
        self.audits: list[AuditRow] = []
        self.standing: list[StandingRow] = []  # the last one of a scope wins
        self.records: list[RecordRow] = []  # one that has an outcome keeps it
