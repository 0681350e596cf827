"""The words of the control door: what a command may ask of the server that owns its database file. How they go to and fro, and
what comes back, is `controllines`.
"""

from datetime import datetime
from typing import Literal

import msgspec

from firstright.desk.asked import ActAsked
from firstright.desk.clockasked import ClockAsked, SpanAsked
from firstright.desk.crediting import CreditAdjusted, CreditAnswer
from firstright.desk.destinations import Asked
from firstright.desk.feeds import FeedChange
from firstright.desk.hooks import HookAsked
from firstright.desk.keys import NewKey
from firstright.desk.outreachasked import OutreachAsked
from firstright.desk.pausing import PauseAsked
from firstright.desk.proposing import Alike
from firstright.desk.providers import ProviderChange
from firstright.desk.quarantine import ReplayAsked
from firstright.desk.repairing import RepairAsked
from firstright.desk.repasked import RepAsked
from firstright.desk.sources import SourceAsked
from firstright.desk.stewards import PartReviewed
from firstright.desk.stuck import StuckAsked
from firstright.desk.synonyms import SynonymsAsked
from firstright.desk.userasked import UserAsked
from firstright.errors import FirstrightError

VERSION: Literal[1] = 1
LARGEST_TEXT = 16 * 1024 * 1024  # bytes of a policy, a roster or a map
LARGEST = (
    2 * LARGEST_TEXT + 1024 * 1024
)  # of a request: JSON writes a quotation mark or the end of a line with two


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="do"):
    firstright: Literal[1] = VERSION


class Publish(Request, frozen=True, tag="publish"):
    """`file` is what findings call it."""

    kind: Literal["policy", "roster"]
    text: str
    file: str
    by: str
    reason: str


class MakeKey(Request, frozen=True, tag="make-key"):
    key: NewKey
    by: str


class RevokeKey(Request, frozen=True, tag="revoke-key"):
    prefix: str
    by: str


class ImportAccounts(Request, frozen=True, tag="import-accounts"):
    """`file` is absolute and opened by the server; `shown` is what the caller calls it."""

    file: str
    shown: str
    system: str
    kind: str
    map: str
    map_file: str
    encoding: str
    dry: bool
    again: bool


class OwnerIs(Request, frozen=True, tag="owner-is"):
    system: str
    external_id: str
    rep: str
    by: str


class Import(Request, frozen=True, tag="import"):
    """`file` is absolute and opened by the server; `shown` is what the caller calls it."""

    file: str
    shown: str
    map: str
    map_file: str
    history: bool
    ledger: str


class Destine(Request, frozen=True, tag="destine"):
    asked: Asked
    by: str


class Act(Request, frozen=True, tag="act"):
    asked: ActAsked
    by: str


class Pause(Request, frozen=True, tag="pause"):
    """Also to resume: without an instant."""

    asked: PauseAsked
    by: str


class Staff(Request, frozen=True, tag="staff"):
    """A change of one rep: absences, hours, taking leads, leaving, a place in a pool, a calendar."""

    asked: RepAsked
    by: str


class Feed(Request, frozen=True, tag="feed"):
    """A calendar that is read by URL, or is no longer."""

    asked: FeedChange
    by: str


class Hooked(Request, frozen=True, tag="hook"):
    """By which foreign systems report activity: registered, changed, switched, removed; or its quarantine read again."""

    asked: HookAsked
    by: str


class Provide(Request, frozen=True, tag="provide"):
    """Whom facts are asked of: registered, changed, switched or removed."""

    asked: ProviderChange
    by: str


class Weigh(Request, frozen=True, tag="weigh"):
    """A performance pool; without `publish` it is only worked out."""

    pool: str
    publish: bool
    by: str


class AnswerCredit(Request, frozen=True, tag="answer-credit"):
    asked: CreditAnswer
    by: str


class AdjustCredit(Request, frozen=True, tag="adjust-credit"):
    asked: CreditAdjusted
    by: str


class ReachOut(Request, frozen=True, tag="reach-out"):
    """Sequences, consent, and the list of whom not to contact."""

    asked: OutreachAsked
    by: str


class Clocks(Request, frozen=True, tag="clocks"):
    """Of one lead: stand still, go on, a miss excused or put right."""

    asked: ClockAsked
    by: str


class ExcuseSpan(Request, frozen=True, tag="excuse-span"):
    """All misses of a span of time."""

    asked: SpanAsked
    by: str


class LookAtStuck(Request, frozen=True, tag="stuck"):
    """What somebody decided about a lead that lies; without a lead: sweep now."""

    asked: StuckAsked
    by: str


class Repair(Request, frozen=True, tag="repair"):
    asked: RepairAsked
    by: str


class StopRepair(Request, frozen=True, tag="stop-repair"):
    repair: str
    by: str


class ReviewPart(Request, frozen=True, tag="review-part"):
    asked: PartReviewed
    by: str


class ReplayArrivals(Request, frozen=True, tag="replay-arrivals"):
    """What is in quarantine, read again."""

    asked: ReplayAsked
    by: str


class Again(Request, frozen=True, tag="resend"):
    """Dead deliveries by name, or a destination's since an instant."""

    deliveries: list[str]
    destination: str
    since: datetime | None
    by: str


class Revive(Request, frozen=True, tag="revive"):
    """Dead jobs by name; with null all of them."""

    jobs: list[str] | None
    by: str


class Admit(Request, frozen=True, tag="admit"):
    asked: UserAsked
    by: str


class Describe(Request, frozen=True, tag="source"):
    """A source, new, changed or switched."""

    asked: SourceAsked
    by: str


class AddList(Request, frozen=True, tag="list"):
    """A version of a list of named accounts; `text` has a clean domain a line."""

    name: str
    text: str
    by: str


class AddModel(Request, frozen=True, tag="model"):
    """A version of a model; `text` is its JSON."""

    text: str
    by: str


class LookAtDrift(Request, frozen=True, tag="drift"):
    """Now: kept, and told where it alarms."""

    by: str


class Mean(Request, frozen=True, tag="synonyms"):
    """What values of a field mean: a new version of the policy."""

    asked: SynonymsAsked
    by: str


class EndAlarm(Request, frozen=True, tag="end-alarm"):
    alarm: str
    by: str


class Propose(Request, frozen=True, tag="propose-pairs"):
    """Pairs of leads a clean-up found alike, for review."""

    pairs: list[Alike]
    by: str


class TellApart(Request, frozen=True, tag="tell-apart"):
    """Two leads are two: remembered, proposed and linked no more."""

    lead: str
    other: str
    reason: str
    by: str


class Audit(Request, frozen=True, tag="audit"):
    """The watch over sources and the audit of the base, now."""

    by: str


AnyRequest = (
    Mean
    | EndAlarm
    | Propose
    | TellApart
    | Audit
    | AddList
    | AddModel
    | LookAtDrift
    | Describe
    | Publish
    | MakeKey
    | RevokeKey
    | Import
    | ImportAccounts
    | OwnerIs
    | Destine
    | Act
    | Pause
    | Staff
    | Feed
    | Hooked
    | Provide
    | Weigh
    | AnswerCredit
    | AdjustCredit
    | ReachOut
    | Clocks
    | ExcuseSpan
    | LookAtStuck
    | Repair
    | StopRepair
    | ReviewPart
    | ReplayArrivals
    | Again
    | Revive
    | Admit
)


class BadRequest(FirstrightError):
    """A line that is no request of this version."""


_request: msgspec.json.Decoder[AnyRequest] = msgspec.json.Decoder(AnyRequest)


def read_request(raw: bytes) -> AnyRequest:
    """BadRequest with the place that is wrong."""
    try:
        asked = msgspec.json.decode(raw, type=_Head).firstright
        if asked != VERSION:
            raise BadRequest(f"version {asked} is asked for, and this server speaks version {VERSION}")
        return _request.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadRequest(str(error)) from None


class _Head(msgspec.Struct):
    firstright: int
