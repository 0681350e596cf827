"""Reads the rules and territories of a policy document. What does not read well becomes a finding and a harmless stand-in.

A stand-in keeps every row at its place, so that later findings still name the right line; no policy with one is published.
"""

import re
from collections.abc import Mapping

from firstright.core.clean.places import country_codes
from firstright.core.documents.reading import Table, sentence
from firstright.core.documents.spans import Path
from firstright.core.policy import (
    REVIEW_REASONS,
    Needs,
    OnUnknown,
    Rule,
    Target,
    TargetKind,
    Territory,
    WhenFull,
)
from firstright.core.rules.conditions import AllOf, Condition, parse
from firstright.core.rules.fields import Catalogue

HIGHEST_SKILL = 100
STAND_IN = Target(TargetKind.REVIEW, "unclear-fit")

_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]")
_STATE = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_DOMAIN = re.compile(r"[^\s@./]+(\.[^\s@./]+)+")
_POSTCODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ]{0,11}\*?|[A-Za-z0-9 ]{1,12}-[A-Za-z0-9 ]{1,12}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def read_rules(root: Table, catalogue: Catalogue) -> tuple[Rule, ...]:
    """All `[[rule]]` rows in document order."""
    seen: dict[str, int] = {}
    return tuple(_rule(row, catalogue, seen) for row in root.rows("rule", "rule"))


def read_territories(root: Table) -> tuple[Territory, ...]:
    """All `[[territory]]` rows in document order."""
    seen: dict[str, int] = {}
    return tuple(_territory(row, seen) for row in root.rows("territory", "territory"))


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
        needs=_needs(row),
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


def read_target(row: Table) -> Target:
    """`send_to = { pool = "x" }`: exactly one kind of target and its name."""
    if not row.has("send_to"):
        row.report(
            "key.missing", "send_to", '"send_to" is missing: say where the lead goes, { pool = "..." }.'
        )
        return STAND_IN
    table = row.table("send_to")
    kinds = [kind for kind in TargetKind if table.has(kind)]
    table.close()
    if len(kinds) == 1:
        return _target(table, kinds[0])
    if len(kinds) > 1:
        row.report("target.several", "send_to", f"A lead goes to one place; here are {' and '.join(kinds)}.")
    elif not table.data and isinstance(row.raw("send_to"), dict):
        row.report("target.missing", "send_to", f"Nothing is named; it can be {', '.join(TargetKind)}.")
    return STAND_IN


def _target(table: Table, kind: TargetKind) -> Target:
    if kind is TargetKind.NURTURE:
        return Target(kind, wait=table.duration(kind))
    name = table.text(kind)
    if kind is TargetKind.REVIEW and name and name not in REVIEW_REASONS:
        table.unknown("review.unknown", kind, name, REVIEW_REASONS)
        return STAND_IN
    return Target(kind, name) if name else STAND_IN


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


def _needs(row: Table) -> Needs:
    table = row.table("needs")
    skills = table.table("skills")
    found = Needs(
        language=read_language(table, "language", table.text("language"), "lead"),
        skills=tuple((skill, skills.number(skill, 1, HIGHEST_SKILL, 1)) for skill in skills.data),
    )
    table.close()
    return found


def read_language(table: Table, key: str, tag: str, *words: str) -> str:
    """A BCP 47 tag such as "de" or "pt-BR", or one of `words`; reported otherwise."""
    if tag and tag not in words and not _LANGUAGE.fullmatch(tag):
        table.report("language.invalid", key, f'"{tag}" is not a language tag such as "de" or "pt-BR".')
        return ""
    return tag


def _territory(row: Table, seen: dict[str, int]) -> Territory:
    starts, ends = row.period("active_from", "active_until")
    found = Territory(
        id=row.id("territory", seen),
        plan=row.text("plan", needed=True),
        send_to=_territory_target(row),
        accounts=row.checked("accounts", _domain_problem, "territory.account"),
        postcodes=row.checked("postcodes", _postcode_problem, "territory.postcode"),
        cities=row.texts("cities"),
        states=row.checked("states", _state_problem, "territory.state"),
        countries=row.checked("countries", country_problem, "country.unknown"),
        regions=row.texts("regions"),
        priority=row.number("priority", -1_000_000, 1_000_000, 0),
        active_from=starts,
        active_until=ends,
        backup=row.text("backup"),
    )
    places = ("accounts", "postcodes", "cities", "states", "countries", "regions")
    if not any(row.raw(place) for place in places):
        row.report("territory.nowhere", None, f"The territory names no place; give it {', '.join(places)}.")
    return found


def _territory_target(row: Table) -> Target:
    target = read_target(row)
    if target.kind is TargetKind.TERRITORY:
        row.report(
            "territory.nested",
            "send_to",
            "A territory cannot send to another plan; name a rep, pool or queue.",
        )
        return STAND_IN
    return target


def country_problem(code: str) -> str | None:
    """Why a text is not an ISO 3166 code in capitals; None when it is one."""
    if code in country_codes():
        return None
    if code.upper() == "UK":
        return 'is written "GB"'
    if code.upper() in country_codes():
        return f'is written in capitals, "{code.upper()}"'
    return 'is not a two-letter country code such as "DE"'


def _state_problem(code: str) -> str | None:
    if not _STATE.fullmatch(code):
        return 'is not a state such as "US-CA" or "DE-BY"'
    return None if code[:2] in country_codes() else f'begins with "{code[:2]}", which is no country'


def _domain_problem(domain: str) -> str | None:
    if _DOMAIN.fullmatch(domain) and domain == domain.casefold():
        return None
    return 'is not a domain in small letters, such as "acme.example"'


def _postcode_problem(code: str) -> str | None:
    if not _POSTCODE.fullmatch(code):
        return 'is not a postcode ("10115"), a beginning ("10*") or a range ("10000-14999")'
    low, dash, high = code.partition("-")
    if dash and len(low) != len(high):
        return "is a range whose ends differ in length, so no postcode lies between them"
    if dash and low > high:
        return f'is a range that ends before it begins; write "{high}-{low}"'
    return None
