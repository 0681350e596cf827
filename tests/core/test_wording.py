"""Words of many lists in one text: whole words, phrases in a row, and scripts that do not part their words."""

from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.clean.text import fold
from firstright.core.wording import NOTHING, Spoken, Wording, told

LISTS = (("demo", "live demo"), ("Price", "how much"), ("価格", "ราคา"), ("c++",), ("?!",))
WORDING = Wording(LISTS)


def found(text: str) -> list[int]:
    mask = WORDING.find(told(text))
    return [position for position in range(len(LISTS)) if mask >> position & 1]


def test_each_list_of_which_a_word_was_said_is_found_at_once() -> None:
    assert found("A LIVE démo: what's the price?") == [0, 1]
    assert found("how, much") == [1]
    assert found("how very much") == []
    assert found("demolition priced") == []


def test_a_script_that_does_not_part_words_is_searched_inside() -> None:
    assert found("この価格は") == [2]
    assert found("ขอราคาหน่อย") == [2]


def test_marks_are_no_part_of_a_word_and_what_is_only_marks_is_never_found() -> None:
    assert found("I write C") == [3]
    assert found("?!") == []


def test_the_word_that_was_said_first_is_named_as_the_list_has_it() -> None:
    assert WORDING.which(told("How much? And the price?"), 1) == "how much"
    assert WORDING.which(told("Price! How much?"), 1) == "Price"
    assert WORDING.which(told("nothing"), 1) == ""


def test_several_texts_are_kept_apart() -> None:
    assert WORDING.find(told(("how", "much"))) == 0
    assert WORDING.find(told(("x", "how much"))) == 2


def test_what_is_no_text_says_nothing() -> None:
    assert told(None) is NOTHING and told(5) is NOTHING and told("") is NOTHING
    assert Spoken({"employees": 5}).text("employees") == ""


def test_each_field_is_made_ready_once() -> None:
    spoken = Spoken({"message": "Héllo,  World"})
    assert spoken.text("message") == "hello world"
    assert spoken.told("message") is spoken.told("message")


@given(
    st.lists(st.sampled_from(["demo", "live", "price", "how", "much", "c", "x"]), max_size=8),
    st.sampled_from([" ", ", ", "\n", " - "]),
)
@settings(max_examples=150, deadline=None)
def test_it_finds_what_looking_for_each_word_by_itself_finds(words: list[str], between: str) -> None:
    text = between.join(words)
    padded = f" {fold(text)} "
    wanted = [
        position
        for position, list_ in enumerate(LISTS)
        if any(fold(word) and f" {fold(word)} " in padded for word in list_)
    ]
    assert found(text) == wanted
