"""Of an explanation: how many people of one company came at about the same time. Free-mail addresses make no company."""

from datetime import datetime, timedelta

import msgspec

from firstright.core.lead import Lead
from firstright.core.why.moments import Moments
from firstright.core.world import Candidate


class GroupSaid(msgspec.Struct, frozen=True):
    """`people` counts this one, too, and at most those a decision looks at."""

    people: int
    company: str
    since: datetime


def group_said(
    lead: Lead, candidates: tuple[Candidate, ...], within: int, as_of: datetime
) -> GroupSaid | None:
    """None where nobody else of the company came within so many seconds."""
    span = timedelta(seconds=within)
    near = [
        c.at
        for c in candidates
        if (c.kind, c.key) == ("lead", "domain") and c.open and c.at is not None and as_of - c.at <= span
    ]
    if not near:
        return None
    company = str(lead.facts.get("company") or lead.facts.get("domain", ""))
    return GroupSaid(len(near) + 1, company, min(near))


def group_lines(group: GroupSaid | None, tell: Moments) -> list[str]:
    if group is None:
        return []
    return [f"{group.people} people of {group.company} since {tell(group.since)}: one of us talks to them."]
