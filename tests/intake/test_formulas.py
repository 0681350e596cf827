"""What a spreadsheet would run is guarded on the way out, and is the same text again on the way in."""

import csv
import io
from unicodedata import category, normalize

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from firstright.intake.formulas import csv_row, guarded, unguarded

HIDING = st.text(st.sampled_from(" \t\r\n\0\u00a0\u200b\ufeff\u2028\u202e\u3000\u0301\u00ad'"), max_size=4)
STARTS = st.sampled_from("=+-@|＝＋－＠﹢⁼₊\u2212a1'\"")
CELLS = st.one_of(st.text(max_size=12), st.builds("{}{}{}".format, HIDING, STARTS, st.text(max_size=5)))


def first_seen(text: str) -> str:
    """What a spreadsheet that skips everything invisible and knows full-width forms takes for the first character."""
    for folded in (c for letter in text for c in normalize("NFKC", letter)):
        if category(folded)[0] not in "CZM":
            return folded
    return ""


@settings(max_examples=2000, deadline=None)
@given(CELLS)
@example("＝2+2")
@example("\u00a0=1")
@example("\t=1")
@example("'=1")
@example("''=1")
def test_no_guarded_cell_begins_like_a_formula_and_each_reads_back_as_it_was(text: str) -> None:
    safe = guarded(text)
    assert first_seen(safe) not in tuple("=+-@|\u2212")
    assert not safe.startswith(tuple("\t\r\n\0"))
    assert unguarded(safe) == text


BYPASSES = [
    "=1+1", "+1", "-1", "@SUM(A1)", "|calc", "\t=1", "\r=1", "\n=1", "\0=1", "＝2+2", "＋1", "－1", "＠a", "\u00a0=1",
    "\u200b=1", "\ufeff=1", " \u3000 =1", "=cmd|' /C calc'!A0", "\t", "\u0301=1",
]  # fmt: skip


@pytest.mark.parametrize("text", BYPASSES)
def test_each_known_bypass_is_guarded(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "anna", "O'Neill", "'tis", "a=1", "1-1", "Straße 5", "  blank", "'"])
def test_plain_text_is_left_alone(text: str) -> None:
    assert (guarded(text), unguarded(text)) == (text, text)


def test_a_negative_number_stays_one_only_where_numbers_stand() -> None:
    assert [guarded(n, number=True) for n in ("-5", "-1.250,00", "+3", "-5-5", "-5|cmd", "-")] == [
        "-5", "-1.250,00", "+3", "'-5-5", "'-5|cmd", "'-",
    ]  # fmt: skip
    assert guarded("-5") == "'-5"


@settings(max_examples=300, deadline=None)
@given(st.lists(CELLS.filter(lambda cell: "\0" not in cell), min_size=1, max_size=6))
def test_a_row_is_cut_into_the_cells_it_was_made_of(cells: list[str]) -> None:
    [found] = csv.reader(io.StringIO(csv_row(cells), newline=""), strict=True)
    assert [unguarded(cell) for cell in found] == cells
