"""Reads amounts of leads, whole or with decimals, into exact units of credit. It rounds nothing."""

from decimal import Decimal

from firstright.core.documents.reading import Table
from firstright.core.pools import LEAD


def leads(table: Table, key: str, most: int, default: int) -> int:
    """More than nothing and at most so many leads, such as 2 or 0.5, in 10⁻⁹ leads; a default as it is given."""
    value = table.raw(key)
    if value is None:
        return default
    wanted = f"a number of leads up to {most:,}, such as 2 or 0.5"
    if isinstance(value, bool) or not isinstance(value, int | float):
        table.misfit(key, value, wanted)
        return default
    # repr is the shortest text that reads back as this float: what was written, up to 15 digits.
    exact = Decimal(repr(value)) * LEAD
    if not exact.is_finite():
        table.misfit(key, value, wanted)
    elif not 0 < exact <= most * LEAD:
        table.report("value.range", key, f"{value} is not more than 0 and at most {most:,}.")
    elif exact != exact.to_integral_value():
        table.report("value.range", key, f"{value} has more than nine decimals.")
    else:
        return int(exact)
    return default
