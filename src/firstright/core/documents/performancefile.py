"""Writes the `[performance.POOL]` table of a roster's text anew, and nothing else. `rosterfile` reads it; it judges nothing."""

import re
from collections.abc import Mapping

_HEADER = re.compile(r"^[ \t]*\[")


def with_performance(text: str, pool: str, percents: Mapping[str, int]) -> str:
    """The text of a readable roster with this table in place of the one it had, else at its end."""
    ours = re.compile(rf"^[ \t]*\[\s*performance\s*\.\s*\"?{re.escape(pool)}\"?\s*\][ \t]*(#.*)?$")
    lines = text.split("\n")
    name = f'"{pool}"' if "." in pool else pool
    table = [f"[performance.{name}]", *[f'"{rep}" = {percent}' for rep, percent in percents.items()], ""]
    start = next((i for i, line in enumerate(lines) if ours.match(line)), None)
    if start is None:
        kept = text if text.endswith("\n") or not text else text + "\n"
        return kept + "\n" + "\n".join(table)
    end = next((i for i in range(start + 1, len(lines)) if _HEADER.match(lines[i])), len(lines))
    return "\n".join([*lines[:start], *table, *lines[end:]])
