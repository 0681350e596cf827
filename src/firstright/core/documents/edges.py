"""What is wrong with `[hysteresis]`: numbers that no rule compares, so that they have no edge a lead could stand near to."""

from collections.abc import Iterator

from firstright.core.documents.case import Case
from firstright.core.hysteresis import edges_of
from firstright.core.rules.findings import Finding


def edges(case: Case) -> Iterator[Finding]:
    known = edges_of(case.policy)
    for field in case.policy.hysteresis:
        if ("hysteresis", field) not in case.how.broken and not known.get(field):
            text = f'No rule compares "{field}" with a number, so it has no edge to be near to.'
            path, where = ("hysteresis", field), f"[hysteresis] {field}"
            yield case.how.finding("hysteresis.no_edge", path, where, text, "warning")
