"""Whether the current policy's model still fits the leads that come: looked at now and then, kept, and told where it alarms.

What is read is read before the turn; under it there is only writing. It trains nothing.
"""

from datetime import datetime, timedelta

import msgspec

from firstright.core.beginnings import facts_then, seen_of
from firstright.core.compiled import Compiled
from firstright.core.drift import FEW, Drift, drift
from firstright.core.learned import predict
from firstright.desk.alarming import silence, sound
from firstright.desk.batch import Batch
from firstright.desk.desk import Desk
from firstright.desk.watch.rounds import Claim, Finish
from firstright.errors import NoPolicy, Refused
from firstright.storage import learned
from firstright.storage.learned import Look
from firstright.storage.transactions import Tx

MOST = 10_000  # leads one look reads
WINDOW = timedelta(days=30)
KIND = ROUND = "model-drift"
EVERY = timedelta(days=1)
LEASE = timedelta(minutes=10)

_encode = msgspec.json.Encoder().encode
_drift = msgspec.json.Decoder(Drift).decode


class Looked(msgspec.Struct, frozen=True):
    """What a look found; `alarmed` is whether an alarm was raised that was not open before."""

    name: str
    hash: str
    drift: Drift
    alarmed: bool = False


class NoteDrift:
    """Keeps a look, and raises or ends the alarm of its model. What was seen was read before the turn."""

    lane = "person"

    def __init__(self, seen: Looked) -> None:
        self.seen = seen

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> Looked:
        tx, now, seen = batch.tx, batch.turn.now, self.seen
        found = seen.drift
        learned.look(tx, seen.hash, now.date().isoformat(), now, found.leads, _encode(found).decode())
        new = False
        if found.reasons:
            new = sound(batch, KIND, seen.name, said(found), detail={"reasons": list(found.reasons)})
        elif found.leads >= FEW:
            silence(batch, KIND, seen.name)
        return msgspec.structs.replace(seen, alarmed=new)

    def rescue(self, batch: Batch, failure: Exception) -> Looked:
        raise failure


def look(desk: Desk) -> Looked:
    """Compares the leads of late with those the current policy's model was trained on. Raises NoPolicy, or Refused where it
    names no model."""
    now, policy = desk.writer.submit(_Current()).result()
    if policy is None:
        raise NoPolicy("policy")
    with desk.read() as tx:
        found = looked(tx, policy, now)
    if found is None:
        raise Refused(["the policy that is current names no model"])
    return desk.writer.submit(NoteDrift(found)).result()


def look_due(desk: Desk, now: datetime) -> Looked | None:
    """Once a day, by one node; None where it is not time, or the policy names no model."""
    policy = desk.policy
    if policy is None or policy.scoring is None or policy.scoring.model is None:
        return None
    if not Claim(ROUND, EVERY, LEASE).taken(desk, now):
        return None
    found = look(desk)
    about = {"leads": found.drift.leads, "reasons": list(found.drift.reasons)}
    desk.writer.submit(Finish(ROUND, about)).result()
    return found


class _Current:
    """The instant and the policy of a turn."""

    lane = "person"

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> tuple[datetime, Compiled | None]:
        return batch.turn.now, batch.memory.policy

    def rescue(self, batch: Batch, failure: Exception) -> tuple[datetime, Compiled | None]:
        raise failure


def looked(tx: Tx, compiled: Compiled, now: datetime) -> Looked | None:
    """How the leads of late compare; None where the policy names no model. It writes nothing."""
    policy, model = compiled.policy, compiled.scoring.model if compiled.scoring else None
    if model is None or policy.score is None:
        return None
    happened = learned.latest(tx, MOST)
    known = [(one, facts) for one in happened if (facts := facts_then(one.record)) is not None]
    since = now - WINDOW
    lately = [seen_of(facts, policy.catalogue) for one, facts in known if one.arrived_at >= since]
    ended = [
        (f"{one.decided_at:%Y-%m}", predict(model, seen_of(facts, policy.catalogue)).chance, had)
        for one, facts in known
        if (had := one.had) is not None
    ]
    return Looked(model.name, policy.score.model_hash, drift(model, lately, ended))


def said(found: Drift) -> str:
    """One sentence for who is told."""
    fields = [one.field for one in found.moved if one.state == "shifted"]
    months = [month.month for month in found.months if month.off]
    parts = [
        f"leads of the last {WINDOW.days} days are others than those it was trained on ({', '.join(fields)})"
    ] * bool(fields)
    parts += [f"its chances did not come true in {', '.join(months)}"] * bool(months)
    return f"The model drifts: {'; '.join(parts)}. Train it again: firstright score train --workspace."


def looks(tx: Tx, digest: str) -> list[tuple[Look, Drift]]:
    """Those that were kept, the newest first."""
    return [(look, _drift(look.found)) for look in learned.looks(tx, digest)]
