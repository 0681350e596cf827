"""The scanner agrees with tomllib on where every table, key and element stands."""

import json
import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.documents.spans import Place, Spans

TEXT = """\
# [[rule]] in a comment is no rule
[policy]
name = "a # no comment"  # [a comment]
tiers = [
  "junk",  # ] not the end
  "fallback",
]

[pools.x]
note = \"\"\"
[[rule]]
id = "in a string"
\"\"\"
"odd key".deep = 1

[[rule]]
id = "one"
when = { any = [
  { title = "student" },
  { email = { contains = "]" } },
] }

  [[rule]]
  id = 'two'
  [rule.send_to]
  pool = "x"
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("policy",), 2),
        (("policy", "name"), 3),
        (("policy", "tiers"), 4),
        (("policy", "tiers", 1), 6),
        (("pools", "x"), 9),
        (("pools", "x", "note"), 10),
        (("pools", "x", "odd key", "deep"), 14),
        (("rule", 0), 16),
        (("rule", 0, "when"), 18),
        (("rule", 0, "when", "any", 0, "title"), 19),
        (("rule", 0, "when", "any", 1, "email", "contains"), 20),
        (("rule", 1), 23),
        (("rule", 1, "id"), 24),
        (("rule", 1, "send_to"), 25),
        (("rule", 1, "send_to", "pool"), 26),
    ],
)
def test_a_path_is_found_on_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert Spans.of(TEXT).line(*path) == line


def test_what_is_not_there_gets_the_line_of_its_nearest_ancestor() -> None:
    spans = Spans.of(TEXT)
    assert [spans.line("rule", 0, "when", "none", 3), spans.line("rule", 9), spans.line("nothing")] == [
        18,
        16,
        1,
    ]
    assert spans.place("rule", 9) is None


def test_a_place_counts_bytes_and_columns_in_a_text_with_umlauts() -> None:
    text = '[rep]\nname = "Krüger"\n  city = "Köln"\n'
    assert Spans.of(text).place("rep", "city") == Place(line=3, column=3, start=25, end=39)
    assert text.encode()[25:39].decode() == 'city = "Köln"'


def test_a_table_spans_to_the_end_of_its_last_statement() -> None:
    place = Spans.of(TEXT).place("rule", 0)
    assert place is not None
    assert TEXT.encode()[place.start : place.end].decode().splitlines() == TEXT.splitlines()[15:21]


def test_rules_are_counted() -> None:
    assert Spans.of(TEXT).count("rule") == 2


def test_the_depth_counts_brackets_even_in_a_broken_text() -> None:
    spans = Spans.of("x = 1\na.b = " + "[" * 40)
    assert (spans.depth, spans.deepest) == (42, ("a", "b"))
    assert Spans.of("[a.b]\n" + "c." * 100_000 + "d = 1").depth == 100_003


def test_carriage_returns_do_not_shift_lines() -> None:
    text = TEXT.replace("\n", "\r\n")
    assert Spans.of(text).line("rule", 1, "send_to", "pool") == 26


names = st.one_of(
    st.sampled_from(["a", "b-c", "7", "é", "x y", 'q"', "dot.ted", "#", ""]), st.text(max_size=4)
)
words = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=12)
scalars = st.one_of(words, words.map(lambda w: w + "]}#\"'"), st.integers(-99, 99), st.booleans())
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
bodies = st.dictionaries(names, values, max_size=4)
documents = st.dictionaries(
    names, st.one_of(values, bodies, st.lists(bodies, min_size=1, max_size=3)), max_size=4
)


def quoted(word: str) -> str:
    return json.dumps(word, ensure_ascii=False).replace("\x7f", "\\u007F")


def named(name: str, style: int) -> str:
    plain = name.isascii() and name.replace("-", "").isalnum() and style % 2
    return name if plain else quoted(name)


def valued(value: object, style: int) -> str:
    gap = ["", " ", "  # ]}\n  ", "\n"][style % 4]
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{named(k, style)} = {valued(v, style)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return "[" + gap + f",{gap}".join(valued(v, style + i) for i, v in enumerate(value)) + gap + "]"
    if isinstance(value, bool) or not isinstance(value, str):
        return json.dumps(value)
    if style % 3 == 1 and "'" not in value and "\n" not in value:
        return f"'{value}'"
    if style % 3 == 2 and "\\" not in value:
        return '"""\n' + quoted(value)[1:-1].replace("\\n", "\n") + '"""'
    return quoted(value)


def written(document: dict[str, object], style: int) -> str:
    """The document as TOML: scalars first, then tables and arrays of tables, in a style drawn from a number."""
    heads, tails = [], []
    for name, value in document.items():
        key = named(name, style)
        if isinstance(value, dict) and style % 5:
            tails.append(f"[{key}] # ]\n" + body(value, style))
        elif isinstance(value, list) and value and all(isinstance(v, dict) for v in value) and style % 7:
            tails.extend(f"\n  [[ {key} ]]\n" + body(v, style + i) for i, v in enumerate(value))
        else:
            heads.append(f"{key}={valued(value, style)}\n")
    return "".join(heads) + "# [no] = 1\n".join(tails)


def body(table: dict[str, object], style: int) -> str:
    return "".join(
        f"{' ' * (style % 3)}{named(k, style)} = {valued(v, style + 1)} # x\n" for k, v in table.items()
    )


def walked(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], object]]:
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, child in children:
        yield (*path, key), child
        yield from walked(child, (*path, key))


def read_back(snippet: str, path: tuple[str | int, ...], value: object) -> object:
    """What a place holds, by tomllib: a header with its keys, a key with its value, or a bare element."""
    if isinstance(value, dict) and snippet.startswith("[["):
        return tomllib.loads(snippet)[path[-2]][0]
    if isinstance(path[-1], int):
        return tomllib.loads(f"v = {snippet}")["v"]
    return tomllib.loads(snippet)[path[-1]]


def is_array_of_tables(value: object, snippet: str) -> bool:
    return isinstance(value, list) and all(isinstance(v, dict) for v in value) and snippet.startswith("[[")


@settings(max_examples=100, deadline=None)
@given(documents, st.integers(0, 209))
def test_every_path_tomllib_reads_stands_where_the_scanner_says(
    document: dict[str, object], style: int
) -> None:
    text = written(document, style)
    read = tomllib.loads(text)
    assert read == document
    spans, raw = Spans.of(text), text.encode()
    for path, value in walked(read):
        place = spans.place(*path)
        assert place is not None, path
        assert place.line == raw[: place.start].count(b"\n") + 1
        snippet = raw[place.start : place.end].decode()
        if is_array_of_tables(value, snippet):
            value = value[:1]  # the array itself stands at its first element
        assert read_back(snippet, path, value) == value, (path, snippet)


@settings(max_examples=100, deadline=None)
@given(st.text(st.sampled_from(list("[]{}\"'#=.,a\n\\ 1")), max_size=60))
def test_no_text_makes_the_scanner_stumble(text: str) -> None:
    spans = Spans.of(text)
    for path in spans.paths():
        assert 1 <= spans.line(*path) <= text.count("\n") + 1
        spans.place(*path, "deeper", 0)
