"""A task reads as a sentence, whatever of the lead is known."""

import pytest

from firstright.core.tasktext import task_words

CALL = "Call {first_name} at {company} about {product}"


@pytest.mark.parametrize(
    ("text", "facts", "said"),
    [
        (CALL, {"first_name": "Mara", "company": "Weiss", "product": "arm"}, "Call Mara at Weiss about arm"),
        (CALL, {"first_name": "Mara", "company": "Weiss"}, "Call Mara at Weiss"),
        (CALL, {"last_name": "Lind", "product": "arm"}, "Call Lind about arm"),
        (CALL, {}, "Call them"),
        ("{first_name} anrufen wegen {product}", {"first_name": "Jörg"}, "Jörg anrufen"),
        (
            "Quote {product}: {employees} people",
            {},
            "Quote (product not known): (employees not known) people",
        ),
        ("About {product}", {}, "About (product not known)"),
        ("Ask {name} for {score.fit}!", {"name": "Bo", "score.fit": "30"}, "Ask Bo for 30!"),
        ("Nothing of {} or {Product}", {}, "Nothing of {} or {Product}"),
        ("Call {first_name}", {"first_name": "{company}"}, "Call {company}"),
    ],
)
def test_what_is_not_known_leaves_a_sentence(text: str, facts: dict[str, str], said: str) -> None:
    assert task_words(text, lambda name: facts.get(name, "")) == said
