import csv
import hashlib
import io
import re
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.clean.problem import Problem
from firstright.intake.csvcut import Limits
from firstright.intake.csvfile import Record, Sheet, counted, inspect, numbered, read
from firstright.intake.refused import Refused

SMALL = Limits(size=10_000, rows=5, columns=4, field=20, record=60)


def sheet_of(data: bytes, **options: object) -> Sheet:
    sheet = inspect(io.BytesIO(data), **options)  # type: ignore[arg-type]  # options of several types
    assert isinstance(sheet, Sheet)
    return sheet


def rows(data: bytes, after: int = 0, limits: Limits = Limits()) -> list[Record]:
    file = io.BytesIO(data)
    found = list(read(file, sheet_of(data), after=after, limits=limits))
    assert counted(file, sheet_of(data), limits=limits) == len(found) + after
    assert not file.closed
    return found


def values(data: bytes) -> list[tuple[str, ...] | str]:
    """Cells of the good records, the code of the others."""
    return [tuple(r.values.values()) if r.values else r.problems[0].code for r in rows(data)]


def refusal(data: bytes, **options: object) -> tuple[int, list[str]]:
    answer = inspect(io.BytesIO(data), **options)  # type: ignore[arg-type]  # options of several types
    assert isinstance(answer, Refused)
    return answer.status, [problem.code for problem in answer.errors]


def test_a_record_knows_its_number_and_its_line() -> None:
    data = b'E-Mail ,Name\nada@x.example,"Ada\nK"\n\nbob@x.example,Bob\n'
    assert rows(data) == [
        Record(1, 2, {"E-Mail": "ada@x.example", "Name": "Ada\nK"}, (), 'ada@x.example,"Ada\nK"'),
        Record(2, 5, {"E-Mail": "bob@x.example", "Name": "Bob"}, (), "bob@x.example,Bob"),
    ]


def test_a_sheet_names_the_bytes_and_shows_the_first_records() -> None:
    data = b"email;employees\na@x.example;1,5\n"
    assert sheet_of(data) == Sheet(
        hashlib.sha256(data).hexdigest(),
        len(data),
        "utf-8",
        ";",
        ("email", "employees"),
        (("a@x.example", "1,5"),),
    )


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("name\nJosé\n".encode("utf-8-sig"), "utf-8-sig"),
        ("name\nJosé\n".encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + "name\nJosé\n".encode("utf-16-be"), "utf-16"),
        ("name\nJosé\n".encode(), "utf-8"),
    ],
)
def test_unicode_is_found_by_its_bytes(data: bytes, encoding: str) -> None:
    assert (sheet_of(data).encoding, values(data)) == (encoding, [("José",)])


@pytest.mark.parametrize(
    ("encoding", "text", "guess"),
    [
        ("cp1252", "name\nJosé – Ltd\n", "cp1252"),
        ("cp1252", "name\nJürgen Maßmann Bärbel Köhler Straße Österreich Zürich Müller\n", "cp1252"),
        ("latin-1", "name\nJosé\x81\n", "latin-1"),
        ("shift_jis", "name\n山田太郎 カナ\n", "shift_jis"),
        ("shift_jis", "name\n佐藤花子 ソニー株式会社 鈴木一郎 東京都港区\n", "shift_jis"),
        ("utf-16-le", "name\nJosé Ø ž\n", "utf-16-le"),
        ("utf-16-be", "name\nJose\n", "utf-16-be"),
    ],
)
def test_what_is_not_utf8_must_be_stated_and_is_never_guessed_silently(
    encoding: str, text: str, guess: str
) -> None:
    data = text.encode(encoding)
    answer = inspect(io.BytesIO(data))
    assert isinstance(answer, Refused)
    assert answer.errors[0].code == "encoding.unknown"
    assert answer.errors[0].reason.endswith(f"which may be {guess}")
    stated = inspect(io.BytesIO(data), encoding=encoding)
    assert isinstance(stated, Sheet)
    assert [r.values for r in read(io.BytesIO(data), stated)] == [{"name": text.split("\n")[1]}]


def test_a_stated_encoding_that_does_not_fit_is_refused() -> None:
    assert refusal(b"name\nJos\xe9\n", encoding="utf-8") == (415, ["encoding.invalid"])
    assert refusal(b"name\nJos\x81\n", encoding="cp1252") == (415, ["encoding.invalid"])
    assert refusal(b"name\nJose\n", encoding="ansi") == (415, ["encoding.unsupported"])
    assert refusal(b"name\nJose\n", encoding="rot13") == (415, ["encoding.unsupported"])
    assert refusal(b"name\nJose\n", encoding="utf-8\0") == (415, ["encoding.unsupported"])
    assert refusal(b"name\nJose\n", encoding="utf-16") == (415, ["encoding.invalid"])


def test_a_character_cut_by_the_end_of_the_file_is_found() -> None:
    answer = inspect(io.BytesIO("name\nJosé".encode()[:-1]))
    assert isinstance(answer, Refused)
    assert "byte 8" in answer.errors[0].reason


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_sniffed_from_the_first_records(delimiter: str) -> None:
    table = [["email", "size", "note"], ["a@x.example", "1,5", "a; b"], ["b@x.example", "2,5", "c"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(table)
    data = out.getvalue().encode()
    assert (sheet_of(data).delimiter, values(data)) == (delimiter, [tuple(row) for row in table[1:]])


def test_a_stated_delimiter_overrules_the_sniffed_one() -> None:
    data = b"a,b;c\n1,2;3\n"
    assert sheet_of(data, delimiter=";").header == ("a,b", "c")
    assert refusal(data, delimiter=";;") == (422, ["csv.delimiter"])


def test_one_column_needs_no_delimiter() -> None:
    assert values(b"email\na@x.example\n") == [("a@x.example",)]


def test_header_names_are_trimmed_and_numbered_where_there_is_none() -> None:
    assert sheet_of(b"\xef\xbb\xbf E-Mail ,, Name\n1,2,3\n").header == ("E-Mail", "column 2", "Name")


def test_names_that_stand_several_times_are_told_apart() -> None:
    """A report with two columns nobody wanted was refused whole for their name."""
    assert sheet_of(b"Email,Name,email ,Phone\n").header == ("Email (1)", "Name", "email (2)", "Phone")
    assert sheet_of(b"a,a,a (1),a\n").header == ("a (2)", "a (3)", "a (1)", "a (4)")
    assert rows(b"a,a\n1,2\n") == [Record(1, 2, {"a (1)": "1", "a (2)": "2"}, (), "1,2")]


@given(st.lists(st.sampled_from(["a", "A", "b", "a (1)", "A (2)", "b (1) (1)"]), min_size=1, max_size=7))
def test_after_that_no_two_columns_have_one_name(names: list[str]) -> None:
    found = numbered(tuple(names))
    assert len({name.casefold() for name in found}) == len(names)
    alone = [n for n in names if sum(n.casefold() == o.casefold() for o in names) == 1]
    assert [name for name in found if name in alone] == alone


def test_a_spreadsheets_note_of_the_separator_is_no_header() -> None:
    for data in (b"sep=;\nEmail;Name\n", b"\xef\xbb\xbfsep=,\nEmail,Name\n", b'"sep=;"\r\nEmail;Name\r\n'):
        assert refusal(data) == (422, ["csv.separator_line"])


def test_ragged_rows_are_row_errors_and_keep_their_text() -> None:
    assert rows(b"a,b\n1\n1,2,3\n1,2\n") == [
        Record(1, 2, None, (Problem("", "csv.column_count", "expected 2 cells, got 1", 'string "1"'),), "1"),
        Record(
            2,
            3,
            None,
            (Problem("", "csv.column_count", "expected 2 cells, got 3", 'string "1,2,3"'),),
            "1,2,3",
        ),
        Record(3, 4, {"a": "1", "b": "2"}, (), "1,2"),
    ]


def test_an_unclosed_quote_costs_only_its_own_line() -> None:
    data = b'a,b\n1,2\n3,"4\n5,6\n7,8\n'
    assert values(data) == [("1", "2"), "csv.unclosed_quote", ("5", "6"), ("7", "8")]
    wrong = rows(data)[1]
    assert (wrong.line, wrong.raw_text) == (3, '3,"4')


def test_a_quote_closed_by_the_quote_of_a_later_record_was_never_closed() -> None:
    assert values(b'a,b\n1,"2\n3,"4"\n5,6\n') == ["csv.unclosed_quote", ("3", "4"), ("5", "6")]


def test_a_quote_that_opens_on_a_later_line_of_its_record_is_named_by_that_line() -> None:
    data = b'a,b\n"1\n2","3\n4,5\n'
    assert rows(data) == [
        Record(
            1,
            2,
            None,
            (
                Problem(
                    "", "csv.unclosed_quote", "the quote that opens here is never closed (line 3)",
                    'string "\\u00221\\u000a2\\u0022,\\u00223"',
                ),
            ),
            '"1\n2","3',
        ),
        Record(2, 4, {"a": "4", "b": "5"}, (), "4,5"),
    ]  # fmt: skip


def test_text_behind_a_closing_quote_is_a_row_error() -> None:
    assert values(b'a,b\n"1"x,2\n3,4\n') == ["csv.stray_quote", ("3", "4")]


def test_a_quote_within_a_bare_cell_is_text() -> None:
    assert values(b'a,b\n5" pipe,"say ""hi"""\n') == [('5" pipe', 'say "hi"')]


def test_a_field_beyond_128_kib_is_a_row_error() -> None:
    exact, longer = b"x" * 131_072, b"x" * 131_073
    data = b"a,b\n1," + exact + b"\n2," + longer + b'\n3,"' + longer + b'"\n4,5\n'
    assert values(data) == [("1", exact.decode()), "csv.field_too_long", "csv.field_too_long", ("4", "5")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_line_beyond_every_limit_is_one_row_error(end: str) -> None:
    data = end.join(["a,b", "1,2", "x" * 500, "3,4", ""]).encode()
    found = rows(data, limits=SMALL)
    assert [(r.line, r.values and r.values["a"]) for r in found] == [(2, "1"), (3, None), (4, "3")]


@pytest.mark.parametrize("size", [58, 59, 60, 61, 62, 119, 120, 121])
def test_lines_are_counted_right_at_the_edge_of_the_limit(size: int) -> None:
    data = b"a,b\r\n" + b"x" * size + b"\r\n\r3,4\r\n"
    assert [(r.number, r.line) for r in rows(data, limits=SMALL)] == [(1, 2), (2, 4)]


def test_a_nul_is_a_row_error_that_names_its_cell() -> None:
    found = rows(b"a,b\n1,x\x00y\n2,3\n")
    assert [p.code for p in found[0].problems] == ["text.control_char"]
    assert (found[0].problems[0].pointer, found[1].values) == ("/b", {"a": "2", "b": "3"})


def test_all_line_ends_may_be_mixed() -> None:
    assert [(r.line, r.values) for r in rows(b'a,b\r1,2\r\n"3\r4",5\n6,7')] == [
        (2, {"a": "1", "b": "2"}),
        (3, {"a": "3\r4", "b": "5"}),
        (5, {"a": "6", "b": "7"}),
    ]


def test_files_beyond_a_limit_are_refused_before_a_row_is_read() -> None:
    assert refusal(b"a\n" + b"x" * 10_000, limits=SMALL) == (413, ["file.too_large"])
    assert refusal(b"a\n" + b"1\n" * 6, limits=SMALL) == (413, ["csv.too_many_rows"])
    assert refusal(b"a\n" + b"\n" * 100, limits=SMALL) == (413, ["csv.too_many_lines"])
    assert refusal(b"a,b,c,d,e\n", limits=SMALL) == (413, ["csv.too_many_columns"])
    assert len(sheet_of(b"a\n" + b'"1\n2"\n' * 5, limits=SMALL).sample) == 5


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04rest",
        b"%PDF-1.7",
        b"MZ\x90\x00",
        b"<!DOCTYPE html>",
        b"\xef\xbb\xbf  <html>",
        b"\x1f\x8b\x08",
        b"\xd0\xcf\x11\xe0",
    ],
)
def test_a_file_of_another_kind_is_known_by_its_content(data: bytes) -> None:
    assert refusal(data) == (415, ["file.not_csv"])


def test_an_empty_file_is_refused_and_a_header_alone_is_none() -> None:
    assert refusal(b" \n") == (422, ["file.empty"])
    assert values(b"a,b\n") == []


def test_formulas_are_text() -> None:
    assert values(b"a\n=cmd|' /C calc'!A0\n") == [("=cmd|' /C calc'!A0",)]


def test_a_large_file_is_read_in_small_memory() -> None:
    line = b"ada@x.example," + b"x" * 1000 + b"\n"
    file = io.BytesIO(b"email,note\n" + line * 20_000)
    tracemalloc.start()
    sheet = inspect(file)
    assert isinstance(sheet, Sheet)
    assert sum(1 for _ in read(file, sheet)) == 20_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * 1024 * 1024


CELLS = st.text(st.sampled_from('ab,;|\t"\r\n é='), max_size=6)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_a_writer_wrote_is_read_exactly(table: list[list[str]], delimiter: str, end: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(
        [["x", "y"], *table]
    )
    data = out.getvalue().encode()
    sheet = sheet_of(data, delimiter=delimiter)
    found = [tuple((r.values or {}).values()) for r in read(io.BytesIO(data), sheet)]
    assert found == [tuple(row) for row in table]


MESS = st.text(st.sampled_from('ab,"\r\n'), max_size=40)


def _lines(text: str) -> list[str]:
    return [line for line in re.split("\r\n|\r|\n", text) if line]


@settings(max_examples=500, deadline=None)
@given(MESS, st.integers(0, 6), st.sampled_from([Limits(), Limits(record=12, field=5)]))
def test_every_line_of_any_text_belongs_to_exactly_one_record(text: str, after: int, limits: Limits) -> None:
    data = b"x,y\n" + text.encode()
    sheet = sheet_of(data, delimiter=",")
    found = list(read(io.BytesIO(data), sheet, limits=limits))
    assert [r.number for r in found] == list(range(1, len(found) + 1))
    assert all((r.values is None) == bool(r.problems) for r in found)
    if limits == Limits():
        assert [line for r in found for line in _lines(r.raw_text)] == _lines(text)
    assert list(read(io.BytesIO(data), sheet, after=after, limits=limits)) == found[after:]
    assert [r.line for r in found] == sorted({r.line for r in found})
