"""What a task asks for, in words: its merge fields filled in, and a sentence that stays one where a field is not known.

What is missing is told by the playbook beside it; here nobody is asked for it.
"""

import re
from collections.abc import Callable

from firstright.core.filling import FIELD
from firstright.core.rules.phrases import label

NAMES = ("first_name", "name", "last_name")
_LEADING = (
    "about|after|at|before|by|for|from|in|of|on|regarding|to|with|bei|für|in|nach|über|um|von|vor|wegen|zu"
)
_PLACE = re.compile(rf"(?P<before>(?:\s+(?P<leading>(?i:{_LEADING})))?\s*){FIELD.pattern}")


def task_words(text: str, known: Callable[[str], str]) -> str:
    """`known(name)` is empty for what nobody knows: that goes with the word that led to it ("about {product}"). A person
    without a name is "them"; of anything else it is said that it is not known."""

    def put(place: re.Match[str]) -> str:
        before, field = place["before"], place[3]
        if value := known(field):
            return before + value
        if field in NAMES:
            return before + next(filter(None, map(known, NAMES)), "them")
        return "" if place["leading"] else f"{before}({label(field)} not known)"

    return _PLACE.sub(put, text).strip()
