"""What is wrong with one field, as data. Nothing here raises, and sentences for people are rendered elsewhere."""

import msgspec

SHOWN = 64  # characters of the offending value that a problem may repeat

_JSON_TYPES = {
    str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object", type(None): "null",
}  # fmt: skip


class Problem(msgspec.Struct, frozen=True):
    """One fault at one place. `pointer` is a JSON pointer (RFC 6901), `got` the JSON type and an escaped excerpt."""

    pointer: str
    code: str
    reason: str
    got: str


class Refusal(msgspec.Struct, frozen=True):
    """What a cleaner answers instead of a value: the code and why, without knowing which field it was."""

    code: str
    reason: str


def problem(field: str, refusal: Refusal, value: object) -> Problem:
    """The refusal of `value` as a problem of `field` (a name, not a path: it is escaped here)."""
    name = field.replace("~", "~0").replace("/", "~1")
    return Problem(f"/{name}", refusal.code, refusal.reason, shown(value))


def shown(value: object) -> str:
    """JSON type and at most 64 characters, with everything that could move a cursor or hide escaped."""
    kind = _JSON_TYPES.get(type(value), type(value).__name__)
    match value:
        case str():
            return f'{kind} "{escaped(value[:SHOWN])}"'
        case bool():
            return f"{kind} {str(value).lower()}"
        case int() if abs(value) >= 10**SHOWN:  # str() of 5,000 digits is a ValueError
            return f"{kind} of more than {SHOWN} digits"
        case int() | float():
            return f"{kind} {value!r}"
        case _:
            return kind


def escaped(text: str) -> str:
    r"""Characters that cannot be seen (controls, bidi marks, lone surrogates) and quotes as \uXXXX."""
    return "".join(c if c.isprintable() and c not in '"\\' else f"\\u{ord(c):04x}" for c in text)
