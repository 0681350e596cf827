"""The policy: *how* leads are routed, as immutable data. Reading it from TOML is `policyfile`, judging it is `lint`.

A policy never says who: reps, weights, hours and absences are the roster's.
"""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from firstright.core.actions import NEXT, FirstAction, NextActions
from firstright.core.deriving import Derivation
from firstright.core.handoff import HandoffType
from firstright.core.hygiene import HYGIENE, Hygiene
from firstright.core.junk import NO_CHECKS, JunkChecks
from firstright.core.leadtypes import LeadType
from firstright.core.matchrules import MATCHING, Matching
from firstright.core.meetings import MeetingType
from firstright.core.outreach import OUTREACH, Outreach
from firstright.core.pipeline import PIPELINE, Pipeline
from firstright.core.playbooks import Playbook
from firstright.core.pools import CREDIT_BACK, LEAD, AbsencePolicy, CreditBack, Limit, Pool
from firstright.core.providers import FILLING, Filling, Provider
from firstright.core.reassigning import REASSIGNMENT, Reassignment
from firstright.core.rules.conditions import Condition
from firstright.core.rules.fields import Catalogue
from firstright.core.scoring import Scorecard
from firstright.core.sequences import Sequence
from firstright.core.servicelevels import SHIPPED_SERVICES, Service, ServiceFor
from firstright.core.stewards import STEWARDS, Stewards
from firstright.core.sweep import SWEEP, Sweep


class TargetKind(StrEnum):
    REP = "rep"
    POOL = "pool"
    QUEUE = "queue"
    REVIEW = "review"
    NURTURE = "nurture"
    SUPPORT = "support"
    PARTNER = "partner"
    REJECT = "reject"
    TERRITORY = "territory"
    ON_CALL = "on-call"  # a rota of the roster: whoever has it at that instant


class Target(msgspec.Struct, frozen=True):
    """Where a rule sends a lead. `id` names it; `wait` is nurture's pause."""

    kind: TargetKind
    id: str = ""
    wait: timedelta | None = None


class OnUnknown(StrEnum):
    NEXT = "next"
    REVIEW = "review"
    ENRICH = "enrich-then-retry"


class WhenAway(StrEnum):
    WAIT = "wait"
    BACKUP = "backup"
    MANAGER = "manager"
    TIERS = "tiers"


REVIEW_REASONS = (
    "incomplete",
    "likely-duplicate",
    "owner-conflict",
    "exclusive-conflict",
    "territory-conflict",
    "partner-sourcing",
    "new-partner",
    "unclear-fit",
    "unusual-request",
    "suspected-junk",
    "crm-disagreement",
    "no-dead-end",  # the last net: nothing took the lead, a person must
    "nobody-acted",  # deadlines were missed and no rung of the ladder held
)


class WhenFull(msgspec.Struct, frozen=True):
    """What happens when nobody of the pool can take it: wait (business time), then overflow, then the next tier.

    `wait` None means the service level's routing target; zero means do not wait.
    """

    wait: timedelta | None = None
    overflow: str = ""


class Needs(msgspec.Struct, frozen=True):
    """What a rep must bring: the lead's own language when `language` is "lead", else the tag named; skills by level.

    `licence` is the name of one, or "country" or "state": a licence for where the lead is. `territory` names a plan whose
    territory, the one the lead is in, the rep must cover. `preferred` are worth so much a level to best-fit, and bar nobody.
    """

    language: str = ""
    skills: tuple[tuple[str, int], ...] = ()
    licence: str = ""
    territory: str = ""
    preferred: tuple[tuple[str, int], ...] = ()


NO_NEEDS = Needs()


class Relaxed(msgspec.Struct, frozen=True):
    """What is asked for instead once a lead has waited `after`, in the pool's business time."""

    after: timedelta
    needs: Needs


class Rule(msgspec.Struct, frozen=True):
    id: str
    tier: str
    when: Condition
    send_to: Target
    name: str = ""
    exclusive: bool = False
    on_unknown: OnUnknown = OnUnknown.NEXT
    enrich_for: timedelta | None = None  # enrich-then-retry: at most this long
    service: str = ""  # empty: the policy's default
    first_action: str = ""
    outreach: str = ""  # "after-qualified": nothing is sent before the lead is
    when_full: WhenFull = WhenFull()
    needs: Needs = NO_NEEDS
    relax: tuple[Relaxed, ...] = ()  # by `after`, ascending
    cost: int = LEAD  # of its leads in a rotation and in the load of their owner, 10⁻⁹ leads
    watchers: tuple[str, ...] = ()
    sequence: str = ""  # that its leads begin with who gets them
    active_from: datetime | None = None
    active_until: datetime | None = None


class Territory(msgspec.Struct, frozen=True):
    """A piece of the map within a plan. Specificity decides between two that contain a lead, then `priority`.

    Postcodes are exact ("10115"), a prefix ("10*") or an inclusive range ("10000-14999").
    """

    id: str
    plan: str
    send_to: Target
    accounts: tuple[str, ...] = ()  # registrable domains of named accounts
    postcodes: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    states: tuple[str, ...] = ()  # "US-CA"
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    priority: int = 0  # larger wins between equals
    active_from: datetime | None = None
    active_until: datetime | None = None
    backup: str = ""  # pool asked when the target cannot take it
    accounts_from: tuple[str, ...] = ()  # lists of the policy whose domains are named accounts, too


class Holdover(msgspec.Struct, frozen=True):
    """A territory that has moved: until then these accounts of it, or all, still go where they went before.

    `accounts` are registrable domains; none of them means the whole territory.
    """

    territory: str
    send_to: Target
    until: datetime
    accounts: tuple[str, ...] = ()
    active_from: datetime | None = None


class Queue(msgspec.Struct, frozen=True):
    id: str
    name: str = ""
    service: str = ""
    calendar: str = ""
    tell: tuple[str, ...] = ()  # reps alerted when a lead lands here


DECLINE_REASONS = (
    "spam", "test", "duplicate", "wrong-territory", "wrong-product", "conflict", "invalid-contact",
    "no-show", "busy", "not-interested", "other",
)  # fmt: skip
EVENTS = (
    "lead.assigned", "lead.queued", "lead.waiting", "lead.review", "lead.nurture", "lead.support",
    "lead.partner", "lead.rejected", "lead.closed", "lead.accepted", "lead.touched", "lead.engaged",
    "lead.offered", "ticket.opened", "partner.shared", "partner.recalled",
    "lead.merged", "lead.warned", "lead.missed", "lead.status", "lead.converted", "lead.opted-out",
    "meeting.booked", "meeting.moved", "meeting.cancelled", "meeting.no-show",
)  # fmt: skip


class Medium(StrEnum):
    """What carries a message of ours to a person or a program."""

    EMAIL = "email"
    SLACK = "slack"
    WEBHOOK = "webhook"


class Template(msgspec.Struct, frozen=True):
    """Logic-less text with {merge_field}s checked when it is saved.

    `fallback` is the template told instead when this one's medium has failed for good.
    """

    id: str
    channel: str  # Medium
    text: str
    subject: str = ""
    fallback: str = ""
    drafts: str = ""  # the channel it is a draft for: shown to the owner, who sends it
    intents: tuple[str, ...] = ()  # of a draft: none, every lead's


class Subscriber(msgspec.Struct, frozen=True):
    """A program or a channel that is told of events, in their order for each lead. Where it is, is the destination
    registered as "webhook:ID" or "slack:ID". A webhook gets JSON, Slack the template.
    """

    id: str
    channel: str  # webhook | slack
    events: tuple[str, ...]
    template: str = ""


class Step(StrEnum):
    """The steps of owner precedence, in their default order."""

    MANUAL_LOCK = "manual-lock"
    DO_NOT_ASSIGN = "do-not-assign"
    OPEN_OPPORTUNITY = "open-opportunity"
    ACCOUNT_OWNER = "account-owner"
    ACTIVE_HANDOFF = "active-handoff"
    PREVIOUS_OWNER = "previous-owner"
    SAME_COMPANY = "same-company"


class Hierarchy(StrEnum):
    """Whose owner the account step asks for, nearest first: the account's own, its parent's, that of the ultimate parent."""

    SELF = "self"
    PARENT = "parent"
    ULTIMATE = "ultimate-parent"
    NONE = "none"


class Away(msgspec.Struct, frozen=True):
    """What is done for an owner whose absence lasts no longer than `up_to` from now; None: however long."""

    do: WhenAway
    up_to: timedelta | None = None


class Precedence(msgspec.Struct, frozen=True):
    """One step of owner precedence: how far back it looks and what happens when the owner found is away.

    `if_away` says so by how long they are away, shortest first; without it `when_away` holds for every absence.
    """

    step: Step
    within: timedelta | None = None
    when_away: WhenAway = WhenAway.TIERS
    wait: timedelta | None = None
    if_away: tuple[Away, ...] = ()
    hierarchy: Hierarchy = Hierarchy.SELF
    active_from: datetime | None = None
    active_until: datetime | None = None


DEFAULT_PRECEDENCE = (
    Precedence(Step.MANUAL_LOCK, when_away=WhenAway.WAIT, wait=timedelta(hours=8)),
    Precedence(Step.DO_NOT_ASSIGN),
    Precedence(Step.OPEN_OPPORTUNITY, when_away=WhenAway.BACKUP),
    Precedence(Step.ACCOUNT_OWNER, when_away=WhenAway.BACKUP),
    Precedence(Step.ACTIVE_HANDOFF, when_away=WhenAway.BACKUP),
    Precedence(Step.PREVIOUS_OWNER, within=timedelta(days=90)),
    Precedence(Step.SAME_COMPANY, within=timedelta(days=30)),
)


class AfterClosed(StrEnum):
    """A new enquiry after a closed cycle: the same lead in a new cycle, or a new lead."""

    NEW_CYCLE = "same-lead"
    NEW_LEAD = "new-lead"


class Policy(msgspec.Struct, frozen=True):
    """One immutable version. `hash` is of the document's bytes; names are unique within their kind."""

    name: str
    hash: str
    catalogue: Catalogue
    tiers: tuple[str, ...]
    rules: tuple[Rule, ...]  # in document order
    pools: dict[str, Pool]
    queues: dict[str, Queue] = {}
    services: dict[str, Service] = msgspec.field(default_factory=lambda: dict(SHIPPED_SERVICES))
    service_for: tuple[ServiceFor, ...] = ()  # in document order; asked where the rule names none
    pauses: tuple[str, ...] = ()  # states beside the shipped ones for which clocks stand still
    actions: dict[str, FirstAction] = {}
    next_actions: NextActions = NEXT
    acknowledge: str = ""  # template told to the person when nobody is there; empty: they are told nothing
    acknowledge_always: bool = False  # also while somebody is there
    campaigns: tuple[str, ...] = ()  # that are known; any other raises an alarm when it first comes
    watch_campaigns: bool = False
    templates: dict[str, Template] = {}
    territories: tuple[Territory, ...] = ()
    precedence: tuple[Precedence, ...] = DEFAULT_PRECEDENCE
    do_not_assign: dict[str, str] = {}  # domain or e-mail -> rep who must have it, or "review"
    holdovers: tuple[Holdover, ...] = ()
    limits: tuple[Limit, ...] = ()
    credit_back: dict[str, CreditBack] = msgspec.field(default_factory=lambda: dict(CREDIT_BACK))
    credit_back_most: int = (
        10  # per cent of a rep's leads of a month in a pool for which credit is given back
    )
    absences: dict[str, AbsencePolicy] = {}  # by type; others are neutral
    hysteresis: dict[
        str, int
    ] = {}  # number field -> per cent by which it may pass an edge before a worked lead moves
    regions: dict[str, tuple[str, ...]] = {}
    synonyms: dict[str, dict[str, str]] = {}
    zone: str = "UTC"
    company: str = ""  # who speaks to leads, as they know us; empty: nobody is named
    responsible: str = ""
    default_service: str = "standard"
    urgent_service: str = "urgent"
    tell_owner: str = ""  # template told to a new owner; empty: nobody is told
    tell_review: str = ""
    tell_warning: str = ""  # told to an owner before a deadline; empty: nobody is told
    tell_missed: str = ""  # told to owner and manager by a ladder
    tell_moved: str = ""  # told to an owner whose lead went to somebody else
    subscribers: dict[str, Subscriber] = {}
    priority_queue: str = ""  # the queue a ladder's "priority-queue" means
    max_hops: int = 3  # times missed deadlines move a lead in one cycle, then manager or review
    max_improvements: int = 2  # times better knowledge moves an owned lead in one cycle
    improve_within: timedelta = timedelta(
        hours=24
    )  # of the arrival: later nobody's lead is moved by knowledge
    backdate: timedelta = timedelta(hours=24)  # how long before it is logged a touch may have happened
    lock: timedelta = timedelta(minutes=30)
    after_closed: AfterClosed = AfterClosed.NEW_CYCLE
    closed_after: timedelta | None = None  # without a change a lead counts as closed for the next enquiry
    gate: tuple[str, ...] = ()  # tiers that are tried before owner precedence: the junk gate
    derivations: tuple[Derivation, ...] = ()
    junk: JunkChecks = NO_CHECKS
    types: dict[str, LeadType] = {}  # by the fact lead_type; "" is any other
    score: Scorecard | None = None
    matching: Matching = MATCHING
    providers: dict[str, Provider] = {}
    filling: Filling = FILLING
    hygiene: Hygiene = HYGIENE
    pipeline: Pipeline = PIPELINE
    handoffs: dict[str, HandoffType] = {}
    sequences: dict[str, Sequence] = {}
    outreach: Outreach = OUTREACH
    meetings: dict[str, MeetingType] = {}
    playbooks: dict[str, Playbook] = {}
    stewards: Stewards = STEWARDS
    reassignment: Reassignment = REASSIGNMENT
    sweep: Sweep = SWEEP
    lists: dict[str, str] = {}  # name -> hash of the version meant: of domains, imported beside the policy
