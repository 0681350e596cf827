"""Deciding in the past: work in order of its instants, and in between whatever fell due, as of when it was due."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from firstright.desk.desk import Desk
from firstright.desk.writer import Work

T = TypeVar("T")


def in_order(
    desk: Desk, works: Iterable[tuple[datetime | None, Work[T]]], next_of: Callable[[T], datetime | None]
) -> Iterator[T]:
    """Each result once its transaction is committed, before the next work begins. Works come in order of their instants.

    `next_of` names the instant at which a result wants to be decided again; holds that end are decided when they end.
    """
    due: list[datetime] = []
    for at, work in works:
        while at and due and due[0] <= at:
            for done in desk.decide_due(heapq.heappop(due), pinned=True):
                if done.decision.waiting and done.decision.next_at:
                    heapq.heappush(due, done.decision.next_at)
        result = desk.writer.submit(work).result()
        if again := next_of(result):
            heapq.heappush(due, again)
        yield result
