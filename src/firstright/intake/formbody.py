"""A submitted form as names and values, from each of the three ways browsers and scripts send one. Nothing is judged but
its structure: how many, how long, and whether it is text at all.
"""

from urllib.parse import unquote_to_bytes

from firstright.core.clean.problem import Problem, Refusal, problem, shown
from firstright.intake.jsonbody import parse_object
from firstright.intake.refused import Refused, refused

LARGEST = 64 * 1024  # bytes of a body
MOST_FIELDS = 100
LONGEST_NAME = 200  # characters
LONGEST_VALUE = 20_000

Pairs = list[tuple[str, str]]


def from_urlencoded(body: bytes) -> Pairs | Refused:
    raw = [part.partition(b"=") for part in body.split(b"&") if part]
    if len(raw) > MOST_FIELDS:
        return _too_many()
    return from_bytes([(_unquoted(name), _unquoted(value)) for name, _, value in raw])


def from_json(body: bytes) -> Pairs | Refused:
    """One flat object: texts, true and false, null, and lists of texts."""
    data = parse_object(body, LARGEST, any_key=True)
    if isinstance(data, Refused):
        return data
    wrong = [problem(name, _NO_TEXT, value) for name, value in data.items() if not _is_plain(value)]
    if wrong:
        return Refused(422, tuple(wrong[:MOST_FIELDS]))
    return _within([(name, _text(value)) for name, value in data.items()])


def from_bytes(raw: list[tuple[bytes, bytes]]) -> Pairs | Refused:
    """Names and values as they were sent: 400 `encoding.utf8` when they are no UTF-8."""
    try:
        return _within([(name.decode(), value.decode()) for name, value in raw])
    except UnicodeDecodeError as error:
        return refused(
            400, "encoding.utf8", "a form is sent as UTF-8", f"byte 0x{error.object[error.start]:02x}"
        )


_NO_TEXT = Refusal("type.expected_string", "must be a string, true, false or a list of strings")


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return all(isinstance(each, str) for each in value)
    return value is None or isinstance(value, str | bool)


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case list():
            return ", ".join(map(str, value))
        case _:
            return "" if value is None else str(value)


def _unquoted(text: bytes) -> bytes:
    return unquote_to_bytes(text.replace(b"+", b" "))


def _within(pairs: Pairs) -> Pairs | Refused:
    if len(pairs) > MOST_FIELDS:
        return _too_many()
    wrong = []
    for name, value in pairs:
        if len(name) > LONGEST_NAME:
            reason = f"a field's name has at most {LONGEST_NAME} characters"
            wrong.append(Problem("", "length.max", reason, shown(name)))
        elif len(value) > LONGEST_VALUE:
            reason = f"has at most {LONGEST_VALUE:,} characters"
            wrong.append(problem(name, Refusal("length.max", reason), value))
    return Refused(422, tuple(wrong)) if wrong else pairs


def _too_many() -> Refused:
    return refused(422, "fields.too_many", f"a form has at most {MOST_FIELDS} fields")
