"""A stored decision for `firstright why`: found by its id, or as the latest of a lead."""

from firstright.cli.exits import Stop
from firstright.cli.workspace import workspace
from firstright.core.why.explanation import Explanation, redacted
from firstright.desk.explain import explaining


def explanation(name: str, database: str, rep: str = "") -> Explanation:
    """The explanation of decision `name`, or of the latest decision about lead `name`; with `rep`, what that rep may see."""
    with workspace(database) as (opened, place), opened.read() as tx:
        found = explaining.of(tx, name)
        if not found:
            raise Stop(f'"{name}" is no lead and no decision of {place}')
        whole = explaining.explained(tx, found[-1], explaining.Versions())
    return redacted(whole, rep) if rep else whole
