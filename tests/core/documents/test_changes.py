"""What changed between two texts, by example and by law: both texts can be read out of what is told."""

from hypothesis import given
from hypothesis import strategies as st

from firstright.core.documents.changes import Line, changes

LINES = st.lists(st.sampled_from(("[policy]", 'name = "a"', "lock = 1", "", "# note")), max_size=30)


def test_a_change_is_shown_with_three_lines_around_it() -> None:
    before = "\n".join("abcdefghij")
    after = "\n".join("abcdeXghij") + "\nk"
    assert changes(before, after) == (
        Line("gap", "", 3, 3),
        *(Line("same", text, n, n) for n, text in enumerate("cde", 3)),
        Line("removed", "f", 6, 0),
        Line("added", "X", 0, 6),
        *(Line("same", text, n, n) for n, text in enumerate("ghij", 7)),
        Line("added", "k", 0, 11),
    )
    assert changes(before, before) == ()
    assert changes("", "a") == (Line("added", "a", 0, 1),)


@given(LINES, LINES)
def test_every_line_that_is_told_stands_where_it_says_and_all_that_differ_are_told(
    before: list[str], after: list[str]
) -> None:
    told = changes("\n".join(before), "\n".join(after))
    old, new = "\n".join(before).splitlines(), "\n".join(after).splitlines()
    for line in told:
        if line.kind in ("same", "removed"):
            assert old[line.before - 1] == line.text
        if line.kind in ("same", "added"):
            assert new[line.after - 1] == line.text
    removed = {line.before for line in told if line.kind == "removed"}
    added = {line.after for line in told if line.kind == "added"}
    assert [text for n, text in enumerate(old, 1) if n not in removed] == [
        text for n, text in enumerate(new, 1) if n not in added
    ]


def test_two_texts_with_nothing_in_common_are_told_by_their_beginning() -> None:
    told = changes("\n".join(f"a{n}" for n in range(6_000)), "\n".join(f"b{n}" for n in range(6_000)))
    assert len(told) == 5_000
