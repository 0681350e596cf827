"""What can be sent now: which destinations have something due and may be asked, and what can go nowhere and why.

It reads; leases, letters and graves are `delivering`. The same look tells an idle worker that it need not take a turn.
"""

from collections import Counter
from datetime import datetime, timedelta

import msgspec

from firstright.core.policy import Policy
from firstright.core.sequences import By
from firstright.desk.breaker import BROKEN, is_paused
from firstright.storage import deliveries, destinations
from firstright.storage.deliveries import Ask
from firstright.storage.destinations import DestinationRow
from firstright.storage.transactions import Tx

PER_PLACE = 8  # deliveries on the way to one destination at a time, over all nodes
MOST_BURIED = 100  # in one turn: others wait for it
LATE = timedelta(minutes=10)  # an alert that could not be sent for so long takes another way, if it has one
ADD = "firstright destination add"
WAYS = {By.EMAIL: "email:lead", By.SMS: "webhook:sms"}  # to leads themselves


class Plan(msgspec.Struct):
    """`hopeless` and `late` are (reason, names of deliveries) to bury."""

    asks: list[Ask] = []
    hopeless: list[tuple[str, list[str]]] = []
    late: list[tuple[str, list[str]]] = []
    leases_over: bool = False

    @property
    def idle(self) -> bool:
        return not (self.asks or self.hopeless or self.late or self.leases_over)


def planned(tx: Tx, now: datetime, room: int, policy: Policy | None) -> Plan:
    """What a claim at this instant would do, at most `room` deliveries of it."""
    plan = Plan(leases_over=deliveries.leases_over(tx, now))
    names = deliveries.due_destinations(tx, now)
    if not names:
        return plan
    places = destinations.load(tx)
    free = _free(places, deliveries.in_flight(tx))
    escapes = [each.id for each in policy.templates.values() if each.fallback] if policy else []
    asked: Counter[str] = Counter()
    hopeless: dict[
        str, list[str]
    ] = {}  # two hundred reps without a mail server are one reason, and one statement
    graves = MOST_BURIED
    for name in names:
        place = place_of(name, places)
        if place is None or not place.enabled:
            if graves:
                found = deliveries.due(tx, name, now, graves)
                hopeless.setdefault(_why(name, place), []).extend(found)
                graves -= len(found)
            continue
        paused = is_paused(place, now)
        if escapes and (paused or place.failures >= BROKEN):
            late = deliveries.late(tx, name, now, now - LATE, escapes, MOST_BURIED)
            if late:
                plan.late.append((f"{place.name} did not answer in time", late))
        if not paused and room > 0 and free[place.name] > asked[place.name]:
            asked[place.name] += 1
            plan.asks.append(Ask(name, place.name, min(room, free[place.name])))
    plan.hopeless = list(hopeless.items())
    return plan


def unplaced(policy: Policy, places: dict[str, DestinationRow]) -> list[str]:
    """Sentences about everything this policy tells somebody by, and nobody registered a destination for: it dies."""
    told = [policy.tell_owner, policy.tell_review, policy.tell_warning, policy.tell_missed, policy.tell_moved]
    used = [policy.templates[name] for name in told if name in policy.templates]
    used += [policy.templates[t.fallback] for t in used if t.fallback in policy.templates]
    ways = [template.channel for template in used]
    ways += [f"{each.channel}:{each.id}" for each in policy.subscribers.values()]
    sent = {step.channel for each in policy.sequences.values() for step in each.steps if step.automatic}
    ways += [WAYS[by] for by in sorted(sent)]
    return [_why(way, None) for way in dict.fromkeys(ways) if place_of(way, places) is None]


def place_of(destination: str, places: dict[str, DestinationRow]) -> DestinationRow | None:
    """The destination of exactly this name, else the one of its channel alone: "email" for "email:ada"."""
    return places.get(destination) or places.get(destination.partition(":")[0])


def _free(places: dict[str, DestinationRow], flying: dict[str, int]) -> dict[str, int]:
    """How many more may be on the way to each place; one that is broken is probed with one."""
    free = {name: 1 if place.failures >= BROKEN else PER_PLACE for name, place in places.items()}
    for destination, number in flying.items():
        place = place_of(destination, places)
        if place is not None:
            free[place.name] -= number
    return free


def _why(destination: str, place: DestinationRow | None) -> str:
    if place is not None:
        return f"{place.name} is switched off: {place.off_reason or 'nobody said why'}"
    kind = destination.partition(":")[0]
    name = destination if kind == "webhook" else kind
    return f"nobody registered where {name} is: {ADD} {name}"
