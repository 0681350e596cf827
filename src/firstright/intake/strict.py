"""Bodies of commands: every field known, of its type and within its bounds, else every fault with its place.

Nothing is looked up here: whether there is such a rep, or such a reason, is the desk's to say.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal
from unicodedata import category

import msgspec

from firstright.core.clean.problem import Problem, Refusal, problem
from firstright.core.clean.timestamp import instant
from firstright.core.rules.fields import nearest
from firstright.intake.jsonbody import MOST_PROBLEMS, parse_object
from firstright.intake.refused import Refused
from firstright.intake.shape import SERVER_OWNED

LARGEST = 64 * 1024  # bytes of a command
_STRUCTURAL = ("field.unknown", "field.read_only", "field.missing", "field.null", "type.")


class Field(msgspec.Struct, frozen=True):
    """What one field takes; `most` are characters of a text, or the largest integer."""

    kind: Literal["text", "instant", "integer", "names", "flag"] = "text"
    required: bool = False
    most: int = 200
    among: tuple[str, ...] = ()  # the only values there are; empty: any


Fields = Mapping[str, Field]


def parse_command(body: bytes, fields: Fields) -> dict[str, object] | Refused:
    """The values that were given; an instant is aware UTC, null is as good as not given for what is not required.

    400 when the structure is wrong (unknown, missing and read-only fields, types), 422 when only values are.
    """
    data = parse_object(body, LARGEST)
    if isinstance(data, Refused):
        return data
    found: dict[str, object] = {}
    problems: list[Problem] = []
    for name, value in data.items():
        if name not in fields:
            problems.append(problem(name, _stranger(name, fields), value))
        elif value is not None or fields[name].required:
            read = _value(fields[name], value)
            if isinstance(read, Refusal):
                problems.append(problem(name, read, value))
            else:
                found[name] = read
    problems += _missing(data, fields)
    if problems:
        status = 400 if any(each.code.startswith(_STRUCTURAL) for each in problems) else 422
        return Refused(status, tuple(problems[:MOST_PROBLEMS]))
    return found


def _stranger(name: str, fields: Fields) -> Refusal:
    if name in SERVER_OWNED:
        return Refusal("field.read_only", "is set by this service, never by a sender")
    near = nearest(name, fields)
    meant = f'; did you mean "{near}"?' if near else f"; there are {', '.join(fields)}"
    return Refusal("field.unknown", f"is no field of this command{meant}")


def _missing(data: Mapping[str, object], fields: Fields) -> Iterator[Problem]:
    for name, field in fields.items():
        if field.required and name not in data:
            yield Problem(f"/{name}", "field.missing", "is required", "nothing")


def _value(field: Field, value: object) -> str | int | bool | datetime | tuple[str, ...] | Refusal:
    if value is None:
        return Refusal("field.null", "is required")
    match field.kind:
        case "instant":
            if not isinstance(value, str):
                return Refusal("type.expected_string", "must be RFC 3339 text, such as 2026-03-01T09:30:00Z")
            return instant(value)
        case "integer":
            return _integer(field, value)
        case "names":
            return _names(field, value)
        case "flag":
            return (
                value
                if isinstance(value, bool)
                else Refusal("type.expected_boolean", "must be true or false")
            )
        case "text":
            return _text(field, value)


def _integer(field: Field, value: object) -> int | Refusal:
    if type(value) is not int:
        return Refusal("type.expected_integer", "must be a whole number")
    if not 0 <= value <= field.most:
        return Refusal("number.range", f"is 0 to {field.most:,}")
    return value


def _text(field: Field, value: object) -> str | Refusal:
    if not isinstance(value, str):
        return Refusal("type.expected_string", "must be a string")
    if field.required and not value.strip():
        return Refusal("field.blank" if value else "field.empty", "is required")
    if len(value) > field.most:
        return Refusal("length.max", f"has at most {field.most:,} characters")
    if any(category(c) == "Cc" and c not in "\n\r\t" for c in value):
        return Refusal("text.control_char", "contains a character that cannot be seen")
    if field.among and value not in field.among:
        near = nearest(value, field.among)
        meant = f'; did you mean "{near}"?' if near else f"; there are {', '.join(field.among)}"
        return Refusal("value.unknown", f"is not known{meant}")
    return value


def _names(field: Field, value: object) -> tuple[str, ...] | Refusal:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        return Refusal("type.expected_array", "must be a list of strings")
    if not 0 < len(value) <= field.most:
        return Refusal("length.max", f"has 1 to {field.most:,} entries")
    return tuple(value)
