"""One promise as a query that finds the rows for which it does not hold. What is promised stands in `invariants`."""

from collections.abc import Iterable
from typing import NamedTuple

from firstright.storage.statement import Statement

MOST = 20  # rows shown per check


class Check(NamedTuple):
    name: str
    promise: str  # number in docs of the promise it watches
    sentence: str  # what is wrong with each row found
    statement: Statement


def check(name: str, promise: str, sentence: str, query: str, postgresql: str = "") -> Check:
    limited = Statement(f"{query} LIMIT {MOST}", postgresql=postgresql and f"{postgresql} LIMIT {MOST}")
    return Check(name, promise, sentence, limited)


def listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
