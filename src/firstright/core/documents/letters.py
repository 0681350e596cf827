"""What is wrong with templates beyond their names and merge fields: fallbacks that help nobody, and texts nobody gets."""

from collections.abc import Iterator

from firstright.core.documents.case import Case
from firstright.core.policy import Medium, Policy
from firstright.core.rules.findings import Finding


def tellings(policy: Policy) -> dict[str, str]:
    """The keys of [policy] that say what people are told, and the template each names."""
    return {
        "tell_owner": policy.tell_owner,
        "tell_review": policy.tell_review,
        "tell_warning": policy.tell_warning,
        "tell_missed": policy.tell_missed,
        "tell_moved": policy.tell_moved,
    }


def letters(case: Case) -> Iterator[Finding]:
    yield from _fallback_circles(case)
    yield from _fallback_by_the_same_way(case)
    yield from _subscribed_to_mail(case)
    yield from _never_told(case)


def _fallback_circles(case: Case) -> Iterator[Finding]:
    """Each circle once, where the document first enters it."""
    reported: set[str] = set()
    for start in case.policy.templates:
        way: list[str] = []
        name = start
        while name in case.policy.templates and name not in way:
            way.append(name)
            name = case.policy.templates[name].fallback
        if name == start and not reported & set(way):
            reported |= set(way)
            round_ = " -> ".join((*way, start))
            text = (
                f"Fallbacks run in a circle, {round_}: what has failed by every way would be tried for ever."
            )
            yield case.of_named("templates", start, "fallback.cycle", text, "fallback")


def _fallback_by_the_same_way(case: Case) -> Iterator[Finding]:
    for name, template in case.policy.templates.items():
        other = case.policy.templates.get(template.fallback)
        if other and other is not template and other.channel == template.channel:
            text = f'"{other.id}" goes by {other.channel} as this one does: when {other.channel} fails, so does it.'
            yield case.of_named("templates", name, "fallback.same_medium", text, "fallback", "warning")


def _subscribed_to_mail(case: Case) -> Iterator[Finding]:
    for name, subscriber in case.policy.subscribers.items():
        template = case.policy.templates.get(subscriber.template)
        if template and subscriber.channel == Medium.SLACK != template.channel:
            text = (
                f'"{template.id}" is written for {template.channel}; in Slack its subject would be left out.'
            )
            yield case.of_named("subscribers", name, "subscriber.medium", text, "template", "warning")


def _never_told(case: Case) -> Iterator[Finding]:
    told = _told(case)
    for name in case.policy.templates:
        if name not in told and ("templates", name) not in case.how.broken:
            text = f'Template "{name}" is not used: nobody is told it, no first action drafts it.'
            yield case.of_named("templates", name, "template.unused", text, "", "warning")


def _told(case: Case) -> set[str]:
    policy = case.policy
    waiting = [*tellings(policy).values(), *(action.template for action in policy.actions.values())]
    waiting += [template.id for template in policy.templates.values() if template.drafts]
    waiting.append(policy.acknowledge)
    waiting += [subscriber.template for subscriber in policy.subscribers.values()]
    waiting += [step.template for each in policy.sequences.values() for step in each.steps]
    waiting += [name for each in policy.meetings.values() for name in (each.confirm, each.reminder)]
    told: set[str] = set()
    while waiting:
        template = policy.templates.get(waiting.pop())
        if template and template.id not in told:
            told.add(template.id)
            waiting.append(template.fallback)
    return told
