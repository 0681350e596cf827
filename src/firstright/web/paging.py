"""Pages of lists: where one begins, as a link or a program names it, and behind what the next one does. It fetches nothing."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from firstright.core.identifiers import is_id
from firstright.web.problems import away

FOR_PROGRAMS = "after is `next` of the page before"
FOR_PEOPLE = "this page of the list is no more: go back to its beginning"
P = TypeVar("P")
T = TypeVar("T")


def place(text: str, read: Callable[[str], P], said: str = FOR_PEOPLE) -> P:
    """What `read` makes of it. Raises TurnedAway for what no page of ours named."""
    try:
        return read(text)
    except (ValueError, OverflowError):
        raise away(400, "cursor.invalid", said, text[:64]) from None


def begins(
    given: Mapping[str, str],
    first: P,
    read: Callable[[str], P],
    said: str = FOR_PEOPLE,
    *,
    name: str = "after",
) -> P:
    """Behind which place the page begins; `first` when none was given. Raises TurnedAway."""
    return place(given[name], read, said) if name in given else first


def identifier(text: str) -> str:
    """A place that is the id of what was last. Raises ValueError."""
    if not is_id(text):
        raise ValueError("this is no identifier")
    return text


def cut(found: Sequence[T], size: int) -> tuple[list[T], T | None]:
    """The page, and its last entry if more stands behind it: ask for one more than a page holds."""
    shown = list(found[:size])
    return shown, shown[-1] if len(found) > size else None
