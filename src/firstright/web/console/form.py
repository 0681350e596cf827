"""A form as it was posted: read strictly, judged like a command, and shown again with what was typed when it is refused.

Which fields a form has is its page's to say; nothing is looked up here.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, cast
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

import msgspec
from fastapi import Depends, Request

from firstright.core.clean.problem import Problem
from firstright.intake.refused import Refused
from firstright.intake.strict import LARGEST, Fields, parse_command
from firstright.web.problems import TurnedAway, away
from firstright.web.request import Gone, read_body, read_head

TOKEN = "_csrf"
MOST_FIELDS = 200
LONG = 20  # figures of a number; of 5,000 Python makes none
FORM = b"application/x-www-form-urlencoded"


class Form(msgspec.Struct, frozen=True):
    """What was typed, and what is wrong with it by field; a problem of the form as a whole is under the empty name."""

    given: Mapping[str, str] = {}
    problems: Mapping[str, str] = {}
    name: str = ""  # which of a page's forms it was

    def typed(self, field: str) -> str:
        return self.given.get(field, "")

    def wrong(self, field: str) -> str:
        return self.problems.get(field, "")

    def is_for(self, name: str) -> bool:
        """Whether this is the form of that name, so that the others of the page stay as they were."""
        return self.name == name

    def refused(self, problems: Mapping[str, str], name: str = "") -> "Form":
        return Form(self.given, problems, name)


NOTHING_TYPED = Form()


def refused(
    given: Mapping[str, str], reasons: Iterable[str], name: str = "", called: Mapping[str, str] = {}
) -> Form:
    """The form once more with what the desk said to it. Its sentences begin with the field they are about (in the form it may
    be `called` otherwise); those of the whole stand above the form.
    """
    problems: dict[str, str] = {}
    for reason in reasons:
        field, _, said = reason.partition(": ")
        field = called.get(field, field)
        place, said = (field, said) if field in given else ("", sentence(reason))
        problems[place] = f"{problems[place]} {said}" if place in problems else said
    return Form(given, problems, name)


def sentence(reason: str) -> str:
    """A reason as it stands by itself."""
    return f"{reason[:1].upper()}{reason[1:]}."


async def posted(request: Request) -> dict[str, str]:
    """Every field of a posted form, each given once. Raises TurnedAway."""
    head = read_head(request.scope)
    if head.content_type.partition(b";")[0].strip().lower() != FORM:
        raise away(415, "content_type.unsupported", "send the form of the page")
    try:
        body = await read_body(request.receive, head, LARGEST)
    except Gone:
        raise away(400, "request.invalid", "the request ended before it was whole") from None
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise away(400, "form.invalid", "this is no form that a browser sends") from None
    found = dict(pairs)
    if len(found) < len(pairs):
        raise away(400, "form.duplicate", "a field may be given once")
    return found


Posted = Annotated[dict[str, str], Depends(posted)]


def judged(
    given: Mapping[str, str], fields: Fields, zone: str = "UTC"
) -> dict[str, object] | dict[str, Problem]:
    """The values of a form, or its problems by field when there are any. Blank is as good as not given.

    A moment without a zone, as a browser's own field sends it, is meant in `zone`.
    """
    data = {name: _value(value, fields, name, zone) for name, value in given.items() if name != TOKEN}
    data = {name: value for name, value in data.items() if value != "" or name not in fields}
    read = parse_command(msgspec.json.encode(data), fields)
    if isinstance(read, Refused):
        if read.status == 400 and any(
            p.code.startswith(("field.unknown", "field.read_only")) for p in read.errors
        ):
            raise TurnedAway(400, *read.errors)
        return {problem.pointer.removeprefix("/"): problem for problem in read.errors}
    return read


def is_wrong(found: dict[str, object] | dict[str, Problem]) -> bool:
    return any(isinstance(value, Problem) for value in found.values())


def problems_of(found: dict[str, object] | dict[str, Problem]) -> dict[str, str]:
    """What to say beside each field."""
    return {name: cast(Problem, problem).reason for name, problem in found.items()}


def _value(value: str, fields: Fields, name: str, zone: str) -> object:
    if name not in fields:  # refused as it is, by whoever knows the fields
        return value
    kind = fields[name].kind
    value = value.strip() if kind != "text" or not fields[name].required else value
    if kind == "integer" and value.isascii() and value.removeprefix("-").isdigit() and len(value) < LONG:
        return int(value)
    if kind == "instant" and value:
        return _moment(value, zone)
    if kind == "names" and value:
        return [each.strip() for each in value.split(",") if each.strip()]
    return value


def _moment(text: str, zone: str) -> str:
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):  # the first and the last year have moments that UTC has no name for
        return text
