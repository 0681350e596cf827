"""A log line is an event, an instant and fields of one list: whatever else is handed to a logger stays out."""

import ast
import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any  # a line of JSON

import pytest

from firstright import logs
from firstright.errors import BadValue, CommitUnknown, Conflict, DatabaseUnavailable, NoPolicy, for_log

SOURCES = Path(__file__).parents[1] / "src"
CANARY = "mara.canary@hill.example"


class Log:
    """What two handlers, one of each form, write for a logger under the name of this program and for a library's."""

    def __init__(self) -> None:
        self.json, self.plain = io.StringIO(), io.StringIO()
        self.handlers = [logs.handler("json", self.json), logs.handler("plain", self.plain)]

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.json.getvalue().splitlines()]

    def words(self) -> str:
        return self.plain.getvalue()


@pytest.fixture
def log() -> Iterator[Log]:
    found, root = Log(), logging.getLogger()
    for handler in found.handlers:
        root.addHandler(handler)
    yield found
    for handler in found.handlers:
        root.removeHandler(handler)


def told(line: dict[str, Any]) -> dict[str, object]:
    return {name: value for name, value in line.items() if name != "at"}


def test_a_line_has_an_event_an_instant_and_known_fields_only(log: Log) -> None:
    extra = {"lead": "0190", "count": 3, "email": CANARY, "facts": {"email": CANARY}}
    logging.getLogger("firstright.web").warning("lead.not-taken", extra=extra)
    [line] = log.lines()
    assert datetime.fromisoformat(line["at"]).utcoffset() is not None
    assert told(line) == {
        "level": "warning",
        "event": "lead.not-taken",
        "logger": "firstright.web",
        "lead": "0190",
        "count": 3,
    }
    assert log.words().partition(" ")[2] == "WARNING firstright.web lead.not-taken lead=0190 count=3\n"


def test_an_exception_is_told_by_its_types_and_places_never_by_its_words(log: Log) -> None:
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as first:
            raise ValueError(f"cannot read {CANARY}") from first
    except ValueError:
        logging.getLogger("firstright.web").exception("lead.not-taken")
    [line] = log.lines()
    assert line["error"] == "ValueError < KeyError"
    assert [place.rpartition("/")[2].partition(":")[0] for place in line["where"]] == ["test_logs.py"]
    assert CANARY not in log.json.getvalue() + log.words()


def test_arguments_of_our_own_lines_are_left_out(log: Log) -> None:
    logging.getLogger("firstright.web").warning("no lead of %s", CANARY)
    assert [line["event"] for line in log.lines()] == ["no lead of %s"]


def test_of_a_library_the_first_line_is_told_and_with_an_exception_nothing(log: Log) -> None:
    library = logging.getLogger("asyncio")
    library.error("a task was destroyed\ntask: <%s>", CANARY)
    library.error("Exception in callback f(%r)", CANARY, exc_info=ValueError(CANARY))
    assert [(line["event"], line.get("error")) for line in log.lines()] == [
        ("a task was destroyed", None),
        ("library.failed", "ValueError"),
    ]
    assert CANARY not in log.json.getvalue() + log.words()


def test_nobody_can_begin_a_line_of_their_own(log: Log) -> None:
    logging.getLogger("firstright.web").warning("x", extra={"said": 'a\n2026-11-22 ERROR forged "b" c'})
    assert len(log.words().splitlines()) == len(log.json.getvalue().splitlines()) == 1
    assert log.words().endswith(' said="a\\n2026-11-22 ERROR forged \\"b\\" c"\n')


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (Conflict("lead_once", f"Key (email)=({CANARY}) already exists."), {"constraint": "lead_once"}),
        (Conflict("lead.id, lead.epoch", CANARY), {"constraint": "lead.id, lead.epoch"}),
        (Conflict(f"null value\nDETAIL: Failing row contains ({CANARY})", CANARY), {}),
        (BadValue(f'invalid input syntax for type uuid: "{CANARY}"'), {}),
        (CommitUnknown(f"server closed\nCONTEXT: {CANARY}"), {"said": "server closed"}),
        (DatabaseUnavailable("connection refused\n"), {"said": "connection refused"}),
        (NoPolicy("policy"), {}),
    ],
)
def test_what_a_log_may_say_of_an_error_holds_no_value_of_a_row(
    error: Exception, said: dict[str, str]
) -> None:
    assert for_log(error) == {"error": type(error).__name__, **said}


@pytest.fixture
def as_before() -> Iterator[None]:
    """Configuring is for a whole process: everything is put back."""
    root, hooks = logging.getLogger(), (threading.excepthook, sys.excepthook)
    handlers, level, ours = list(root.handlers), root.level, logging.getLogger("firstright").level
    root.handlers = []
    yield
    root.handlers, root.level = handlers, level
    logging.getLogger("firstright").setLevel(ours)
    threading.excepthook, sys.excepthook = hooks


def test_a_thread_that_ends_in_an_error_is_logged_like_everything_else(as_before: None) -> None:
    stream = io.StringIO()
    logs.configure("json", stream)

    def fails() -> None:
        raise ValueError(CANARY)

    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    logging.getLogger("some.library").info("chatter")
    [line] = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert (line["event"], line["level"], line["error"]) == ("thread.ended", "critical", "ValueError")


def test_a_terminal_gets_words_and_everything_else_json() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    assert (logs.fitting(Terminal()), logs.fitting(io.StringIO())) == ("plain", "json")


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of a logger in the program."""
    for file in sorted(SOURCES.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="log" | "_log"), attr=level)) if level in (
                    "debug", "info", "warning", "error", "critical", "exception"
                ):  # fmt: skip
                    yield f"{file.name}:{node.lineno}", node


def test_every_line_this_program_writes_is_a_constant_with_fields_of_the_list() -> None:
    assert len(list(calls())) >= 10
    formatted = [
        where for where, call in calls() if len(call.args) != 1 or not isinstance(call.args[0], ast.Constant)
    ]
    unknown = [
        (where, key.value)
        for where, call in calls()
        for keyword in call.keywords
        if keyword.arg == "extra" and isinstance(keyword.value, ast.Dict)
        for key in keyword.value.keys
        if isinstance(key, ast.Constant) and key.value not in logs.FIELDS
    ]
    assert (formatted, unknown) == ([], [])
