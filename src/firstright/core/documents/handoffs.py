"""What is wrong with handoffs beyond their own tables: nobody to take them, promises shorter than the answer may take."""

from collections.abc import Collection, Iterator

from firstright.core.documents.case import Case
from firstright.core.documents.reading import not_known
from firstright.core.handoff import HandoffType
from firstright.core.pools import Method
from firstright.core.rules.findings import Finding
from firstright.core.statuses import STATUSES


def handoffs(case: Case) -> Iterator[Finding]:
    for kind in case.policy.handoffs.values():
        yield from _receiver(case, kind)
        yield from _named(case, kind)
    for name, pool in case.policy.pools.items():
        if pool.offer and pool.method is Method.PULL:
            text = 'Members of a pull pool take leads themselves, so "offer" has no effect.'
            yield case.of_named("pools", name, "key.no_effect", text, "offer", "warning")


def _receiver(case: Case, kind: HandoffType) -> Iterator[Finding]:
    known: Collection[str] | None = None
    if kind.receiver in ("pool", "queue"):
        known = case.policy.pools if kind.receiver == "pool" else case.policy.queues
    if kind.receiver == "rep" and case.roster is not None:
        known = dict.fromkeys(rep.id for rep in case.roster.reps)
    if known is not None and kind.to and kind.to not in known:
        text = not_known(kind.to, known, f"The {kind.receiver}")
        yield case.of_named("handoffs", kind.id, f"{kind.receiver}.unknown", text, "to")
    elif kind.receiver == "pool" and kind.to:
        yield from _pool(case, kind)
    elif kind.receiver == "queue" and kind.accept:
        text = (
            f'A queue is asked nothing: the lead is in "{kind.to}" at once, and these {kind.accept} are never counted. '
            "Hand over to a pool or a rep, or leave them out."
        )
        yield case.of_named("handoffs", kind.id, "handoff.unasked", text, "accept", "warning")


def _pool(case: Case, kind: HandoffType) -> Iterator[Finding]:
    if case.policy.pools[kind.to].method is Method.PULL:
        text = f'"{kind.to}" is a pull pool: nobody can be picked from it; name a queue instead.'
        yield case.of_named("handoffs", kind.id, "handoff.pull", text, "to")
    elif (members := case.members(kind.to)) and not any(case.takes(rep, place) for rep, place in members):
        text = f'Nobody in pool "{kind.to}" can take a lead, so nothing could ever be handed over to it.'
        yield case.of_named("handoffs", kind.id, "handoff.nobody", text, "to")


def _named(case: Case, kind: HandoffType) -> Iterator[Finding]:
    services = case.policy.services
    if kind.service and kind.service not in services:
        text = not_known(kind.service, services, "The service level")
        yield case.of_named("handoffs", kind.id, "service.unknown", text, "service")
    service = services.get(kind.service or case.policy.default_service)
    of_ours = kind.kind in ("sales", "quote")
    if of_ours and kind.accept and service and service.untouched and kind.accept > service.untouched:
        text = (
            f"Somebody may take {kind.accept} to say yes, and a lead is not to lie untouched for longer than "
            f"{service.untouched}: the promise would be broken before it begins."
        )
        yield case.of_named("handoffs", kind.id, "handoff.slow", text, "accept", "warning")
    if kind.on and kind.on not in STATUSES:
        text = not_known(kind.on, STATUSES, "The status")
        yield case.of_named("handoffs", kind.id, "status.unknown", text, "on")
    for name in kind.share:
        if name not in case.policy.catalogue:
            text = not_known(name, case.policy.catalogue, "The field")
            yield case.of_named("handoffs", kind.id, "field.unknown", text, "share")
    roles = case.policy.pipeline.roles
    for key, role in (("giver", kind.giver), ("taker", kind.taker)):
        if role and roles and role not in roles:
            text = not_known(role, roles, "The role")
            yield case.of_named("handoffs", kind.id, "role.unknown", text, key)
