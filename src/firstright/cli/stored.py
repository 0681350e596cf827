"""A stored decision for `firstright why`: found by its id, or as the latest of a lead."""

from firstright import settings
from firstright.cli.exits import Stop
from firstright.core.why.explanation import Explanation, redacted
from firstright.desk import explaining
from firstright.storage.database import open_database


def explanation(name: str, database: str, rep: str = "") -> Explanation:
    """The explanation of decision `name`, or of the latest decision about lead `name`; with `rep`, what that rep may see."""
    chosen = settings.read(database=database or None)
    opened = open_database(chosen.database, node=chosen.node)
    try:
        with opened.read() as tx:
            found = explaining.of(tx, name)
            if not found:
                raise Stop(f'"{name}" is no lead and no decision of {chosen.database}')
            whole = explaining.explained(tx, found[-1], explaining.Versions())
    finally:
        opened.close()
    return redacted(whole, rep) if rep else whole
