"""Reads the rules of a policy document. What does not read well becomes a finding and a harmless stand-in.

A stand-in keeps every row at its place, so that later findings still name the right line; no policy with one is published.
"""

import re
from collections.abc import Mapping

from firstright.core.documents.amounts import leads
from firstright.core.documents.needsfile import read_needs, read_relaxed
from firstright.core.documents.reading import Table, sentence
from firstright.core.documents.spans import Path
from firstright.core.documents.targetfile import read_target
from firstright.core.policy import OnUnknown, Rule, WhenFull
from firstright.core.pools import LEAD
from firstright.core.rules.conditions import AllOf, Condition, parse
from firstright.core.rules.fields import Catalogue

DEAREST = 1000  # leads

_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]")


def read_rules(root: Table, catalogue: Catalogue) -> tuple[Rule, ...]:
    """All `[[rule]]` rows in document order."""
    seen: dict[str, int] = {}
    return tuple(_rule(row, catalogue, seen) for row in root.rows("rule", "rule"))


def _rule(row: Table, catalogue: Catalogue, seen: dict[str, int]) -> Rule:
    starts, ends = row.period("active_from", "active_until")
    return Rule(
        id=row.id("rule", seen),
        tier=row.text("tier", needed=True),
        when=_when(row, catalogue),
        send_to=read_target(row),
        name=row.text("name"),
        exclusive=row.flag("exclusive", False),
        on_unknown=_on_unknown(row),
        enrich_for=row.duration("enrich_for"),
        service=row.text("service"),
        first_action=row.text("first_action"),
        when_full=_when_full(row),
        needs=read_needs(row),
        relax=read_relaxed(row),
        cost=leads(row, "cost", DEAREST, LEAD),
        watchers=row.texts("watchers"),
        active_from=starts,
        active_until=ends,
    )


def _when(row: Table, catalogue: Catalogue) -> Condition:
    if not row.has("when"):
        row.report(
            "key.missing", "when", '"when" is missing; write when = {} for a rule that takes every lead.'
        )
        return AllOf()
    document = row.raw("when")
    if not isinstance(document, dict):
        row.misfit("when", document, 'a table such as { country = ["DE", "AT"] }')
        return AllOf()
    place = row.where("when")
    condition, findings = parse(document, catalogue, place)
    for finding in findings:
        path = (*row.path, "when", *_path(document, finding.where.removeprefix(place)))
        text = sentence(finding.text)
        row.reading.report(finding.code, path, finding.where, text, finding.severity)
    return condition


def _path(document: object, where: str) -> Path:
    """`.any[2].account.tier` -> ("any", 1, "account.tier") as far as the document follows; its keys may hold dots."""
    steps = [int(m[2]) - 1 if m[2] else m[1] for m in _STEP.finditer(where)]
    path: list[str | int] = []
    while steps:
        if isinstance(document, list) and isinstance(steps[0], int) and steps[0] < len(document):
            path.append(steps[0])
            document, steps = document[steps[0]], steps[1:]
            continue
        size = _key_size(document, steps)
        if not isinstance(document, Mapping) or not size:
            break
        key = ".".join(map(str, steps[:size]))
        path.append(key)
        document, steps = document[key], steps[size:]
    return tuple(path)


def _key_size(document: object, steps: list[str | int]) -> int:
    if not isinstance(document, Mapping):
        return 0
    return next((n for n in range(1, len(steps) + 1) if ".".join(map(str, steps[:n])) in document), 0)


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
