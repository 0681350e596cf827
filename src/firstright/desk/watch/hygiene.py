"""The audit of the base: once a day one node reads it whole, in bounded steps and without a turn, and keeps what it found with its
cause and who is to see to it. It changes no lead.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import msgspec

from firstright.core.baseaudit import (
    ALARM_OPEN,
    LEAST_ARRIVALS,
    LIST_UNUSED,
    NO_REP,
    PROPOSED,
    SAME_KEY,
    SYNONYM_UNUSED,
    SYNONYM_WRONG,
    UNMAPPED,
    Found,
    Gathered,
    look_at,
    of_fields,
    of_pools,
    of_rules,
)
from firstright.core.compiled import Compiled
from firstright.core.documents.policyfile import read_policy
from firstright.core.matching import PERSONAL
from firstright.core.roster import Roster
from firstright.core.synonymaudit import SHOWN, contradictions, unused
from firstright.core.why.alarmwords import title
from firstright.desk.batch import Batch
from firstright.desk.desk import Desk
from firstright.desk.watch.rounds import Claim, Finish
from firstright.storage import alarms, hygiene, policies, profiles
from firstright.storage.transactions import Tx

ROUND = "hygiene"
LEASE = timedelta(hours=1)
VERSIONS = 1_000  # of the policy that are looked through for the one that was in force then
CHUNK = 100  # findings put down in one piece of work

log = logging.getLogger("firstright.hygiene")


class Audited(msgspec.Struct, frozen=True):
    """How many leads were read, and how many findings there are of each kind."""

    leads: int
    findings: dict[str, int]


def audit_due(
    desk: Desk, now: datetime, *, asked: bool = False, stop: Callable[[], bool] = lambda: False
) -> Audited | None:
    """Audits when it is time to, or somebody asked; None when it is not, another node is at it, or there is no policy yet."""
    policy, roster = desk.policy, desk.roster
    if policy is None or roster is None:
        return None
    every = policy.policy.hygiene.every
    if not Claim(ROUND, -LEASE if asked else every, LEASE).taken(desk, now):
        return None
    desk.profiling.put_down()
    with desk.read() as tx:
        began = desk.instant(tx, now)
    into = Gathered()
    leads = _leads(desk, policy, roster, began, into, stop)
    if stop():
        return None  # begun anew when the lease is over
    with desk.read() as tx:
        for each in _others(tx, policy, roster, began):
            into.add(each)
    found = list(into.found.values())
    for begin in range(0, len(found), CHUNK):
        desk.writer.submit(Keep(found[begin : begin + CHUNK])).result()
    counts = dict(sorted(Counter(each.kind for each in found).items()))
    desk.writer.submit(
        Finish(ROUND, {"leads": leads, **counts}, lambda tx, at: _closed(tx, found, began, at))
    ).result()
    return Audited(leads, counts)


def _leads(
    desk: Desk, policy: Compiled, roster: Roster, now: datetime, into: Gathered, stop: Callable[[], bool]
) -> int:
    """How many there are: each step is a snapshot of its own, so that no long one keeps the database from tidying up."""
    after, count = hygiene.FIRST, 0
    while True:
        with desk.read() as tx:
            leads = hygiene.open_leads(tx, after)
        for lead in leads:
            look_at(lead, policy, roster, now, policy.policy.hygiene, into)
        if not leads or stop():
            return count
        after, count = leads[-1].id, count + len(leads)


def _others(tx: Tx, policy: Compiled, roster: Roster, now: datetime) -> Iterator[Found]:
    """What is not wrong with one lead."""
    wanted, responsible = policy.policy.hygiene, policy.policy.responsible
    yield from of_pools(policy, roster, now)
    totals = profiles.totals(tx, now - wanted.quiet_rule)
    arrivals = sum(n for (_, field, what), n in totals.items() if not field and what == profiles.ARRIVED)
    filled: Counter[str] = Counter()
    for (_, field, what), n in totals.items():
        if what == profiles.FILLED:
            filled[field] += n
    yield from of_fields(policy, filled, arrivals)
    since = now - wanted.quiet_rule
    fired = hygiene.fired(tx, since)
    yield from of_rules(policy, fired, sum(fired.values()), since, wanted)
    for kind in PERSONAL:
        if found := hygiene.same_key(tx, kind):
            yield Found(SAME_KEY, kind, responsible, len(found), found[:20], {})
    if proposed := hygiene.proposed(tx):
        yield Found(PROPOSED, "review", responsible, proposed, [], {})
    for field, n, distinct in hygiene.unmapped(tx):
        yield Found(UNMAPPED, field, responsible, n, [], {"distinct": distinct})
    yield from _synonyms(tx, policy, since, arrivals)
    for owner, n in hygiene.account_owners(tx).items():
        if owner not in roster.reps:
            yield Found(NO_REP, owner, responsible, n, [], {})
    for alarm in alarms.open_alarms(tx):
        if alarm.raised_at < now - wanted.alarm_open:
            said = str(alarm.detail.get("said") or title(alarm.kind))
            about: dict[str, str | int] = {"said": said, "alarm": alarm.id}
            yield Found(
                ALARM_OPEN,
                f"{alarm.kind} {alarm.subject}",
                responsible,
                (now - alarm.raised_at).days,
                [],
                about,
            )
    for name in hygiene.lists(tx):
        if name not in policy.policy.lists:
            yield Found(LIST_UNUSED, name, responsible, 1, [], {})


def _synonyms(tx: Tx, policy: Compiled, since: datetime, arrivals: int) -> Iterator[Found]:
    """What contradicts itself, by field; and words that stood there all the time and did not come, once that was counted for as long."""
    tables, responsible = policy.policy.synonyms, policy.policy.responsible
    said: dict[str, list[str]] = {}
    for field, _, why in contradictions(tables):
        said.setdefault(field, []).append(why)
    for field, each in said.items():
        yield Found(SYNONYM_WRONG, field, responsible, len(each), [], {"said": "; ".join(each[:SHOWN])})
    began, used = profiles.synonyms_used(tx, since - timedelta(days=1))
    stood = next((each for each in policies.history(tx, VERSIONS) if each.published_at <= since), None)
    if stood is None or began is None or began > since or arrivals < LEAST_ARRIVALS:
        return
    before, _ = read_policy(policies.load(tx, stood.version))
    for field, words in unused(tables, before.synonyms if before else {}, used).items():
        about: dict[str, str | int] = {"days": policy.policy.hygiene.quiet_rule.days}
        about["said"] = ", ".join(f'"{word}"' for word in words[:SHOWN])
        yield Found(SYNONYM_UNUSED, field, responsible, len(words), [], about)


def _closed(tx: Tx, found: list[Found], began: datetime, now: datetime) -> None:
    """What was there and is not found any more has ended; and the figures of the day."""
    hygiene.end_others(tx, began, now)
    counts: Counter[str] = Counter()
    for each in found:
        counts[each.kind] += each.n
    hygiene.count_day(tx, counts, now)


class Keep:
    lane = "bulk"

    def __init__(self, found: list[Found]) -> None:
        self.found = found

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> None:
        hygiene.put(batch.tx, self.found, batch.turn.now)

    def rescue(self, batch: Batch, failure: Exception) -> None:
        raise failure
