"""Head counts and yearly revenue in bands. A range is in the band that holds its middle: "10-50" is 11-50, not 2-10."""

from bisect import bisect_left

from firstright.core.clean.amount import Span
from firstright.core.clean.vocabulary import EMPLOYEES, REVENUE

_MOST_IN = (1, 10, 50, 200, 500, 1_000, 5_000, 10_000)  # of each band but the last
_LESS_THAN = (10**6, 10**7, 5 * 10**7, 25 * 10**7, 10**9)


def employees_band(span: Span) -> str | None:
    """The band of a head count; None for nobody. "200+" is more than 200."""
    middle = _middle(span)
    return EMPLOYEES[bisect_left(_MOST_IN, middle)] if middle > 0 else None


def revenue_band(span: Span) -> str:
    """The band of a yearly revenue in whole units; a million belongs to the band it opens."""
    return REVENUE[bisect_left(_LESS_THAN, _middle(span) + 1)]


def _middle(span: Span) -> int:
    if span.most is None:
        return span.least + 1
    return (span.least + span.most) // 2
