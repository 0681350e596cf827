"""Asking providers: under the turn it is claimed what is to be asked, within budget and rate, and recorded what came of it.

It asks nobody, and tells no lead: see `enriching`. The same is asked once, however many leads and nodes wait for the answer.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import assert_never

import msgspec

from firstright.core.lead import Outcome
from firstright.core.providers import Provider
from firstright.desk.alarming import silence, sound
from firstright.desk.batch import Batch
from firstright.enrich.picking import about_another, picked
from firstright.outbound.channel import detail as words
from firstright.outbound.lookup import Again, Came, Found, Refused, Unknown
from firstright.storage import enrichments, providers
from firstright.storage.enrichments import EnrichmentRow
from firstright.storage.providers import AnswerRow, ProviderRow
from firstright.storage.transactions import Tx

MOST = 256  # questions looked at in one turn
ROOM = 8  # of one provider on their way at a time, over all nodes
GRACE = timedelta(seconds=15)  # beyond a request's own time-out: then somebody else asks
BACK_OFF = tuple(timedelta(seconds=s) for s in (10, 30, 120, 600, 1800, 7200))
MOST_TRIES = len(BACK_OFF) + 1
JITTER = 0.2  # of the back-off, either way
BROKEN = 5  # failures in a row: from then on one question at a time shows whether it is back
PAUSE = timedelta(seconds=30)
GIVE_UP = timedelta(hours=72)  # of failures without an answer: then a person must look at it
TURNED_DOWN = 3  # times in a row that they did not talk to us
OVER = frozenset({Outcome.REJECTED, Outcome.CLOSED})
OFF, BUDGET = "provider-off", "provider-budget"  # kinds of alarms

_encode = msgspec.json.Encoder(order="deterministic").encode


class Asking(msgspec.Struct, frozen=True):
    """A question that is ours until its lease is over, and whom it is for."""

    row: EnrichmentRow
    provider: Provider
    place: ProviderRow


class Claimed(msgspec.Struct, frozen=True):
    """What is to be asked now, and the leads for which something has come."""

    asks: tuple[Asking, ...] = ()
    leads: tuple[str, ...] = ()


class Ended(msgspec.Struct, frozen=True):
    """What came of one request, and how long it took; `dice` in [0, 1) spreads the next tries."""

    asking: Asking
    came: Came
    took: timedelta
    dice: float


def is_due(tx: Tx, now: datetime) -> bool:
    return enrichments.anything_due(tx, now)


def month_of(now: datetime) -> str:
    return f"{now:%Y-%m}"


def shape_of(provider: Provider) -> str:
    """What an answer was kept for: with other fields, or asked by something else, it is another question."""
    return sha256(_encode([provider.ask, provider.fields, provider.same])).hexdigest()[:16]


class ClaimQuestions:
    """At most `room` requests under `token`. What needs nobody asked ends here: answers we have, budgets that are spent."""

    lane = "deadlines"

    def __init__(self, room: int, token: str) -> None:
        self.room = room
        self.token = token

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> Claimed:
        if batch.memory.policy is None:
            return Claimed()
        rows = enrichments.due(batch.tx, batch.turn.now, MOST)
        here = _Counter(batch, self.room, self.token)
        for row in rows:
            if row.state != "came":
                here.serve(row)
        ended = [row for row in here.changed if row.state == "came"]
        enrichments.change(batch.tx, here.changed)
        _come(batch, ended)
        for place in here.used.values():
            providers.fared(batch.tx, place)
        leads = [row.lead_id for row in (*rows, *ended) if row.state == "came"]
        return Claimed(tuple(here.asks), tuple(dict.fromkeys(leads)))

    def rescue(self, batch: Batch, failure: Exception) -> Claimed:
        raise failure


class _Counter:
    """One look at what is due: who may be asked right now."""

    def __init__(self, batch: Batch, room: int, token: str) -> None:
        self.batch = batch
        self.room = room
        self.token = token
        self.now = batch.turn.now
        self.asks: list[Asking] = []
        self.changed: list[EnrichmentRow] = []
        self.used: dict[str, ProviderRow] = {}
        self._put_off: dict[str, int] = {}
        self._places = providers.load(batch.tx)
        self._spent = providers.spent(batch.tx, month_of(self.now))
        self._busy = {(name, key): until for name, key, until in enrichments.under_way(batch.tx, self.now)}

    def serve(self, row: EnrichmentRow) -> None:
        if len(self.asks) >= self.room:
            return  # another node may have room
        row.lease_token = ""  # of whoever asked and never said what came of it
        self.changed.append(row)
        provider = self.batch.policy.policy.providers.get(row.provider)
        if provider is None:
            return _end(row, "moot", "the policy asks them no longer", self.now)
        place = self._places.get(row.provider)
        if later := self._later(row, provider, place):
            row.state, row.due_at = "waiting", min(later, row.give_up_at)
            return None
        lead = self.batch.lead_row(row.lead_id)
        if lead is None or lead.outcome in OVER:
            return _end(row, "moot", "the lead was closed by then", self.now)
        if before := providers.answered(self.batch.tx, row.provider, row.key, shape_of(provider), self.now):
            row.said = before.answer
            return _end(row, before.result, before.detail, self.now)
        if place is None:
            return _end(row, "failed", "no provider of that name is registered", self.now)
        if not place.enabled:
            return _end(row, "failed", f"switched off: {place.off_reason}", self.now)
        if self.now >= row.give_up_at or row.attempts >= MOST_TRIES:
            return _end(row, "failed", row.detail or "there was no answer in time", self.now)
        spent = self._spent.get(row.provider, 0)
        if provider.budget is not None and spent >= provider.budget:
            self._over_budget(provider)
            said = f"the budget of {provider.budget:,} requests is spent in {month_of(self.now)}"
            return _end(row, "failed", said, self.now)
        return self._ask(row, provider, place)

    def _later(self, row: EnrichmentRow, provider: Provider, place: ProviderRow | None) -> datetime | None:
        """When to look again, where nobody may be asked right now. It asks the database nothing: thousands may wait."""
        if place is None or not place.enabled or self.now >= row.give_up_at:
            return None
        if same := self._busy.get((row.provider, row.key)):
            return same
        if place.paused_until is not None and self.now < place.paused_until:
            return place.paused_until
        under_way = sum(name == row.provider for name, _ in self._busy)
        probing = place.failures >= BROKEN and under_way > 0
        if probing or under_way >= ROOM:
            return self.now + timedelta(seconds=1) * self._turn(row.provider, ROOM)
        minute = self.now.replace(second=0, microsecond=0)
        most = provider.most_per_minute
        if most and place.minute == minute and place.minute_n >= most:
            return minute + timedelta(minutes=1) * self._turn(row.provider, most)
        return None

    def _turn(self, provider: str, together: int) -> int:
        """Who is put off comes back a few at a time: else all who wait are looked at every second."""
        n = self._put_off[provider] = self._put_off.get(provider, 0) + 1
        return -(-n // together)

    def _ask(self, row: EnrichmentRow, provider: Provider, place: ProviderRow) -> None:
        minute = self.now.replace(second=0, microsecond=0)
        place.minute_n = place.minute_n + 1 if place.minute == minute else 1
        place.minute = minute
        self.used[place.name] = place
        providers.spend(self.batch.tx, row.provider, month_of(self.now))
        self._spent[row.provider] = self._spent.get(row.provider, 0) + 1
        silence(self.batch, BUDGET, row.provider)
        row.state, row.asked_at, row.lease_token = "asked", self.now, self.token
        row.attempts += 1
        row.due_at = self.now + provider.timeout + GRACE
        self._busy[row.provider, row.key] = row.due_at
        self.asks.append(Asking(row, provider, place))

    def _over_budget(self, provider: Provider) -> None:
        said = f"Provider {provider.id} has had its {provider.budget:,} requests of {month_of(self.now)}: nobody is asked until the month ends or the budget grows."
        sound(self.batch, BUDGET, provider.id, said, detail={"budget": provider.budget or 0})


class RecordAnswers:
    """What came of requests. True for each that was still ours; what another node asks by now is theirs to record."""

    lane = "deadlines"

    def __init__(self, ended: list[Ended]) -> None:
        self.ended = ended

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> list[bool]:
        return [self._recorded(batch, each) for each in self.ended]

    def rescue(self, batch: Batch, failure: Exception) -> list[bool]:
        raise failure

    def _recorded(self, batch: Batch, ended: Ended) -> bool:
        asked = ended.asking.row
        row = enrichments.one(batch.tx, asked.id)
        if row is None or row.state != "asked" or row.lease_token != asked.lease_token:
            return False
        row.took, row.lease_token = max(1, round(ended.took.total_seconds() * 1000)), ""
        place = providers.one(batch.tx, row.provider)
        if place is not None:
            _fared(batch, place, ended.came)
            providers.fared(batch.tx, place)
        _record(batch, row, ended)
        return True


def _record(batch: Batch, row: EnrichmentRow, ended: Ended) -> None:
    now, provider = batch.turn.now, ended.asking.provider
    match ended.came:
        case Found(answer):
            if other := about_another(provider, row.key, answer):
                _answered(batch, row, provider, "unknown", words(f"the answer is about {other}"))
            else:
                values, wrong = picked(provider, answer)
                detail = words(f"not readable: {', '.join(wrong)}") if wrong else ""
                _answered(
                    batch, row, provider, "known" if values else "unknown", detail, _encode(values).decode()
                )
        case Unknown(why):
            _answered(batch, row, provider, "unknown", why)
        case Refused(why, us) if not us:
            _end(row, "failed", why, now)
            _written(batch, [row])
        case Refused(why) | Again(why):
            row.detail = why
            wait = ended.came.wait if isinstance(ended.came, Again) else None
            row.due_at, row.state = next_try(row.attempts, now, ended.dice, wait), "waiting"
            if row.due_at >= row.give_up_at or row.attempts >= MOST_TRIES:
                _end(row, "failed", why, now)
            _written(batch, [row])
        case never:
            assert_never(never)


def next_try(tries: int, now: datetime, dice: float, wait: timedelta | None) -> datetime:
    """After so many requests for the same; later where the other side has asked for that."""
    planned = BACK_OFF[min(tries, len(BACK_OFF)) - 1] * (1 - JITTER + 2 * JITTER * dice)
    return now + max(planned, wait or timedelta(0))


def _answered(
    batch: Batch, row: EnrichmentRow, provider: Provider, result: str, detail: str, answer: str = "{}"
) -> None:
    """Kept, and for everybody who waits for the same."""
    now = batch.turn.now
    until = now + provider.fresh_for
    providers.keep(
        batch.tx, AnswerRow(row.provider, row.key, shape_of(provider), result, answer, detail, now, until)
    )
    others = [each for each in enrichments.of_key(batch.tx, row.provider, row.key) if each.id != row.id]
    for each in (row, *others):
        each.said = answer
        _end(each, result, detail, now)
    _written(batch, [row, *others])


def _end(row: EnrichmentRow, result: str, detail: str, now: datetime) -> None:
    """It waits to be told the lead; who asked it, if anybody, asks no more."""
    row.state, row.result, row.detail = "came", result, detail
    row.lease_token, row.due_at, row.answered_at = "", now, now


def _written(batch: Batch, rows: list[EnrichmentRow]) -> None:
    enrichments.change(batch.tx, rows)
    _come(batch, [row for row in rows if row.state == "came"])


def _come(batch: Batch, rows: list[EnrichmentRow]) -> None:
    """Where nothing else is on its way the lead is told at once; else what came waits a little for the rest."""
    now, collect = batch.turn.now, batch.policy.policy.filling.collect
    complete = []
    for lead in dict.fromkeys(row.lead_id for row in rows):
        others = enrichments.of_lead(batch.tx, lead)
        if not any(each.state in enrichments.OPEN for each in others):
            complete.append(lead)
    waits = [row for row in rows if row.lead_id not in complete]
    for row in waits:
        row.due_at = now + collect
    enrichments.change(batch.tx, waits)
    enrichments.hasten(batch.tx, complete, now)


def _fared(batch: Batch, place: ProviderRow, came: Came) -> None:
    """How the provider is doing, told from what came; off when a person must look at it."""
    now = batch.turn.now
    if isinstance(came, Found | Unknown) or (isinstance(came, Refused) and not came.us):
        place.failures, place.failing_since, place.paused_until = 0, None, None
        return
    place.problem, place.problem_at = came.why, now
    if isinstance(came, Again) and came.throttled:
        place.paused_until = now + (came.wait or PAUSE)
        return
    place.failures += 1
    place.failing_since = place.failing_since or now
    down = isinstance(came, Refused) and place.failures >= TURNED_DOWN
    if down or now - place.failing_since >= GIVE_UP:
        place.enabled, place.off_reason = False, f"{place.failures} failures in a row, the last: {came.why}"
        sound(batch, OFF, place.name, f"Provider {place.name} is switched off: {place.off_reason}.")
    elif place.failures >= BROKEN:
        place.paused_until = now + PAUSE * 2 ** min(place.failures - BROKEN, 5)
