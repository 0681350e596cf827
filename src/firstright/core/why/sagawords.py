"""What became of what an earlier holder had begun, as words: "3 tasks cancelled, sequence stopped". It looks nothing up."""

from collections.abc import Iterable

# one, several
_NAMES = {
    "tasks": ("task", "tasks"),
    "deliveries": ("unsent message", "unsent messages"),
    "sequence": ("sequence", "sequences"),
    "meetings": ("meeting", "meetings"),
    "drafts": ("draft", "drafts"),
    "offer": ("offer", "offers"),
}
WHY_KEPT = {
    "touched": "touched meanwhile",
    "accepted": "accepted meanwhile",
    "moved-since": "placed by another decision since",
    "by-hand": "placed by hand",
    "merged": "merged into another lead",
}


def did_words(did: Iterable[tuple[str, str, int]]) -> str:
    """Empty where nothing was begun."""
    return ", ".join(_one(*each) for each in did)


def _one(kind: str, verb: str, n: int) -> str:
    one, several = _NAMES.get(kind, (kind, kind))
    return f"{one} {verb}" if n == 1 else f"{n:,} {several} {verb}"
