"""What an arrival lacks that a lead of its type must have said, before it is decided. Asked only where a policy has types."""

from typing import NamedTuple

import msgspec

from firstright.core.clean.problem import Problem
from firstright.core.knowing import joined, knowing
from firstright.core.lead import Cause, Lead
from firstright.core.leadtypes import ANY_NAME, lacking, type_of
from firstright.core.matching import candidates, match
from firstright.desk.arrival import Arrival
from firstright.desk.batch import Batch


class Required(NamedTuple):
    """`lead` with all that is known of it. `aside`: it is no lead before it has said what it lacks."""

    lead: Lead
    type: str
    problems: tuple[Problem, ...]
    aside: bool


def required(batch: Batch, lead: Lead, arrival: Arrival) -> Required:
    """Somebody we have already is never put aside: what they lack they may have said before."""
    policy, world = batch.policy, batch.world
    if arrival.as_of is not None:
        world = msgspec.structs.replace(world, as_of=arrival.as_of)
    found = match(candidates(lead, world, policy.policy.matching))
    lead = knowing(lead, Cause.ARRIVED, found, policy, world.as_of, world.accounts)
    person = found.person.lead if found.person else None
    facts = joined(person.facts, lead.facts) if person else lead.facts
    types = policy.policy.types
    kind = type_of(types, facts)
    problems = lacking(types, facts, given=_given(arrival))
    aside = bool(problems) and kind.quarantine and person is None
    return Required(lead, kind.id or ANY_NAME, problems, aside)


def _given(arrival: Arrival) -> dict[str, object] | None:
    """The raw fields, where they were sent as JSON; what else there is has its own names for them."""
    if not arrival.content_type.startswith("application/json"):
        return None
    try:
        return msgspec.json.decode(arrival.raw, type=dict[str, object])
    except msgspec.MsgspecError:
        return None
