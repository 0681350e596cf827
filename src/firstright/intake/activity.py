"""Activity that a foreign system reports: its JSON body in our words, by a map as sources have. Pure; it looks nobody up.

What a machine answered by itself is told apart here, by what mail systems say of it: that is nobody's touch.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from firstright.core.clean.problem import Problem
from firstright.core.clean.timestamp import instant
from firstright.core.rules.fields import Catalogue, Field, FieldType
from firstright.intake.fieldmap import FieldMap, folded, read_map, usable_map
from firstright.intake.invitationreply import Reply, read_reply
from firstright.intake.jsonbody import parse_object
from firstright.intake.mapping import apply_map
from firstright.intake.refused import Refused

FIELDS = (
    "lead", "external_id", "source", "email", "phone", "rep", "direction", "channel", "kind", "result", "note", "what",
    "auto", "calendar",
)  # fmt: skip
CATALOGUE = Catalogue(
    {name: Field(name, FieldType.TEXT, name, custom=True) for name in FIELDS}
    | {"at": Field("at", FieldType.INSTANT, "at", custom=True)}
)
DIRECTIONS = ("out", "in")
BY_CHANNEL = {"call": "call-in", "email": "reply", "sms": "reply", "chat": "chat", "meeting": "visit"}
BOUNCE, OPT_OUT = "bounce", "opt-out"  # kinds that no person logs: they end what is sent by itself
ENDING = {BOUNCE: BOUNCE, OPT_OUT: OPT_OUT, "unsubscribe": OPT_OUT, "complaint": OPT_OUT}
LARGEST = 64 * 1024  # bytes of a body
MOST_CELLS = 500
AUTO = frozenset(
    {"auto", "auto-reply", "autoreply", "autoresponder", "auto-submitted", "out-of-office", "vacation"}
)  # results
_OTHER = frozenset({"kind", "direction", "auto", "calendar"})  # fields that are not taken as they are
_YES = frozenset({"true", "yes", "1"})
_HEADERS: Mapping[str, frozenset[str]] = {  # what their value must be; nothing: anything
    "auto-submitted": frozenset({"auto-replied", "auto-generated", "auto-notified"}),
    "precedence": frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"}),
    "x-autoreply": frozenset(),
    "x-autorespond": frozenset(),
    "x-auto-reply": frozenset(),
}


class Activity(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing somebody did. Whom it is about is a lead of ours, or what names them elsewhere: raw, not cleaned."""

    direction: str  # out: one of us; in: the lead
    channel: str = ""
    kind: str = ""  # of an engagement
    lead: str = ""
    external_id: str = ""
    source: str = ""  # whose external id that is
    email: str = ""
    phone: str = ""
    rep: str = ""  # an id of the roster, or their e-mail address
    result: str = ""
    note: str = ""
    what: str = ""
    at: datetime | None = None
    auto: str = ""  # why it is nobody's doing; empty when it is somebody's
    reply: Reply | None = None  # to an invitation of ours; whom it is about, its meeting says


def map_faults(text: str) -> list[str]:
    """Sentences about what is wrong with a map of activity."""
    _, found = read_map(text, catalogue=CATALOGUE)
    wrong = [f for f in found if f.severity == "error" and f.code != "map.no_contact"]
    said = [f"map: line {f.line}: {f.text}" for f in wrong]
    own = usable_map(text, CATALOGUE) if not said else None
    if own is not None and own.lookups:
        said.append("map: a hook has no other files to look things up in")
    return said


def read_activity(body: bytes, text: str) -> Activity | tuple[Problem, ...]:
    """What a body reports, by the map of this text (fields that are called as ours need none), or why it cannot be read."""
    data = parse_object(body, LARGEST, any_key=True)
    if isinstance(data, Refused):
        return data.errors
    cells = dict(_cells(data))
    if len(cells) > MOST_CELLS:
        return (Problem("", "fields.too_many", f"an event has at most {MOST_CELLS} values", str(len(cells))),)
    raw, problems = _own(cells), list[Problem]()
    if text and (own := usable_map(text, CATALOGUE)):
        mapped = apply_map(own, cells)
        problems = [p for p in mapped.problems if p.code != "lead.no_contact"]
        raw |= {name: str(value).strip() for name, value in mapped.raw.items()}
        raw |= _arrived(own, mapped.arrived_at)
    return _activity(raw, cells, problems)


def _activity(
    raw: Mapping[str, str], cells: Mapping[str, str], problems: list[Problem]
) -> Activity | tuple[Problem, ...]:
    if raw.get("calendar"):
        return _answer(raw["calendar"])
    kind, channel = raw.get("kind", ""), raw.get("channel", "")
    direction = raw.get("direction", "") or ("in" if kind else "out")
    if direction not in DIRECTIONS:
        problems.append(
            Problem("/direction", "activity.direction", "is out (one of us) or in (the lead)", direction)
        )
    at = None
    if raw.get("at"):
        read = instant(raw["at"])
        if isinstance(read, datetime):
            at = read
        else:
            problems.append(Problem("/at", read.code, read.reason, raw["at"][:64]))
    if not any(raw.get(name) for name in ("lead", "external_id", "email", "phone")):
        reason = "needs our lead, an external id, an e-mail address or a phone number"
        problems.append(Problem("", "activity.nobody", reason, ""))
    if problems:
        return tuple(problems)
    if direction == "in":
        kind = ENDING.get(kind.casefold(), kind) or BY_CHANNEL.get(channel, "")
    said = {name: raw.get(name, "") for name in FIELDS if name not in _OTHER}
    auto = "" if kind in (BOUNCE, OPT_OUT) else _auto(raw, cells)  # machines tell of these
    return Activity(**said, direction=direction, kind=kind, at=at, auto=auto, reply=None)


def _answer(calendar: str) -> Activity | tuple[Problem, ...]:
    """A mail filter hands the calendar part of a reply on, beside whatever else it says of the letter."""
    read = read_reply(calendar.encode("utf-8", "replace"))
    if not isinstance(read, Reply):
        return read
    return Activity("in", kind="invitation", email=read.email, note=read.comment, at=read.at, reply=read)


def _own(cells: Mapping[str, str]) -> dict[str, str]:
    """Fields called as ours, at the top or under `data`, as Standard Webhooks write them."""
    found = {}
    for name in (*FIELDS, "at"):
        value = cells.get(name) or cells.get(f"data.{name}") or ""
        if value.strip():
            found[name] = value.strip()
    return found


def _arrived(own: FieldMap, at: datetime | None) -> dict[str, str]:
    """[arrived] of the map is when it happened, where no column fills `at`."""
    return (
        {"at": at.isoformat()} if at and own.arrived and not any(c.field == "at" for c in own.fields) else {}
    )


def _auto(raw: Mapping[str, str], cells: Mapping[str, str]) -> str:
    if raw.get("auto", "").casefold() in _YES or raw.get("result", "").casefold() in AUTO:
        return "it says so itself"
    for name, value in cells.items():
        last = folded(name).rpartition(".")[2]
        wanted = _HEADERS.get(last)
        given = value.strip().casefold().partition(";")[0].strip()
        if wanted is not None and given and (given in wanted or not wanted):
            return f"{last}: {given[:40]}"
    return ""


def _cells(data: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Every value by its dotted place, as text. A list of {name, value}, as mail systems give headers, by those names."""
    for key, value in data.items():
        yield from _cell(f"{prefix}{key}", value)


def _cell(name: str, value: object) -> Iterator[tuple[str, str]]:
    match value:
        case dict():
            yield from _cells(value, f"{name}.")
        case list():
            for place, each in enumerate(value):
                if isinstance(each, dict) and isinstance(each.get("name"), str) and "value" in each:
                    yield from _cell(f"{name}.{each['name']}", each["value"])
                else:
                    yield from _cell(f"{name}.{place}", each)
        case bool():
            yield name, "true" if value else "false"
        case None:
            pass
        case _:
            yield name, str(value)
