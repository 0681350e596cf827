"""Which names a sender may fill, which are ours, and what JSON type each takes. Compiled once per policy version;
it reads no body and cleans no value."""

import re

import msgspec

from firstright.core.clean.normalize import DERIVED, FIELDS
from firstright.core.clean.problem import Refusal
from firstright.core.rules.fields import Catalogue, Field, FieldType, Kind, kind, nearest

EVENT_ID = "event_id"
MOST_KEY = 64

# Ours even where a sender's system uses the same word. "state" is not here: in our catalogue it is Bavaria or Texas.
SERVER_OWNED = frozenset(
    {
        "id", "lead_id", "owner", "owner_id", "holder", "status", "stage", "epoch", "cycle", "lane", "outcome", "score_final",
        "created_at", "updated_at", "arrived_at", "received_at", "decided_at", "next_at", "merged_into", "role", "roles",
        "locked_to", "locked_until", "touched", "tried", "waiting", "policy", "policy_version", "roster_version", "turn",
        "decision", "decision_id", "person_id", "workspace",
    }
)  # fmt: skip

_KEY = re.compile(r"[^\W_][\w \-]*")
_ELSEWHERE_SPECIAL = frozenset({"constructor", "prototype", "toString", "valueOf"})

TEXT = (str, type(None))
_TEXTS = (str, list, type(None))
_NUMBER = (int, float, str, type(None))
_BOOLEAN = (bool, type(None))
_INSTANT = (str, int, float, type(None))  # a number is a bad value here, not a bad structure


class Shape(msgspec.Struct, frozen=True):
    """The JSON types each settable field takes; every other name of the catalogue is read-only."""

    types: dict[str, tuple[type, ...]]
    read_only: frozenset[str]

    @classmethod
    def of(cls, catalogue: Catalogue) -> "Shape":
        settable = {name: field for name, field in catalogue.items() if is_settable(field)}
        types = {name: _types(field) for name, field in settable.items()}
        return cls({**types, EVENT_ID: TEXT}, SERVER_OWNED | (catalogue.keys() - settable.keys()))

    def nearest(self, name: str) -> str | None:
        return nearest(name, self.types)


def is_settable(field: Field) -> bool:
    """Whether a sender may give this field: what the core cleans, and what the policy registered."""
    return field.custom or (field.name in FIELDS and field.name not in DERIVED)


def _types(field: Field) -> tuple[type, ...]:
    if field.type is FieldType.TEXTS or field.name == "product":
        return _TEXTS
    return {Kind.TEXT: TEXT, Kind.NUMBER: _NUMBER, Kind.BOOLEAN: _BOOLEAN, Kind.INSTANT: _INSTANT}[
        kind(field)
    ]


def misfit(types: tuple[type, ...]) -> Refusal:
    """What to say of a value whose JSON type is none of these."""
    if types == _BOOLEAN:
        return Refusal("type.expected_boolean", "must be true or false")
    if types == _NUMBER:
        return Refusal("type.expected_number", "must be a number, or a range as text")
    if types == _TEXTS:
        return Refusal("type.expected_string", "must be a string or a list of strings")
    return Refusal("type.expected_string", "must be a string")


def key_refusal(key: str) -> Refusal | None:
    """Why a name cannot be kept, even under extra: nothing of it is ever interpreted, here or in a browser."""
    if len(key) > MOST_KEY:
        return Refusal("key.invalid", f"a field name has at most {MOST_KEY} characters")
    if _KEY.fullmatch(key) is None or key in _ELSEWHERE_SPECIAL:
        return Refusal(
            "key.invalid", "a field name begins with a letter or digit, then letters, digits, blanks, _ and -"
        )
    return None
