"""Reads a condition out of a table of a policy document, wherever one may stand; findings cite the very key.

What a condition means is `rules.conditions`' business.
"""

import re
from collections.abc import Mapping

from firstright.core.documents.reading import Table, sentence
from firstright.core.documents.spans import Path
from firstright.core.rules.conditions import AllOf, Condition, parse
from firstright.core.rules.fields import Catalogue

_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]")


def read_when(row: Table, catalogue: Catalogue, *, needed: bool = True) -> Condition:
    """The condition under "when". Without one that is not `needed`, every lead is meant."""
    if not row.has("when"):
        if needed:
            text = '"when" is missing; write when = {} for a rule that takes every lead.'
            row.report("key.missing", "when", text)
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
