"""A pause is written into a roster as one instant: nothing else is read otherwise, and no other byte has changed."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.documents.pausefile import with_pause
from firstright.core.documents.rosterfile import read_roster
from firstright.core.roster import Document

NORTHWIND = (Path(__file__).parents[3] / "examples/rosters/inbound.toml").read_text()
UNTIL = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)
WRITTEN = "paused_until = 2026-03-02T10:30:00Z"
INSTANTS = st.integers(0, 60 * 24 * 365).map(lambda minutes: UTC_2026 + timedelta(minutes=minutes))
UTC_2026 = datetime(2026, 1, 1, tzinfo=UTC)


def read(text: str) -> Document:
    document, findings = read_roster(text)
    assert document is not None, findings
    return document


def only(document: Document, place: int, until: datetime) -> Document:
    reps = list(document.reps)
    reps[place] = msgspec.structs.replace(reps[place], paused_until=until)
    return msgspec.structs.replace(document, reps=tuple(reps))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('[[rep]]\nid = "kim"\n', f'[[rep]]\nid = "kim"\n{WRITTEN}\n'),
        ('[[rep]]\nid = "kim"', f'[[rep]]\nid = "kim"\n{WRITTEN}'),
        ('[[rep]]\r\nid = "kim"\r\nname = "K"\r\n', f'[[rep]]\r\nid = "kim"\r\n{WRITTEN}\r\nname = "K"\r\n'),
        ('[[rep]]\n\t id = "kim" # she\n', f'[[rep]]\n\t id = "kim" # she\n\t {WRITTEN}\n'),
        (
            '[[rep]]\npaused_until = "2026-01-01" # holiday\nid = "kim"\n',
            f'[[rep]]\n{WRITTEN} # holiday\nid = "kim"\n',
        ),
        ('[[rep]]\n"paused_until" = 2026-01-01\nid = "kim"\n', f'[[rep]]\n{WRITTEN}\nid = "kim"\n'),
        (
            '[[rep]]\nname = "ä🎈" # ä\nid = "kim"\n[rep.skills]\nde = 1\n',
            f'[[rep]]\nname = "ä🎈" # ä\nid = "kim"\n{WRITTEN}\n[rep.skills]\nde = 1\n',
        ),
        ('rep = [{ id = "kim" }]\n', f'rep = [{{ id = "kim", {WRITTEN} }}]\n'),
        (
            'rep = [\n  { id = "kim", paused_until = 2026-01-01, name = "K" }, # her\n]\n',
            f'rep = [\n  {{ id = "kim", {WRITTEN}, name = "K" }}, # her\n]\n',
        ),
    ],
)
def test_where_it_is_written(text: str, wanted: str) -> None:
    assert with_pause(text, 0, UNTIL) == wanted
    assert read(wanted) == msgspec.structs.replace(only(read(text), 0, UNTIL), hash=read(wanted).hash)


@given(st.integers(0, len(read(NORTHWIND).reps) - 1), INSTANTS)
@settings(deadline=None, max_examples=40)
def test_of_a_whole_roster_one_line_is_new_and_one_instant(place: int, until: datetime) -> None:
    again = with_pause(NORTHWIND, place, until)
    lines, now = NORTHWIND.splitlines(keepends=True), again.splitlines(keepends=True)
    (new,) = [i for i, line in enumerate(now) if line.startswith("paused_until")]
    assert now[:new] + now[new + 1 :] == lines
    assert read(again) == msgspec.structs.replace(only(read(NORTHWIND), place, until), hash=read(again).hash)


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\"'\\"), max_size=8
)
BLANK = st.sampled_from(["", "\n", '# id = "x"\n', "\n# [[rep]]\n", "  \n"])
OLD = st.sampled_from(
    ["", "paused_until = 2026-01-01\n", '  paused_until = "2026-01-01T10:00:00+01:00"   # until ten\n']
)
MORE = st.sampled_from(["", "capacity = 3\n", "pools = { sdr = 1 } # one\n", "[rep.skills]\nde = 1\n"])


@st.composite
def rosters(draw: st.DrawFn) -> str:
    rows = []
    for n in range(draw(st.integers(1, 4))):
        name = f'name = "n{draw(NAMES)}" # {draw(NAMES)}\n'
        tail = draw(st.sampled_from(["", " # the one", "\t"]))
        parts = [f'id = "r{n}"{tail}\n', name, draw(OLD)]
        rows.append(draw(BLANK) + "[[rep]]\n" + "".join(draw(st.permutations(parts))) + draw(MORE))
    return "".join(rows).replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@given(rosters(), st.integers(0, 3), INSTANTS, INSTANTS)
@settings(deadline=None, max_examples=80)
def test_any_roster_keeps_everything_else(text: str, place: int, first: datetime, second: datetime) -> None:
    place %= len(read(text).reps)
    once = with_pause(text, place, first)
    assert read(once) == msgspec.structs.replace(only(read(text), place, first), hash=read(once).hash)
    assert once.count("#") == text.count("#")
    assert len(once.splitlines()) - len(text.splitlines()) in (0, 1)
    twice = with_pause(once, place, second)
    assert with_pause(twice, place, first) == once  # what is written over is only the instant
