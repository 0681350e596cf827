"""The {merge_field}s of templates and task texts: which there are, and what is wrong with a text that uses them.

What they become is `filling`'s business, which reads the same `FIELD`. A field is a plain name in braces: no attributes, no filters, no logic.
"""

import re
from collections.abc import Collection, Iterator

from firstright.core.documents.reading import not_known
from firstright.core.rules.fields import Catalogue

EXTRA = (
    "owner_name",
    "owner_email",
    "previous_owner_name",
    "lead_url",
    "rule",
    "rule_name",
    "reason",
    "due",
    "clock",
    "percent",
    "task",
    "event",
    "by",
    "our_company",
    "opt_out_url",
    "meeting_title",
    "meeting_time",
    "meeting_place",
    "booking_link",
    "expected_response",
    "asked",
)
"""What can be merged besides the lead's own fields: things a decision knows. A lead's field of the same name wins."""

LONGEST = 64 * 1024

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}\n]*)\}|[{}]")
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")


def known_fields(catalogue: Catalogue) -> Collection[str]:
    return dict.fromkeys((*catalogue, *EXTRA))


def used(text: str) -> tuple[str, ...]:
    """The names in braces, in order and once each."""
    return tuple(dict.fromkeys(match[1] for match in _PIECE.finditer(text) if match[1]))


def problems(text: str, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """(code, sentence) for everything for which a text is refused."""
    if len(text) > LONGEST:
        yield "template.too_long", f"The text has {len(text):,} characters and at most {LONGEST:,} are sent."
        return
    seen: dict[str, None] = {}
    for match in _PIECE.finditer(text):
        seen[match[0]] = None
    for piece in seen:
        if piece in ("{{", "}}"):
            yield (
                "template.braces",
                f'"{piece}" is not understood; a field stands in single braces, {{company}}.',
            )
        elif piece in ("{", "}"):
            yield "template.braces", f'A "{piece}" stands alone; a field is closed as in {{company}}.'
        elif not _NAME.fullmatch(piece[1:-1]):
            yield "template.not_a_field", f'"{piece}" is more than a field name; templates hold no logic.'
        elif piece[1:-1] not in known:
            yield "template.unknown_field", not_known(piece[1:-1], known, "The merge field")
