"""The world a trial decides in, as a JSON file: loads, credit, who won last, records already known, where the lead stands.

    {"loads": {"kim": 12},
     "standing": {"emea-sdr": {"kim": 300000000, "noor": -300000000}},
     "turns": {"emea-sdr": ["noor", "kim"]},
     "known": [{"kind": "account", "id": "acme", "key": "domain", "owner": "kim", "facts": {"account.type": "customer"}}],
     "lead": {"epoch": 1, "outcome": "owner", "holder": {"kind": "rep", "id": "kim"}, "tried": ["kim"]}}

Every part may be left out. Credit is in 10⁻⁹ leads; `turns` names winners, oldest first. It is read strictly: a name
that policy or roster do not know is a mistake, not an empty answer.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from firstright.cli.exits import Stop
from firstright.cli.files import read_bytes
from firstright.core.lead import NOBODY, Fact, Holder, HolderKind, Lead, Outcome, Waiting
from firstright.core.matching import STRENGTH
from firstright.core.matchkeys import match_keys
from firstright.core.policy import Policy
from firstright.core.pools import LEAD
from firstright.core.roster import Roster
from firstright.core.world import Candidate, Key, Load, PoolStanding, Standing, World

KINDS = ("lead", "contact", "account", "opportunity")


class KnownRecord(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A record that shares `key` with the lead. The last four fields are for a lead, found by a key that names a person."""

    kind: str
    id: str
    key: str
    owner: str = ""
    open: bool = True
    at: datetime | None = None
    label: str = ""
    account: str = ""
    facts: dict[str, Fact] = {}
    outcome: Outcome | None = None
    holder: Holder | None = None
    status: str = "routed"
    touched: bool = False


class Standpoint(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Where the lead itself stands, when it is not a fresh arrival."""

    id: str = "this"
    outcome: Outcome = Outcome.PENDING
    holder: Holder = NOBODY
    arrived_at: datetime | None = None
    lane: str = "main"
    epoch: int = 0
    cycle: int = 1
    status: str = "new"
    touched: bool = False
    locked_to: str = ""
    locked_until: datetime | None = None
    waiting: Waiting | None = None
    tried: tuple[str, ...] = ()


class WorldFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    loads: dict[str, int] = {}
    standing: dict[str, dict[str, int]] = {}
    turns: dict[str, tuple[str, ...]] = {}
    known: tuple[KnownRecord, ...] = ()
    lead: Standpoint = Standpoint()


def read_world(path: str) -> WorldFile:
    """The file as it is written; an empty path is an empty world. Structural mistakes end the command."""
    if not path:
        return WorldFile()
    try:
        return msgspec.json.decode(read_bytes(path, "world"), type=WorldFile)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Stop(f"{path}: the world file does not read: {_lower(str(error))}") from None


def placed(facts: dict[str, Fact], source: str, as_of: datetime, file: WorldFile) -> Lead:
    """The lead to decide about, standing where the world file says."""
    at = file.lead
    return Lead(
        facts=facts,
        source=source,
        arrived_at=at.arrived_at or as_of,
        id=at.id,
        lane=at.lane,
        outcome=at.outcome,
        holder=at.holder,
        epoch=at.epoch,
        cycle=at.cycle,
        status=at.status,
        touched=at.touched,
        locked_to=at.locked_to,
        locked_until=at.locked_until,
        waiting=at.waiting,
        tried=at.tried,
    )


def world_of(
    file: WorldFile, path: str, lead: Lead, policy: Policy, roster: Roster, as_of: datetime
) -> World:
    """The world to decide in. All names that lead nowhere are told at once."""
    keys = dict(match_keys(lead.facts, lead.source))
    wrong = [f"{path}: {each}" for each in _problems(file, keys, policy, roster)]
    if wrong:
        raise Stop(*wrong)
    standing = Standing(
        pools={
            (pool, lead.lane): _pool(file, pool, roster)
            for pool in dict.fromkeys((*file.standing, *file.turns))
        },
        loads={rep: Load(load, load * LEAD) for rep, load in file.loads.items()},
    )
    known: dict[Key, tuple[Candidate, ...]] = {}
    for record in file.known:
        key = (record.key, keys[record.key])
        known[key] = (*known.get(key, ()), _candidate(record, as_of))
    return World(as_of=as_of, turn=1, roster=roster, standing=standing, known=known)


def _problems(file: WorldFile, keys: Mapping[str, str], policy: Policy, roster: Roster) -> Iterator[str]:
    for rep, load in file.loads.items():
        if rep not in roster.reps:
            yield f'loads.{rep}: the roster has no rep "{rep}"'
        elif load < 0:
            yield f"loads.{rep}: a load is 0 or more open leads, not {load}"
    for part, pools in (("standing", file.standing), ("turns", file.turns)):
        for pool, reps in pools.items():
            if pool not in policy.pools:
                yield f'{part}.{pool}: the policy has no pool "{pool}"'
                continue
            for rep in dict.fromkeys(reps):
                if rep not in roster.reps:
                    yield f'{part}.{pool}: the roster has no rep "{rep}"'
    for i, record in enumerate(file.known):
        if record.kind not in KINDS:
            yield f'known[{i}].kind: "{record.kind}" is not one of {", ".join(KINDS)}'
        if record.key not in STRENGTH:
            yield f'known[{i}].key: "{record.key}" is not one of {", ".join(STRENGTH)}'
        elif record.key not in keys:
            yield f'known[{i}].key: the lead has no key "{record.key}", so this record cannot be found by it'
        for field, value in record.facts.items():
            if record.kind != "lead" and not isinstance(value, str):
                yield f"known[{i}].facts.{field}: facts of an {record.kind} are text"


def _pool(file: WorldFile, pool: str, roster: Roster) -> PoolStanding:
    credit = file.standing.get(pool, {})
    turns = file.turns.get(pool, ())
    reps = tuple(dict.fromkeys((*roster.members(pool).ids, *credit, *turns)))
    return PoolStanding(
        seq=len(turns),
        members=reps,
        credit=tuple(credit.get(rep, 0) for rep in reps),
        last=tuple(max([i for i, won in enumerate(turns, 1) if won == rep], default=0) for rep in reps),
    )


def _candidate(record: KnownRecord, as_of: datetime) -> Candidate:
    person = record.kind == "lead"
    return Candidate(
        kind=record.kind,
        id=record.id,
        key=record.key,
        owner=record.owner,
        open=record.open,
        at=record.at,
        label=record.label,
        account=record.account,
        lead=_known_lead(record, as_of) if person and record.key != "domain" else None,
        facts=() if person else tuple((name, str(value)) for name, value in record.facts.items()),
    )


def _known_lead(record: KnownRecord, as_of: datetime) -> Lead:
    held = Holder(HolderKind.REP, record.owner) if record.owner else NOBODY
    usual = (Outcome.OWNER if record.owner else Outcome.QUEUED) if record.open else Outcome.CLOSED
    return Lead(
        facts=dict(record.facts),
        source="known",
        arrived_at=record.at or as_of,
        id=record.id,
        outcome=record.outcome or usual,
        holder=record.holder or held,
        epoch=1,
        status=record.status,
        touched=record.touched,
    )


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
