"""What is wrong with the ladders of service levels: rungs that hold nobody, are never reached, or come under a lock.

It reads no names of templates: those are `letters`'.
"""

from collections.abc import Iterator

from firstright.core.documents.case import Case
from firstright.core.rules.durations import format_duration
from firstright.core.rules.findings import Finding
from firstright.core.servicelevels import Basis, Service

ALWAYS_HOLD = ("priority-queue", "review")
CATCHING = (*ALWAYS_HOLD, "manager")


def ladders(case: Case) -> Iterator[Finding]:
    for name, service in case.policy.services.items():
        yield from _without_queue(case, name, service)
        yield from _ends_in_the_air(case, name, service)
        yield from _after_the_last(case, name, service)
        yield from _nobodys_hours(case, name, service)
    yield from _long_lock(case)


def _without_queue(case: Case, name: str, service: Service) -> Iterator[Finding]:
    if "priority-queue" in service.on_missed and not case.policy.priority_queue:
        text = (
            'The ladder names "priority-queue", and [policy] priority_queue does not say which queue that is.'
        )
        yield case.of_named("services", name, "ladder.no_queue", text, "on_missed")


def _ends_in_the_air(case: Case, name: str, service: Service) -> Iterator[Finding]:
    steps = service.on_missed
    if "re-route" in steps and not set(CATCHING) & set(steps[steps.index("re-route") :]):
        text = (
            'Nothing stands behind "re-route" that always takes a lead: when nobody else is left it stays with '
            'whoever let it lie. Add "manager" or "review".'
        )
        yield case.of_named("services", name, "ladder.no_end", text, "on_missed", "warning")


def _after_the_last(case: Case, name: str, service: Service) -> Iterator[Finding]:
    steps = service.on_missed
    last = next((i for i, step in enumerate(steps) if step in ALWAYS_HOLD), len(steps))
    for step in steps[last + 1 :]:
        text = f'"{step}" stands behind "{steps[last]}", which takes every lead, so it never happens.'
        yield case.of_named("services", name, "ladder.unreachable", text, "on_missed", "warning")


def _nobodys_hours(case: Case, name: str, service: Service) -> Iterator[Finding]:
    if service.basis is Basis.LEAD and not service.calendar:
        text = (
            'The basis is "lead-local" and no calendar says which hours those are: those of the pool or the owner '
            "are kept, by the lead's clock. Name one with calendar."
        )
        yield case.of_named("services", name, "service.no_calendar", text, "basis", "warning")
    if service.calendar and service.basis is not Basis.LEAD:
        text = f'"calendar" counts only with basis = "lead-local"; with "{service.basis}" nothing reads it.'
        yield case.of_named("services", name, "service.calendar_unread", text, "calendar", "warning")


def _long_lock(case: Case) -> Iterator[Finding]:
    used = {rule.service or case.policy.default_service for rule in case.policy.rules}
    used |= {row.service for row in case.policy.service_for}
    for name, service in case.policy.services.items():
        if name in used and service.untouched and case.policy.lock > service.untouched:
            text = (
                f"Owners are locked for {format_duration(case.policy.lock)}, longer than the "
                f'{format_duration(service.untouched)} after which "{name}" re-routes an untouched lead.'
            )
            yield case.of_policy("lock.too_long", text, "lock", "warning")
