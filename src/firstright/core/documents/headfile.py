"""Reads the table [policy]: who speaks, in which order tiers are tried, who is told, and how long and how often things may be."""

from datetime import timedelta

import msgspec

from firstright.core.documents.reading import Table
from firstright.core.policy import AfterClosed, Policy

MOST_MOVES = 100
LONGEST_COMPANY = 100  # characters


def with_head(policy: Policy, head: Table) -> Policy:
    return msgspec.structs.replace(
        policy,
        gate=head.texts("gate"),
        acknowledge=head.text("acknowledge"),
        acknowledge_always=head.flag("acknowledge_always", False),
        campaigns=head.texts("known_campaigns"),
        watch_campaigns=head.flag("watch_campaigns", head.has("known_campaigns")),
        company=_company(head),
        responsible=head.text("responsible"),
        default_service=head.text("default_service", "standard"),
        urgent_service=head.text("urgent_service", "urgent"),
        tell_owner=head.text("tell_owner"),
        tell_review=head.text("tell_review"),
        tell_warning=head.text("tell_warning"),
        tell_missed=head.text("tell_missed"),
        tell_moved=head.text("tell_moved"),
        priority_queue=head.text("priority_queue"),
        max_hops=head.number("max_hops", 0, MOST_MOVES, 3),
        max_improvements=head.number("max_improvements", 0, MOST_MOVES, 2),
        improve_within=_span(head, "improve_within", timedelta(hours=24)),
        backdate=_span(head, "backdate", timedelta(hours=24)),
        lock=_span(head, "lock", timedelta(minutes=30)),
        after_closed=head.choice("after_closed", AfterClosed, AfterClosed.NEW_CYCLE),
        closed_after=head.duration("closed_after"),
    )


def _span(table: Table, key: str, default: timedelta) -> timedelta:
    found = table.duration(key, zero=True)
    return default if found is None else found


def _company(head: Table) -> str:
    """It stands in letters and calendars, in one line and beside merge fields."""
    name = " ".join(head.text("company").split())
    if len(name) > LONGEST_COMPANY:
        head.report("length.max", "company", f"A company's name has at most {LONGEST_COMPANY} characters.")
    if not name.isprintable() or set(name) & set('{}"<>'):
        head.report(
            "company.invalid", "company", 'A company\'s name has no braces, quotes, "<" or ">" in it.'
        )
    return name


def read_tiers(head: Table, *, needed: bool) -> tuple[str, ...]:
    value = head.raw("tiers")
    tiers = head.texts("tiers")
    if needed and value is None:
        head.report("key.missing", "tiers", '"tiers" is missing: list the tiers in the order they are tried.')
    elif needed and value == []:
        head.report(
            "policy.no_tiers", "tiers", "The list of tiers is empty, so no rule has a place to stand."
        )
    if isinstance(value, list) and len(tiers) < len([v for v in value if isinstance(v, str) and v.strip()]):
        head.report(
            "tier.duplicate", "tiers", "A tier is listed twice; its place in the order would be unclear."
        )
    return tiers
