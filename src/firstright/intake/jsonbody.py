"""One lead as a JSON body: refused with every structural fault at once, or taken apart into fields, extra and event id.

Values are not judged here (a bad phone number is the core's finding), and nothing is stored.
"""

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from firstright.core.clean.problem import Problem, Refusal, shown
from firstright.intake.refused import Refused, refused
from firstright.intake.shape import EVENT_ID, Shape, key_refusal, misfit

LARGEST = 256 * 1024  # bytes of a lead
DEEPEST = 20
MOST_FIELDS = 200  # nested ones counted
MOST_PROBLEMS = 100
LONGEST_EVENT_ID = 255
CONTACTS = ("email", "phone", "external_id")

_INT64 = range(-(2**63), 2**63)  # what both databases hold
_ANY = Shape({}, frozenset())
_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"\x00")
_SUSPICIOUS = (b"\\u0000", b"\\ud", b"\\uD")
_UNPROCESSABLE = frozenset(
    {
        "lead.no_contact", "key.invalid", "fields.too_many", "length.max", "type.expected_string", "type.expected_number",
        "type.expected_boolean", "field.missing", "field.null", "field.empty", "field.blank",
    }
)  # fmt: skip


class Parsed(msgspec.Struct, frozen=True):
    """A body whose structure is right. `raw` holds the fields to normalise, `extra` what is kept beside them."""

    raw: dict[str, object]
    event_id: str | None
    extra: dict[str, object]


class _Twice(dict[str, object]):
    """An object that gave a key more than once: most parsers keep one of them, each another."""

    names: tuple[str, ...] = ()


def parse_lead(
    body: bytes, shape: Shape, *, allow_extra: bool = False, required: Sequence[str] = ()
) -> Parsed | Refused:
    """Take one lead apart. Never raises, whatever the bytes.

    `allow_extra` keeps unknown fields instead of refusing them; `required` are the source's own demands. Statuses:
    400 for a broken structure, 413 too large, 415 not UTF-8, 422 when all faults are of the lead itself.
    """
    data = _decoded(body)
    if isinstance(data, Refused):
        return data
    if not _is_plain(data, shape, body) or required:
        problems = _problems(data, shape, allow_extra, required)
        if problems:
            return Refused(_status(problems), tuple(problems[:MOST_PROBLEMS]))
    if not any(_given(data.get(name)) for name in CONTACTS):
        return Refused(422, (_no_contact(),))
    event_id = data.pop(EVENT_ID, None)
    extra = {key: data.pop(key) for key in list(data) if key not in shape.types} if allow_extra else {}
    return Parsed(data, event_id if isinstance(event_id, str) else None, extra)


def parse_facts(body: bytes, shape: Shape) -> dict[str, object] | Refused:
    """Fields of a lead that is already known: as `parse_lead`, but nothing has to be there, and no event id."""
    data = _decoded(body)
    if isinstance(data, Refused):
        return data
    known = Shape({name: kinds for name, kinds in shape.types.items() if name != EVENT_ID}, shape.read_only)
    problems = [] if _is_plain(data, known, body) else _problems(data, known, False, (), contact=False)
    return Refused(_status(problems), tuple(problems[:MOST_PROBLEMS])) if problems else data


def parse_object(body: bytes, most: int = LARGEST, *, any_key: bool = False) -> dict[str, object] | Refused:
    """One JSON object that can be stored, whatever its fields are. 400 or 413 with every structural fault.

    `any_key` lets fields be called as they like: what they are is then looked up by a map, and nothing else.
    """
    data = _decoded(body, most)
    if isinstance(data, Refused):
        return data
    problems: list[Problem] = []
    for pointer, key, value, depth in _walk(data):
        if depth > DEEPEST:
            return _too_deep()
        if len(problems) < MOST_PROBLEMS:
            found = _structure(pointer, key, value, _ANY)
            problems.extend(p for p in found if not (any_key and p.code == "key.invalid"))
    return Refused(400, tuple(problems[:MOST_PROBLEMS])) if problems else data


def _no_contact() -> Problem:
    return Problem("", "lead.no_contact", "needs an e-mail, a phone number or an external id", "object")


def _given(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _decoded(body: bytes, most: int = LARGEST) -> dict[str, object] | Refused:
    if len(body) > most:
        return refused(413, "body.too_large", f"a body has at most {most:,} bytes", f"{len(body):,} bytes")
    if body.startswith(_UTF16) or body[1:2] == b"\x00":
        return refused(415, "encoding.unsupported", "send UTF-8; this looks like UTF-16 or UTF-32")
    try:
        text = body.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        at = error.start + (len(_BOM) if body.startswith(_BOM) else 0)
        return refused(400, "encoding.utf8", f"not UTF-8 from byte {at}", f"byte 0x{body[at]:02x}")
    if not text or text.isspace():
        return refused(400, "body.empty", "the body is empty; send a JSON object")
    try:
        data = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        return _syntax(error)
    except RecursionError:
        return _too_deep()
    if not isinstance(data, dict):
        return refused(400, "body.not_object", "one lead is a JSON object", shown(data))
    return data


def _syntax(error: json.JSONDecodeError) -> Refused:
    place = f"line {error.lineno}, column {error.colno}"
    got = shown(error.doc[error.pos : error.pos + 64]) if error.pos < len(error.doc) else "end of body"
    if error.msg == "Extra data":
        return refused(400, "json.trailing", f"more follows after the object, at {place}", got)
    fault = error.msg[0].lower() + error.msg[1:].removesuffix(" at")
    return refused(400, "json.syntax", f"not JSON: {fault}, at {place}", got)


def _too_deep() -> Refused:
    return refused(400, "json.too_deep", f"objects and lists nest deeper than {DEEPEST}")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    twice = _Twice(found)
    times = Counter(name for name, _ in pairs)
    twice.names = tuple(name for name in found if times[name] > 1)
    return twice


def _integer(digits: str) -> int:
    """int() refuses 4,301 digits with a ValueError; what is too long for 64 bits is refused later, with its place."""
    return int(digits) if len(digits) <= 70 else 10**70


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_integer)


def _is_plain(data: dict[str, object], shape: Shape, body: bytes) -> bool:
    """Whether nothing can be wrong, at a glance: known fields of the right types and no escapes worth a look."""
    if len(data) > MOST_FIELDS or type(data) is not dict:
        return False
    if b"\\" in body and any(escape in body for escape in _SUSPICIOUS):
        return False
    types = shape.types
    for key, value in data.items():
        kind = value.__class__
        if kind not in types.get(key, ()) or kind is list or kind is float:
            return False
        if kind is int and value not in _INT64:
            return False
    event_id = data.get(EVENT_ID, "x")
    return isinstance(event_id, str) and 0 < len(event_id) <= LONGEST_EVENT_ID


def _status(problems: list[Problem]) -> int:
    return 422 if all(problem.code in _UNPROCESSABLE for problem in problems) else 400


def _problems(
    data: dict[str, object],
    shape: Shape,
    allow_extra: bool,
    required: Sequence[str],
    *,
    contact: bool = True,
) -> list[Problem]:
    found: list[Problem] = []
    count = 0
    for pointer, key, value, depth in _walk(data):
        count += key is not None
        if depth > DEEPEST:
            return list(_too_deep().errors)
        if len(found) < MOST_PROBLEMS:
            found.extend(_structure(pointer, key, value, shape))
    if count > MOST_FIELDS:
        got = f"{count:,} fields"
        found.insert(0, Problem("", "fields.too_many", f"a lead has at most {MOST_FIELDS} fields", got))
    for key, value in data.items():
        if len(found) >= MOST_PROBLEMS:
            break  # each unknown name is compared with every known one: nobody waits for what is not told
        if refusal := _field(key, value, shape, allow_extra):
            found.append(Problem(_pointer("", key), refusal.code, refusal.reason, shown(value)))
    found.extend(_demands(data, required))
    if contact and found and not any(_given(data.get(name)) for name in CONTACTS):
        found.append(_no_contact())
    return list({(p.pointer, p.code): p for p in found}.values())


def _walk(data: object) -> Iterator[tuple[str, str | None, object, int]]:
    """Every value below the root in document order, with its pointer; without recursion, for deep bodies."""
    waiting: list[tuple[str, str | None, object, int]] = [("", None, data, 1)]
    while waiting:
        entry = waiting.pop()
        pointer, _, value, depth = entry
        yield entry
        if depth > DEEPEST:
            return
        inside: list[tuple[str, str | None, object, int]] = []
        if isinstance(value, dict):
            inside = [
                (_pointer(pointer, key), key, child, depth + _nests(child)) for key, child in value.items()
            ]
        elif isinstance(value, list):
            inside = [(f"{pointer}/{n}", None, child, depth + _nests(child)) for n, child in enumerate(value)]
        waiting.extend(reversed(inside))


def _nests(value: object) -> int:
    return 1 if isinstance(value, dict | list) else 0


def _pointer(parent: str, key: str) -> str:
    name = key[:64].encode(errors="replace").decode().replace("\x00", "�")
    return f"{parent}/{name.replace('~', '~0').replace('/', '~1')}"


def _structure(pointer: str, key: str | None, value: object, shape: Shape) -> Iterator[Problem]:
    if key is not None and key not in shape.read_only and (refusal := key_refusal(key)):
        yield Problem(pointer, refusal.code, refusal.reason, shown(key))
    if isinstance(value, _Twice):
        for name in value.names:
            reason = "is given more than once, and parsers differ on which one counts"
            yield Problem(_pointer(pointer, name), "key.duplicate", reason, shown(value[name]))
    if refusal := _unstorable(value):
        yield Problem(pointer, refusal.code, refusal.reason, shown(value))


def _unstorable(value: object) -> Refusal | None:
    match value:
        case bool():
            return None
        case int() if value not in _INT64:
            return Refusal("number.range", "beyond 64 bits, which no column of ours holds")
        case float() if not math.isfinite(value):
            return Refusal("number.not_finite", "must be a finite number")
        case str() if "\x00" in value:
            return Refusal("text.control_char", "contains the control character U+0000")
        case str() if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
            return Refusal("text.surrogate", "contains half of a surrogate pair, which no encoding can store")
    return None


def _field(key: str, value: object, shape: Shape, allow_extra: bool) -> Refusal | None:
    if key in shape.read_only:
        return Refusal("field.read_only", "is set by this service, never by a sender")
    wanted = shape.types.get(key)
    if wanted is None:
        return None if allow_extra or key_refusal(key) else _unknown(key, shape)
    if type(value) not in wanted:
        return misfit(wanted)
    if isinstance(value, list) and not all(isinstance(each, str) for each in value):
        return misfit(wanted)
    if key == EVENT_ID and isinstance(value, str) and not 0 < len(value) <= LONGEST_EVENT_ID:
        return Refusal("length.max", f"an event id has 1 to {LONGEST_EVENT_ID} characters")
    return None


def _unknown(key: str, shape: Shape) -> Refusal:
    near = shape.nearest(key)
    meant = f'; did you mean "{near}"?' if near else ""
    return Refusal("field.unknown", f"is no field of this service{meant}")


def _demands(data: dict[str, object], required: Sequence[str]) -> Iterator[Problem]:
    """A source's required fields; the four ways of not giving one are told apart."""
    for name in required:
        value = data.get(name)
        code = ""
        if value is None:
            code = "field.null" if name in data else "field.missing"
        elif isinstance(value, str) and not value.strip():
            code = "field.blank" if value else "field.empty"
        if code:
            got = shown(value) if value is not None else "null" if name in data else "nothing"
            yield Problem(_pointer("", name), code, "is required by this source", got)
