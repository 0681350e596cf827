"""Two texts compared: what is said of them gives the second one back, and reads as the smallest change."""

from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.textdiff import AROUND, Difference, Line, Side, difference

_LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=12)


def test_a_change_is_shown_with_what_is_around_it() -> None:
    old = "\n".join(str(n) for n in range(1, 13))
    assert difference(old, old.replace("6", "six")) == Difference(
        [
            Line(Side.GAP, "2"), Line(Side.SAME, "3", 3, 3), Line(Side.SAME, "4", 4, 4), Line(Side.SAME, "5", 5, 5),
            Line(Side.MINUS, "6", 6, 0), Line(Side.PLUS, "six", 0, 6), Line(Side.SAME, "7", 7, 7),
            Line(Side.SAME, "8", 8, 8), Line(Side.SAME, "9", 9, 9), Line(Side.GAP, "3"),
        ],
        1,
        1,
    )  # fmt: skip


def test_equal_texts_differ_in_nothing() -> None:
    assert difference("a\nb", "a\nb\n") == Difference([], 0, 0)


def test_a_text_that_is_all_new_is_not_told_line_by_line() -> None:
    assert difference("x", "y\n" * 5_000) == Difference(None, 5_000, 1)


@settings(max_examples=300, deadline=None)
@given(_LINES, _LINES)
def test_every_line_is_told_once_or_counted_in_a_gap(old: list[str], new: list[str]) -> None:
    found = difference("\n".join(old), "\n".join(new))
    assert found.lines is not None
    texts = "\n".join(old).splitlines(), "\n".join(new).splitlines()
    gone = sum(int(line.text) for line in found.lines if line.side is Side.GAP)
    if found.lines:
        for place, text in enumerate(texts):
            told = [line for line in found.lines if line[2 + place]]
            assert len(told) + gone == len(text)
            assert all(text[line[2 + place] - 1] == line.text for line in told)
    else:
        assert texts[0] == texts[1]
    runs = "".join("." if line.side is Side.SAME else "|" for line in found.lines)
    assert "." * (2 * AROUND + 1) not in runs
