"""Whom a policy asks for what a lead did not say, and what it fills in at once: a sentence each."""

from firstright.core.policy import Policy
from firstright.core.providers import Provider
from firstright.core.rules.conditions import AllOf, describe
from firstright.core.rules.durations import format_duration
from firstright.core.rules.phrases import label
from firstright.core.why.moments import listed


def asks_say(policy: Policy) -> tuple[str, ...]:
    """In the order in which they are believed; nothing of a policy that asks nobody and guesses nothing."""
    lines = [_asked(each) for each in policy.providers.values()]
    if policy.filling.from_phone:
        lines.append("Whoever names no country is taken to be where their phone number is from.")
    if len(policy.providers) > 1 and policy.filling.collect:
        lines.append(f"Answers wait {format_duration(policy.filling.collect)} for each other.")
    return tuple(lines)


def _asked(each: Provider) -> str:
    fields = listed([label(field) for field in dict.fromkeys(each.fields.values())])
    whom = "" if each.when == AllOf() else f", where {describe(each.when)}"
    most = "" if each.budget is None else f", at most {each.budget:,} times a month"
    over = (
        f"; in {listed([label(f) for f in each.overwrite])} it is believed before the person"
        if each.overwrite
        else ""
    )
    return f"{each.name or each.id} is asked for {fields} by the {label(each.ask)}{whom}{most}{over}."
