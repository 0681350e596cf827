"""How log lines look: one JSON object a line, or plain words, on stderr; rendered by structlog, written by stdlib loggers.

A line is an event name, an instant, a level and fields of one short list. Nothing else gets through: no formatted
message of ours, no message of an exception, no local variable, because any of them could hold what a lead said.
"""

import json
import logging
import sys
import threading
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, TextIO

from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, WrappedLogger

Form = Literal["json", "plain"]
# What a line may carry beside its event. All of it is counts, identifiers and words of this program.
FIELDS = (
    "request", "lead", "decision", "job", "delivery", "destination", "channel", "clock", "kind", "node", "status",
    "tries", "count", "seconds", "due", "error", "constraint", "said", "found", "user", "rep", "provider",
)  # fmt: skip
LONGEST = 300  # characters of a field
FRAMES = 20
OURS = "firstright"

_log = logging.getLogger(OURS)


def fitting(stream: TextIO) -> Form:
    """Words for a person at a terminal, JSON for whatever else reads it."""
    return "plain" if stream.isatty() else "json"


def configure(form: Form, stream: TextIO | None = None) -> None:
    """From here on every logger of this process, libraries' too, writes such lines; so do threads that end in an error."""
    logging.basicConfig(handlers=[handler(form, stream or sys.stderr)], level=logging.WARNING, force=True)
    _log.setLevel(logging.INFO)
    threading.excepthook = _thread_ended
    sys.excepthook = _program_ended


def handler(form: Form, stream: TextIO) -> logging.Handler:
    """Writes such lines to a stream."""
    found = logging.StreamHandler(stream)
    found.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[_line],
            processors=[ProcessorFormatter.remove_processors_meta, _as_json if form == "json" else _as_words],
            use_get_message=False,
        )
    )
    return found


def _line(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    record: logging.LogRecord = event["_record"]
    ours = record.name == OURS or record.name.startswith(f"{OURS}.")
    failure = record.exc_info[1] if record.exc_info else None
    line: EventDict = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "event": _event(record, ours, failure),
        "logger": record.name,
    }
    if ours:
        line.update(
            {name: _short(value) for name in FIELDS if (value := record.__dict__.get(name)) is not None}
        )
    if failure is not None:
        line.update(error=_types(failure), where=_where(failure))
    return {**line, "_record": record, "_from_structlog": False}


def _event(record: logging.LogRecord, ours: bool, failure: BaseException | None) -> str:
    """Ours are constants, and arguments are never put in. Of a library's message the first line, and nothing when it
    comes with an exception: asyncio shows the arguments of a callback that failed.
    """
    if ours:
        return str(record.msg)
    if failure is not None:
        return "library.failed"
    lines = record.getMessage().strip().splitlines()
    return lines[0][:LONGEST] if lines else ""


def _short(value: object) -> object:
    return value if isinstance(value, int | float) else str(value)[:LONGEST]


def _types(failure: BaseException) -> str:
    """The exception and what caused it, by their types."""
    names: list[str] = []
    seen: BaseException | None = failure
    while seen is not None and len(names) < FRAMES:
        names.append(type(seen).__name__)
        seen = seen.__cause__ or seen.__context__
    return " < ".join(names)


def _where(failure: BaseException) -> list[str]:
    """Innermost last. No source lines and no values."""
    frames = traceback.extract_tb(failure.__traceback__)[-FRAMES:]
    return [f"{_module(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _module(file: str) -> str:
    return "/".join(file.replace("\\", "/").rsplit("/", 3)[-3:])


def _as_json(logger: WrappedLogger, method: str, event: EventDict) -> str:
    return json.dumps(event, ensure_ascii=True)


def _as_words(logger: WrappedLogger, method: str, event: EventDict) -> str:
    at, level, name, where = (event.pop(key, "") for key in ("at", "level", "event", "logger"))
    return " ".join([at, level.upper(), where, _bare(name), *_pairs(event)])


def _pairs(event: Mapping[str, object]) -> list[str]:
    return [f"{name}={_bare(value)}" for name, value in event.items()]


def _bare(value: object) -> str:
    """A value that could be taken for something else, or end the line, is quoted."""
    text = value if isinstance(value, str) else json.dumps(value)
    plain = text.isascii() and text.isprintable() and '"' not in text
    return text if plain and (" " not in text or not isinstance(value, str)) else json.dumps(text)


def _thread_ended(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None:
        info = (ended.exc_type, ended.exc_value, ended.exc_traceback)
        _log.critical("thread.ended", exc_info=info)


def _program_ended(kind: type[BaseException], failure: BaseException, trace: TracebackType | None) -> None:
    if not isinstance(failure, KeyboardInterrupt):
        _log.critical("program.ended", exc_info=(kind, failure, trace))
