"""A workspace's own leads as a training set: what was known of each when it was decided about, and what came of it. Reads only."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from firstright.core.beginnings import facts_then, lessons
from firstright.core.lead import Fact, Value
from firstright.core.rules.fields import Catalogue
from firstright.storage import learned
from firstright.storage.learned import Happened
from firstright.storage.transactions import Tx

MOST = 200_000  # leads with an outcome, the newest
PAGE = 2_000

_facts = msgspec.json.Decoder(dict[str, Fact]).decode


class Lessons(msgspec.Struct, frozen=True):
    """Leads whose outcome is known, oldest first: what was known of each when it was decided about. `later` says of a field in
    how many of them it was there only afterwards; `unread` is how many could not be read."""

    rows: list[dict[str, Value]]
    had: list[bool]
    days: list[str]
    later: dict[str, int]
    unread: int


def lessons_of(tx: Tx, catalogue: Catalogue) -> Lessons:
    rows, had, days, later, unread = [], [], [], Counter[str](), 0
    for one in _ended(tx):
        facts, outcome = facts_then(one.record), one.had
        if facts is None or outcome is None:
            unread += 1
            continue
        known = lessons(facts, catalogue)
        later.update(lessons(_facts(one.facts), catalogue).keys() - known.keys())
        rows.append(known)
        had.append(outcome)
        days.append(one.decided_at.date().isoformat())
    rows.reverse()
    had.reverse()
    days.reverse()
    return Lessons(rows, had, days, dict(later), unread)


def _ended(tx: Tx) -> Iterator[Happened]:
    """The newest first, a page at a time: a record has some kilobytes."""
    left, page = MOST, learned.latest(tx, PAGE, ended=True)
    while page and left > 0:
        yield from page
        left -= len(page)
        page = learned.latest(tx, PAGE, ended=True, before=page[-1].id)
