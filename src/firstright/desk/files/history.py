"""Deciding in the past: work in order of its instants, and in between whatever fell due, as of when it was due.

What is due is asked of the database before each work, not remembered: a run that was broken off goes on as if it had not been.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from firstright.desk.desk import Desk
from firstright.desk.writer import Work

T = TypeVar("T")


def in_order(desk: Desk, works: Iterable[tuple[datetime | None, Work[T]]]) -> Iterator[T]:
    """Each result once its transaction is committed, before the next work begins. Works come in order of their instants;
    one without an instant waits for nothing.
    """
    for at, work in works:
        if at is not None:
            desk.decide_until(at)
        yield desk.writer.submit(work).result()
