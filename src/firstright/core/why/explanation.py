"""An explanation of one decision, as data: what was known, asked, found and ruled out. Filled by `trace`, worded by `sentences`.

`redacted` is the view one rep may see: their own line in every pool, and no colleague's name or reasons.
"""

from datetime import datetime

import msgspec

from firstright.core.decision import AlarmSet, ClockStarted, Code
from firstright.core.lead import Cause, HolderKind, Outcome, Value, Waiting
from firstright.core.why.apartwords import ApartSaid
from firstright.core.why.derived import NOTHING, KindSaid
from firstright.core.why.groupwords import GroupSaid
from firstright.core.why.origins import FilledSaid, OddsSaid
from firstright.core.why.worth import WorthSaid

NOBODY_ACTED = "nobody-acted"
LOOKED_AT = frozenset(("suspected-junk", "likely-duplicate"))  # reasons for which somebody gave it back
NAMED_AFTER_PEOPLE = frozenset(("account.owner",))  # facts that hold a colleague's name


class Person(msgspec.Struct, frozen=True):
    """A rep, or an address that is told something. `name` is what a sentence calls them."""

    id: str
    name: str


SOMEBODY = Person("", "another rep")


class Barrier(msgspec.Struct, frozen=True, omit_defaults=True):
    """One code that rules a rep out, with its datum: when it ends (or began), what it is about, needed against had."""

    code: Code
    at: datetime | None = None
    what: str = ""
    need: str = ""
    have: str = ""


class Member(msgspec.Struct, frozen=True):
    """One rep of a pool that was asked. `credit` is what stood to their name before this turn, in 10⁻⁹ leads."""

    rep: Person
    verdict: str  # won | eligible | ruled-out
    barriers: tuple[Barrier, ...] = ()
    weight: int = 1
    credit: int | None = None
    measured: str = ""  # what the method compared, in words


class PoolSaid(msgspec.Struct, frozen=True):
    """A pool, or with `direct` the one rep a rule names, and everybody in it. `size` counts redacted members too."""

    pool: str
    name: str
    rule: str
    direct: bool
    size: int
    eligible: int
    winner: Person | None
    members: tuple[Member, ...]
    method: str = "credit"  # pools.Method
    relaxed: int = 0  # how many of its rule's relaxations held


class LeafSaid(msgspec.Struct, frozen=True):
    """One test of a rule: what it asks, the answer (true | false | unknown) and what the lead has; None is missing."""

    field: str
    asks: str
    truth: str
    have: Value | None = None


class TerritorySaid(msgspec.Struct, frozen=True):
    id: str
    verdict: str  # true | holdover | tie | false | unknown


class RotaSaid(msgspec.Struct, frozen=True):
    """The rota a rule sends to, and who had it then; None: nobody, so that the rule went on without."""

    id: str
    rep: Person | None


class RuleSaid(msgspec.Struct, frozen=True):
    """One rule. Those that were not reached, or are outside their dates, are named and not expanded."""

    id: str
    name: str
    tier: str
    verdict: str  # true | false | unknown | not-reached | not-in-force
    then: str = ""  # took | waited | next | review | passed-over; empty for a false one
    asks: str = ""
    leaves: tuple[LeafSaid, ...] = ()
    territories: tuple[TerritorySaid, ...] = ()
    since: datetime | None = None  # of a rule that is not in force: when it is
    until: datetime | None = None
    rota: RotaSaid | None = None


class StepSaid(msgspec.Struct, frozen=True):
    """One step of owner precedence. `found` counts the records it looked at, `late` those beyond its look-back."""

    step: str
    verdict: str  # true | nothing | away | unknown-rep | contradiction | listed | not-reached
    then: str = ""  # took | waited | backup | manager | wait | next | review
    owners: tuple[Person, ...] = ()
    barriers: tuple[Barrier, ...] = ()  # why the owner found could not take it
    days: int | None = None  # how far back it looks
    found: int = 0
    late: int = 0


class KnownSaid(msgspec.Struct, frozen=True):
    """A record we already had that shares `key` with the lead."""

    kind: str
    id: str
    key: str
    label: str
    owner: Person | None
    open: bool
    at: datetime | None
    score: int = 0  # per mille: how alike, where no key proves it
    unsure: bool = False
    reasons: tuple[tuple[str, str, int], ...] = ()  # (field, verdict, weight), as compared
    aside: bool = False  # it is to be decided again, too: whoever had it did not count


class TaskSaid(msgspec.Struct, frozen=True):
    rep: Person
    text: str
    channel: str
    due: datetime


class ToldSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """`subscriber`: a program or channel that is told of this event, no person."""

    to: Person
    template: str
    channel: str
    event: str = ""
    subscriber: bool = False


class ActSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody did, or which clock rang, that made us decide."""

    by: Person | None = None
    reason: str = ""
    channel: str = ""
    result: str = ""
    at: datetime | None = None
    clock: str = ""
    percent: int = 0
    due: datetime | None = None
    chose: str = ""  # by hand: owner | pending (the rules once more) | nurture | rejected | closed
    why: str = ""  # closed by hand: the code
    into: str = ""  # merged: the lead that stands for it from now on; apart again: that stood for it
    child: str = ""  # merged or apart: the other one, of the lead that stands for it


class DoneSaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is settled by it, beside where the lead goes."""

    what: str  # accepted | met | missed | task-done
    rep: Person | None = None
    clock: str = ""
    percent: int = 0
    channel: str = ""
    at: datetime | None = None


class CreditSaid(msgspec.Struct, frozen=True):
    """What became of the turn a lead cost somebody: given back, asked for, or not."""

    rep: Person | None
    pool: str  # as it is called
    amount: int  # 10⁻⁹ leads
    state: str  # given | asked | refused
    because: str = ""  # refused: creditback.Judged


class RungSaid(msgspec.Struct, frozen=True):
    """A rung of the ladder that could have moved the lead."""

    id: str
    verdict: str  # true | budget-spent | nobody-else | no-place | there-already
    then: str  # took | next


class Verdict(msgspec.Struct, frozen=True):
    """What became of the lead. `target` is what the rule says beside a holder: a queue, a reason to reject, a helpdesk."""

    outcome: Outcome
    reason: str
    kind: HolderKind
    holder: Person | None
    rule: str = ""
    rule_name: str = ""
    step: str = ""
    target: str = ""
    between: tuple[str, ...] = ()  # review: who or what contradicts
    waiting: Waiting | None = None
    joins: str = ""  # the lead this arrival belongs to
    new_cycle: bool = False
    service: str = ""
    status: str = ""
    priority: int = 0
    kept: bool = False  # it stays where it was
    offered: Person | None = None  # whom it is offered to


class Explanation(msgspec.Struct, frozen=True):
    as_of: datetime
    zone: str  # dates are told in it
    cause: Cause
    verdict: Verdict
    known: tuple[KnownSaid, ...]
    steps: tuple[StepSaid, ...]
    rules: tuple[RuleSaid, ...]
    pools: tuple[PoolSaid, ...]
    clocks: tuple[ClockStarted, ...]
    tasks: tuple[TaskSaid, ...]
    told: tuple[ToldSaid, ...]
    alarms: tuple[AlarmSet, ...]
    next_at: datetime | None
    expected_at: datetime | None
    act: ActSaid | None = None
    done: tuple[DoneSaid, ...] = ()
    rungs: tuple[RungSaid, ...] = ()
    credits: tuple[CreditSaid, ...] = ()
    kind: KindSaid = NOTHING
    filled: tuple[FilledSaid, ...] = ()
    worth: WorthSaid | None = None
    group: GroupSaid | None = None
    apart: tuple[ApartSaid, ...] = ()
    odds: tuple[OddsSaid, ...] = ()


_encode = msgspec.json.Encoder(order="deterministic").encode


def as_json(explanation: Explanation) -> bytes:
    """The whole structure, instants in UTC, for an API or a console."""
    return _encode(explanation)


def redacted(explanation: Explanation, rep_id: str) -> Explanation:
    """What `rep_id` may see: colleagues become "another rep", and their member lines and reasons are left out."""

    def seen(person: Person) -> Person:
        return person if person.id == rep_id else SOMEBODY

    def maybe(person: Person | None) -> Person | None:
        return person and seen(person)

    verdict = explanation.verdict
    holder = maybe(verdict.holder) if verdict.kind is HolderKind.REP else verdict.holder
    owners = {owner.name for step in explanation.steps for owner in step.owners if owner.id != rep_id}
    between = tuple(SOMEBODY.name if name in owners else name for name in verdict.between)
    if verdict.reason == NOBODY_ACTED or verdict.reason in LOOKED_AT:  # all of them are colleagues
        between = ()
    act = explanation.act and msgspec.structs.replace(explanation.act, by=maybe(explanation.act.by))
    if act and act.chose and not (verdict.holder and verdict.holder.id == rep_id):
        act = msgspec.structs.replace(act, reason="")  # written about others, and for them
    return msgspec.structs.replace(
        explanation,
        verdict=msgspec.structs.replace(verdict, holder=holder, between=between),
        known=tuple(msgspec.structs.replace(k, owner=maybe(k.owner)) for k in explanation.known),
        steps=tuple(_step(s, rep_id) for s in explanation.steps),
        rules=tuple(
            msgspec.structs.replace(
                r,
                leaves=_leaves(r.leaves),
                rota=r.rota and msgspec.structs.replace(r.rota, rep=maybe(r.rota.rep)),
            )
            for r in explanation.rules
        ),
        pools=tuple(_pool(p, rep_id) for p in explanation.pools),
        tasks=tuple(msgspec.structs.replace(t, rep=seen(t.rep)) for t in explanation.tasks),
        told=tuple(
            t if t.subscriber else msgspec.structs.replace(t, to=seen(t.to)) for t in explanation.told
        ),
        act=act,
        done=tuple(msgspec.structs.replace(d, rep=maybe(d.rep)) for d in explanation.done),
        credits=tuple(msgspec.structs.replace(c, rep=maybe(c.rep)) for c in explanation.credits),
        apart=tuple(msgspec.structs.replace(a, by="", name="somebody") for a in explanation.apart),
    )


def _step(step: StepSaid, rep_id: str) -> StepSaid:
    owners = tuple(owner if owner.id == rep_id else SOMEBODY for owner in step.owners)
    mine = bool(step.owners) and step.owners[0].id == rep_id
    return msgspec.structs.replace(step, owners=owners, barriers=step.barriers if mine else ())


def _leaves(leaves: tuple[LeafSaid, ...]) -> tuple[LeafSaid, ...]:
    return tuple(
        msgspec.structs.replace(leaf, have=SOMEBODY.name)
        if leaf.field in NAMED_AFTER_PEOPLE and leaf.have
        else leaf
        for leaf in leaves
    )


def _pool(pool: PoolSaid, rep_id: str) -> PoolSaid:
    members = tuple(m for m in pool.members if m.rep.id == rep_id)
    winner = pool.winner if pool.winner is None or pool.winner.id == rep_id else SOMEBODY
    named = pool.pool if not pool.direct or members else ""
    name = pool.name if not pool.direct or members else SOMEBODY.name
    return msgspec.structs.replace(pool, pool=named, name=name, members=members, winner=winner)
