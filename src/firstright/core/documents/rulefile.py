"""Reads the rules of a policy document. What does not read well becomes a finding and a harmless stand-in.

A stand-in keeps every row at its place, so that later findings still name the right line; no policy with one is published.
"""

from firstright.core.documents.actionfile import read_gate
from firstright.core.documents.amounts import leads
from firstright.core.documents.needsfile import read_needs, read_relaxed
from firstright.core.documents.reading import Table
from firstright.core.documents.targetfile import read_target
from firstright.core.documents.whenfile import read_when
from firstright.core.policy import OnUnknown, Rule, WhenFull
from firstright.core.pools import LEAD
from firstright.core.rules.fields import Catalogue

DEAREST = 1000  # leads


def read_rules(root: Table, catalogue: Catalogue) -> tuple[Rule, ...]:
    """All `[[rule]]` rows in document order."""
    seen: dict[str, int] = {}
    return tuple(_rule(row, catalogue, seen) for row in root.rows("rule", "rule"))


def _rule(row: Table, catalogue: Catalogue, seen: dict[str, int]) -> Rule:
    starts, ends = row.period("active_from", "active_until")
    return Rule(
        id=row.id("rule", seen),
        tier=row.text("tier", needed=True),
        when=read_when(row, catalogue),
        send_to=read_target(row),
        name=row.text("name"),
        exclusive=row.flag("exclusive", False),
        on_unknown=_on_unknown(row),
        enrich_for=row.duration("enrich_for"),
        service=row.text("service"),
        first_action=row.text("first_action"),
        outreach=read_gate(row),
        when_full=_when_full(row),
        needs=read_needs(row),
        relax=read_relaxed(row),
        cost=leads(row, "cost", DEAREST, LEAD),
        watchers=row.texts("watchers"),
        sequence=row.text("sequence"),
        active_from=starts,
        active_until=ends,
    )


def _on_unknown(row: Table) -> OnUnknown:
    chosen = row.choice("on_unknown", OnUnknown, OnUnknown.NEXT)
    if chosen is OnUnknown.ENRICH and not row.has("enrich_for"):
        row.report(
            "rule.no_limit", "on_unknown", 'Waiting for enrichment needs a limit: enrich_for = "10min".'
        )
    if chosen is not OnUnknown.ENRICH and row.has("enrich_for"):
        text = f'"enrich_for" has no effect unless on_unknown = "{OnUnknown.ENRICH}".'
        row.report("key.no_effect", "enrich_for", text, "warning")
    return chosen


def _when_full(row: Table) -> WhenFull:
    table = row.table("when_full")
    found = WhenFull(wait=table.duration("wait", zero=True), overflow=table.text("overflow"))
    table.close()
    return found
