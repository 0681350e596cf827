"""One change is written into a roster: nothing else is read otherwise, and no other byte has changed."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.documents.repfile import Append, Drop, Edit, Put, edited, toml, with_pause
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


AWAY = {"type": "vacation", "from": date(2026, 3, 2), "until": date(2026, 3, 9), "backup": "grace"}
ROW = '{ type = "vacation", from = 2026-03-02, until = 2026-03-09, backup = "grace" }'
ABSENCES = ("rep", 0, "absences")


@pytest.mark.parametrize(
    ("text", "edit", "wanted"),
    [
        ('[[rep]]\nid = "kim"\n', Append(ABSENCES, [AWAY]), f'[[rep]]\nid = "kim"\nabsences = [{ROW}]\n'),
        ('[[rep]]\nid = "kim"\nabsences = [] # none\n', Append(ABSENCES, [AWAY]), f'[[rep]]\nid = "kim"\nabsences = [{ROW}] # none\n'),
        ('[[rep]]\nid = "kim"\nabsences = [{ type = "x" }, ]\n', Append(ABSENCES, [AWAY]), f'[[rep]]\nid = "kim"\nabsences = [{{ type = "x" }}, {ROW}, ]\n'),
        (
            '[[rep]]\nid = "kim"\nabsences = [\n  { type = "x" }, # long\n]\n',
            Append(ABSENCES, [AWAY]),
            f'[[rep]]\nid = "kim"\nabsences = [\n  {{ type = "x" }},\n  {ROW}, # long\n]\n',
        ),
        (
            '[[rep]]\nid = "kim"\n  [[rep.absences]]\n  type = "x" # one\n\n[[rep]]\nid = "noor"\n',
            Append(ABSENCES, [{"type": "y", "feed": 'a"b\\'}]),
            '[[rep]]\nid = "kim"\n  [[rep.absences]]\n  type = "x" # one\n  [[rep.absences]]\n  type = "y"\n  feed = "a\\"b\\\\"\n\n[[rep]]\nid = "noor"\n',
        ),
        ('rep = [{ id = "kim", name = "K" }]\n', Append(ABSENCES, [AWAY]), f'rep = [{{ id = "kim", absences = [{ROW}], name = "K" }}]\n'),
        (
            '[[rep]]\nid = "kim"\nabsences = [{ until = 2026-01-01 }, { until = 2026-02-01 }] # two\n',
            Put((*ABSENCES, 1, "until"), date(2026, 1, 15)),
            '[[rep]]\nid = "kim"\nabsences = [{ until = 2026-01-01 }, { until = 2026-01-15 }] # two\n',
        ),
        ('[[rep]]\nid = "kim"\nabsences = [{ a = 1 }, { a = 2 }, { a = 3 }]\n', Drop((*ABSENCES, 1)), '[[rep]]\nid = "kim"\nabsences = [{ a = 1 }, { a = 3 }]\n'),
        ('[[rep]]\nid = "kim"\nabsences = [{ a = 1 }, { a = 2 }]\n', Drop((*ABSENCES, 1)), '[[rep]]\nid = "kim"\nabsences = [{ a = 1 }]\n'),
        ('[[rep]]\nid = "kim"\nabsences = [{ a = 1 }]\n', Drop((*ABSENCES, 0)), '[[rep]]\nid = "kim"\nabsences = []\n'),
        (
            '[[rep]]\nid = "kim"\nabsences = [\n  { a = 1 }, # first\n  { a = 2 }, # second\n]\n',
            Drop((*ABSENCES, 1)),
            '[[rep]]\nid = "kim"\nabsences = [\n  { a = 1 }, # first\n   # second\n]\n',
        ),
        (
            '[[rep]]\nid = "kim"\n[[rep.absences]]\na = 1\n[[rep.absences]] # gone\na = 2\n# after\n',
            Drop((*ABSENCES, 1)),
            '[[rep]]\nid = "kim"\n[[rep.absences]]\na = 1\n# after\n',
        ),
        ('[[rep]]\nid = "kim"\nleft = 2026-01-01 # sad\nname = "K"\n', Drop(("rep", 0, "left")), '[[rep]]\nid = "kim"\nname = "K"\n'),
        ('rep = [{ id = "kim", left = 2026-01-01 }]\n', Drop(("rep", 0, "left")), 'rep = [{ id = "kim" }]\n'),
        ('[[rep]]\nid = "kim"\npools = { sdr = 1 }\n', Put(("rep", 0, "pools", "ae"), 2), '[[rep]]\nid = "kim"\npools = { sdr = 1, ae = 2 }\n'),
        ('[[rep]]\nid = "kim"\npools = {}\n', Put(("rep", 0, "pools", "ae"), 2), '[[rep]]\nid = "kim"\npools = { ae = 2 }\n'),
        ('[[rep]]\nid = "kim"\n', Put(("rep", 0, "pools", "ae"), 2), '[[rep]]\nid = "kim"\npools = { ae = 2 }\n'),
        (
            '[[rep]]\nid = "kim"\npools.sdr = 1\n',
            Put(("rep", 0, "pools", "a.e"), {"weight": 2}),
            '[[rep]]\nid = "kim"\npools."a.e" = { weight = 2 }\npools.sdr = 1\n',
        ),
        ('[[rep]]\nid = "kim"\npools.sdr = 1 # one\n', Put(("rep", 0, "pools", "sdr"), 2), '[[rep]]\nid = "kim"\npools.sdr = 2 # one\n'),
        ('[[rep]]\nid = "kim"\n[rep.pools]\nsdr = 1\n', Put(("rep", 0, "pools", "ae"), 2), '[[rep]]\nid = "kim"\n[rep.pools]\nae = 2\nsdr = 1\n'),
        (
            '[[rep]]\nid = "kim"\n[rep.pools.sdr]\nweight = 1\nleft = 2026-01-01\n',
            Put(("rep", 0, "pools", "sdr"), {"weight": 3, "joined": date(2026, 2, 1)}),
            '[[rep]]\nid = "kim"\n[rep.pools.sdr]\njoined = 2026-02-01\nweight = 3\n',
        ),
        (
            '[[rep]]\nid = "kim"\n[rep.pools.sdr]\nweight = 1\n',
            Put(("rep", 0, "pools", "ae"), 2),
            '[[rep]]\nid = "kim"\npools.ae = 2\n[rep.pools.sdr]\nweight = 1\n',
        ),
        (
            '[[rep]]\nid = "kim"\n[[rep.absences]]\na = 1\n[[rep.absences]]\na = 2\n[rep.skills]\nde = 1\n',
            Put(ABSENCES, [{"a": 3}]),
            '[[rep]]\nid = "kim"\nabsences = [{ a = 3 }]\n[rep.skills]\nde = 1\n',
        ),
    ],
)  # fmt: skip
def test_how_a_change_is_written(text: str, edit: Edit, wanted: str) -> None:
    tomllib.loads(text)
    assert edited(text, [edit]) == wanted
    tomllib.loads(wanted)


@pytest.mark.parametrize(
    "edit",
    [
        Put(("rep", 1, "left"), True),
        Append(("rep", 1, "absences"), [{}]),
        Drop(("rep", 0, "left")),
        Drop(("rep", 0, "pools")),
        Append(("rep", 0, "skills"), [{}]),
    ],
)
def test_a_place_the_text_does_not_have_is_an_error(edit: Edit) -> None:
    with pytest.raises(LookupError):
        edited('[[rep]]\nid = "kim"\nskills.de = 1\n', [edit])


KEYS = st.sampled_from(["left", "limits", "on", "a b", "pools"])
SCALARS = st.integers(-9, 9) | st.booleans() | st.text(max_size=5) | st.dates() | INSTANTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=2),
    max_leaves=4,
)


@given(VALUES)
@settings(deadline=None, max_examples=150)
def test_a_value_is_read_as_it_was_written(value: object) -> None:
    assert tomllib.loads(f"x = {toml(value)}\n")["x"] == value  # type: ignore[arg-type]  # of any shape TOML has


FORMS = (
    "absences = [{ n = 0 }, { n = 1 }]\n",
    "absences = [\n  { n = 0 }, # zero\n  # between\n  { n = 1 }\n]\n",
    'absences = []\nlimits.daily = 4 # dotted\nlimits."a b" = 1\n',
    "[rep.limits] # header\ndaily = 4\n[[rep.absences]]\nn = 0 # zero\n[[ rep . absences ]]\nn = 1\n",
    "limits = { daily = 4, on = { x = [1] } }\n",
    "[rep.limits.on]\nx = [1]\n",
    "",
)


@st.composite
def edits(draw: st.DrawFn) -> tuple[str, Edit]:
    reps = draw(st.lists(st.sampled_from(FORMS), min_size=1, max_size=3))
    text = "".join(f'[[rep]] # {n}\nid = "r{n}"\n{form}' for n, form in enumerate(reps))
    text = text.replace("between", "b0", 1).replace("between", "b1", 1)
    place = draw(st.integers(0, len(reps) - 1))
    rows = tomllib.loads(text)["rep"][place].get("absences", [])
    limit: tuple[str | int, ...] = ("rep", place, "limits", draw(st.sampled_from(["daily", "on", "a b"])))
    row: tuple[str | int, ...] = (
        "rep",
        place,
        "absences",
        draw(st.integers(0, len(rows) - 1)) if rows else 0,
    )
    choice = [
        Put(limit, draw(VALUES)),
        Append(("rep", place, "absences"), [{"n": 9}, {"n": 10}]),
        Put(("rep", place, "left"), date(2026, 1, 1)),
    ]
    if rows:
        choice += [Drop(row), Put((*row, "n"), 7)]
    return text, draw(st.sampled_from(choice))


def applied(data: object, edit: Edit) -> None:
    *way, last = edit.path
    for name in way:
        data = data[name] if isinstance(name, int) else data.setdefault(name, {})  # type: ignore[index, attr-defined]  # a document is of any shape
    match edit:
        case Put(_, value):
            data[last] = value  # type: ignore[index]  # as above
        case Append(_, rows):
            data.setdefault(last, []).extend(rows)  # type: ignore[attr-defined]  # as above
        case Drop():
            del data[last]  # type: ignore[attr-defined]  # as above


@given(edits())
@settings(deadline=None, max_examples=300)
def test_whatever_the_form_exactly_that_is_read_otherwise(drawn: tuple[str, Edit]) -> None:
    text, edit = drawn
    wanted = tomllib.loads(text)
    applied(wanted, edit)
    assert tomllib.loads(edited(text, [edit])) == wanted
