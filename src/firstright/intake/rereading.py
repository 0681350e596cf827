"""Reads the raw bytes of an arrival once more, by today's map: a lead sent as JSON, a form, or one row of a file.

Pure. What cannot be read is said as the problems it would have had today.
"""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes
from email.policy import HTTP

import msgspec

from firstright.core.clean.problem import Problem
from firstright.core.rules.fields import Catalogue
from firstright.intake.csvfile import inspect, read
from firstright.intake.fieldmap import FieldMap
from firstright.intake.form import fill, whole_map
from firstright.intake.formbody import Pairs, from_bytes, from_json, from_urlencoded
from firstright.intake.formsettings import FormSettings
from firstright.intake.jsonbody import parse_lead
from firstright.intake.mapping import Mapped, apply_map
from firstright.intake.refused import Refused, refused
from firstright.intake.shape import Shape

MULTIPART, URLENCODED = "multipart/form-data", "application/x-www-form-urlencoded"


class Reread(msgspec.Struct, frozen=True):
    """Raw fields for the core. With `unread` problems there are none. `suspect` is what only a machine does: somebody may
    say that it was a person all the same. `texts`: every value came as text."""

    raw: dict[str, object] = {}
    problems: tuple[Problem, ...] = ()
    unread: tuple[Problem, ...] = ()
    suspect: Problem | None = None
    arrived_at: datetime | None = None
    texts: bool = True


def reread_json(body: bytes, catalogue: Catalogue, *, allow_extra: bool) -> Reread:
    parsed = parse_lead(body, Shape.of(catalogue), allow_extra=allow_extra)
    if isinstance(parsed, Refused):
        return Reread(unread=parsed.errors)
    return Reread(parsed.raw, texts=False)


def reread_form(
    body: bytes,
    content_type: str,
    own: FieldMap | None,
    source: str,
    settings: FormSettings,
    catalogue: Catalogue,
    at: datetime,
) -> Reread:
    """`at` is when it was received: how long it took to fill in is measured up to then."""
    pairs = _pairs(body, content_type)
    if isinstance(pairs, Refused):
        return Reread(unread=pairs.errors)
    filled = fill(pairs, whole_map(own, source, settings, catalogue), settings, at)
    return _mapped(filled.mapped, filled.trap)


def reread_row(text: str, header: Sequence[str], delimiter: str, fieldmap: FieldMap) -> Reread:
    """One row under the header its file had."""
    file = io.BytesIO(_line(header, delimiter).encode() + text.encode("utf-8", "surrogatepass"))
    sheet = inspect(file, encoding="utf-8", delimiter=delimiter)
    if isinstance(sheet, Refused):
        return Reread(unread=sheet.errors)
    record = next(iter(read(file, sheet)), None)
    if record is None:
        return Reread(unread=(Problem("", "csv.empty_row", "the row is empty", ""),))
    if record.values is None:
        return Reread(unread=record.problems)
    return _mapped(apply_map(fieldmap, record.values), None)


def _mapped(mapped: Mapped, suspect: Problem | None) -> Reread:
    return Reread(mapped.raw, mapped.problems, suspect=suspect, arrived_at=mapped.arrived_at)


def _line(header: Sequence[str], delimiter: str) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=delimiter, lineterminator="\r\n").writerow(header)
    return line.getvalue()


def _pairs(body: bytes, content_type: str) -> Pairs | Refused:
    kind = content_type.partition(";")[0].strip().lower()
    if kind == URLENCODED:
        return from_urlencoded(body)
    if kind != MULTIPART:
        return from_json(body)
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    parts = message_from_bytes(head + body, policy=HTTP)
    if not parts.is_multipart():
        return refused(400, "form.invalid", "this is no multipart body")
    found = []
    for part in parts.iter_parts():
        name = part.get_param("name", header="content-disposition")
        value = part.get_payload(decode=True)
        if isinstance(name, str) and part.get_filename() is None and isinstance(value, bytes):
            found.append((name.encode("utf-8", "surrogateescape"), value))
    return from_bytes(found)
