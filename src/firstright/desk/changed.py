"""Published versions of policy and roster: who, when, why, and what changed from one to another. Publishing is `publish`."""

from typing import NamedTuple

from firstright.core.textdiff import Difference, difference
from firstright.storage import people, policies
from firstright.storage.transactions import Tx
from firstright.storage.versions import LAST, Version

KINDS = {"policy": (policies.history, policies.load), "roster": (people.history, people.load)}


class Changed(NamedTuple):
    kind: str  # policy | roster
    before: int
    after: int
    difference: Difference


def published(tx: Tx, kind: str, limit: int = 50, before: int = LAST) -> list[Version]:
    """Newest first, from behind version `before` on. KeyError for a kind there is not."""
    history, _ = KINDS[kind]
    return history(tx, limit, before)


def changed(tx: Tx, kind: str, before: int, after: int) -> Changed:
    """From one version to another; version 0 is the empty text. LookupError for a version that was never published."""
    _, load = KINDS[kind]
    texts = [load(tx, version) if version else "" for version in (before, after)]
    return Changed(kind, before, after, difference(*texts))
