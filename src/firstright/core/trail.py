"""What a lead did in this cycle, as a fact: one text for each engagement with its time, oldest first. Only the newest are kept.

It says nothing about what a step is worth.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from firstright.core.lead import Fact, Value

TRAIL = "trail"
MOST = 30  # steps kept: a record holds all facts
LONGEST = 120  # characters of what a step was about
_LISTED = {"visit": "pages", "download": "downloads"}


class Step(msgspec.Struct, frozen=True):
    """`kind` is a word (visit, download, click, reply, form ...), `what` the page, file or form."""

    at: datetime
    kind: str
    what: str = ""


def followed(facts: Mapping[str, Fact], step: Step) -> dict[str, Fact]:
    """The facts that change when a lead has done one thing more: the trail, how often, when last, and the pages or files."""
    known = steps_of(facts)
    trail = sorted((*known, step), key=lambda each: each.at)[-MOST:]
    count = facts.get("engagement.count")
    changed: dict[str, Fact] = {
        TRAIL: tuple(map(_text, trail)),
        "engagement.count": (count if isinstance(count, int) else len(known)) + 1,
        "engagement.last": trail[-1].at.astimezone(UTC).isoformat(),
    }
    if (field := _LISTED.get(step.kind)) and step.what:
        had = facts.get(field)
        changed[field] = (*(had if isinstance(had, tuple) else ()), step.what[:LONGEST])[-MOST:]
    return changed


def steps_of(facts: Mapping[str, Value]) -> tuple[Step, ...]:
    """The steps of a trail, oldest first; texts of another shape are passed over."""
    texts = facts.get(TRAIL)
    if not isinstance(texts, tuple):
        return ()
    return tuple(step for text in texts if (step := _step(text)))


def _text(step: Step) -> str:
    at = step.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{at} {step.kind} {step.what[:LONGEST]}".rstrip()


def _step(text: str) -> Step | None:
    at, _, rest = text.partition(" ")
    kind, _, what = rest.partition(" ")
    try:
        instant = datetime.fromisoformat(at)
    except ValueError:
        return None
    return Step(instant, kind, what) if kind and instant.tzinfo else None
