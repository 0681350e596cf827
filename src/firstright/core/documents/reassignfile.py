"""Reads [reassignment] of a policy: what becomes of what an earlier owner had begun, for every cause and for some of them."""

from firstright.core.documents.reading import Table, not_known
from firstright.core.lead import Cause
from firstright.core.reassigning import CHOICES, NEVER, Reassignment, Rules
from firstright.core.rules.fields import Catalogue

CAUSES = tuple(cause.value for cause in Cause if cause not in NEVER)


def read_reassignment(root: Table, catalogue: Catalogue) -> Reassignment:
    """What is left out is as shipped; under a cause, what is left out is as for every cause."""
    table = root.table("reassignment", "[reassignment]")
    rules = _rules(table, Rules())
    by_cause = {}
    for cause in table.data:
        if cause in CHOICES:
            continue
        if cause not in CAUSES:
            table.raw(cause)
            table.report("cause.unknown", cause, not_known(cause, (*CHOICES, *CAUSES)))
            continue
        under = table.table(cause, f"[reassignment.{cause}]")
        by_cause[cause] = _rules(under, rules)
        under.close()
    table.close()
    return Reassignment(rules, by_cause)


def _rules(table: Table, otherwise: Rules) -> Rules:
    return Rules(**{kind: _one_of(table, kind, otherwise.of(kind)) for kind in CHOICES})


def _one_of(table: Table, kind: str, otherwise: str) -> str:
    said = table.text(kind, otherwise)
    if said in CHOICES[kind]:
        return said
    table.unknown("value.unknown", kind, said, CHOICES[kind])
    return otherwise
