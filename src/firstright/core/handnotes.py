"""Handoff notes: what whoever takes a lead over must know. Filled in from what is known; what is missing is named.

It words nothing for the reader of a screen and asks nobody: labels are here, sentences where they are shown.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from firstright.core.handoff import HandoffType
from firstright.core.lead import Fact, Facts

# In the order in which they are read. The value is what each is called.
NOTES = {
    "source": "Source",
    "campaign": "Campaign",
    "product": "Product interest",
    "asked": "What they asked",
    "pages": "Pages they saw",
    "recency": "When they last did something",
    "channel": "Channel they came by",
    "timeline": "What happened since",
    "key_notes": "Key notes",
    "questions": "Open questions",
    "objections": "Objections",
    "history": "Who had it",
    "next_step": "Suggested next step",
}
# From which facts each is filled in: the first that is known.
_KNOWN = {
    "campaign": ("campaign", "utm_campaign", "first.campaign"),
    "product": ("product", "product_interest"),
    "asked": ("message", "intent", "topic", "form_topic"),
    "pages": ("pages", "landing_page", "page"),
    "channel": ("channel", "preferred_channel", "first.channel"),
}
LONGEST_NOTE = 2_000  # characters of each
Notes = tuple[tuple[str, str], ...]


def prefilled(
    facts: Facts, source: str, arrived_at: datetime, tried: Iterable[str] = (), status: str = ""
) -> dict[str, str]:
    """What is known already, by note. `tried` are those who had the lead, oldest first, as they are to be called."""
    found = {"source": source}
    for note, names in _KNOWN.items():
        found[note] = next((text for name in names if (text := _text(facts.get(name)))), "")
    last = _text(facts.get("last_seen")) or arrived_at.isoformat()
    found["recency"] = f"{last[:16].replace('T', ' ')} UTC"
    found["timeline"] = f"came {arrived_at:%Y-%m-%d %H:%M} UTC" + (f", now {status}" if status else "")
    found["history"] = ", then ".join(tried)
    return {note: text for note, text in found.items() if text}


def complete(known: Mapping[str, str], said: Iterable[tuple[str, str]]) -> Notes:
    """What is known with what was said over it, in reading order. An empty word leaves what is known."""
    spoken = {note: text.strip() for note, text in said if text.strip()}
    merged = {**known, **spoken}
    return tuple([(note, merged[note]) for note in NOTES if merged.get(note)])


def missing(kind: HandoffType, notes: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Notes the type asks for that nobody has given, in reading order."""
    have = {note for note, text in notes if text.strip()}
    return tuple([note for note in NOTES if note in kind.needs and note not in have])


def _text(value: object) -> str:
    match value:
        case None | "" | ():
            return ""
        case tuple():
            return ", ".join(str(each) for each in value)
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)


def shared(kind: HandoffType, facts: Facts) -> dict[str, Fact]:
    """What a partner is told of a lead: what the type names, and nothing else."""
    found: dict[str, Fact] = {}
    for name in kind.share:
        value = facts.get(name)
        if value is not None:
            found[name] = value.isoformat() if isinstance(value, datetime) else value
    return found


def told_to_partner(reason: str, facts: Facts, kinds: Mapping[str, HandoffType]) -> Facts:
    """By the reason of the decision ("handoff:NAME"): a type that is gone, or was never there, shares nothing."""
    kind = kinds.get(reason.removeprefix("handoff:"))
    return shared(kind, facts) if kind else {}
