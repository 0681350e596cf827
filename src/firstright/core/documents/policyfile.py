"""Reads a policy from TOML text: every mistake is gathered with its line, and nothing is guessed.

Pure: text in, policy and findings out. Whether the policy makes sense (names that lead nowhere, rules nobody
reaches) is `lint`'s business. What has a table of its own is read by a file of its own: `rulefile`, `poolfile` and so on.
"""

import re
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256

from firstright.core.calendar import zone_of
from firstright.core.documents.creditbackfile import read_absences, read_credit_back
from firstright.core.documents.limitfile import read_limits
from firstright.core.documents.messagefile import read_subscribers, read_templates
from firstright.core.documents.poolfile import read_pools
from firstright.core.documents.precedencefile import read_precedence
from firstright.core.documents.reading import Reading, Table, not_known, sentence
from firstright.core.documents.rulefile import read_rules
from firstright.core.documents.servicefile import read_services
from firstright.core.documents.territoryfile import (
    country_problem,
    read_holdovers,
    read_lists,
    read_territories,
)
from firstright.core.policy import AfterClosed, FirstAction, Policy, Queue
from firstright.core.rules.fields import BUILTIN, Catalogue, Field, FieldType, Kind, check, kind
from firstright.core.rules.findings import Finding

MOST_MOVES = 100

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+|[^@\s.]+(\.[^@\s.]+)+")


class Channel(StrEnum):
    """How a first action reaches the lead."""

    CALL = "call"
    EMAIL = "email"
    SMS = "sms"
    CHAT = "chat"
    MEETING = "meeting"


def read_policy(text: str, *, file: str = "policy.toml") -> tuple[Policy | None, tuple[Finding, ...]]:
    """The policy of a TOML text, and all findings in document order; no policy when one of them is an error.

    `Policy.hash` is of the text's UTF-8 bytes. Services are merged over the shipped ones; rules keep their order.
    """
    reading = Reading(text, file, "policy")
    policy = draft_policy(reading, text) if reading.data else None
    return (None if reading.failed else policy), tuple(reading.findings)


def draft_policy(reading: Reading, text: str) -> Policy:
    """The policy as far as it could be read: for `lint`, which can then say more about it. Never decide with it."""
    root = reading.root
    head = root.table("policy", "[policy]")
    if not root.has("policy"):
        root.report("key.missing", None, "There is no [policy] table, which names the policy and its tiers.")
    zone = head.zone_name("zone", "UTC")
    root.zone = zone_of(zone)
    catalogue = _catalogue(root)
    rules = read_rules(root, catalogue)
    credit_back, credit_back_most = read_credit_back(root)
    policy = Policy(
        name=head.text("name", needed=root.has("policy")),
        hash=sha256(text.encode(errors="surrogatepass")).hexdigest(),
        catalogue=catalogue,
        tiers=_tiers(head, needed=root.has("policy")),
        rules=rules,
        territories=read_territories(root),
        pools=read_pools(root),
        queues={name: _queue(name, table) for name, table in root.named("queues", "queue")},
        services=read_services(root),
        actions={name: _action(name, table) for name, table in root.named("actions", "action")},
        templates=read_templates(root),
        subscribers=read_subscribers(root),
        precedence=read_precedence(root),
        do_not_assign=_do_not_assign(root),
        holdovers=read_holdovers(root),
        limits=read_limits(root),
        credit_back=credit_back,
        credit_back_most=credit_back_most,
        absences=read_absences(root),
        hysteresis=_hysteresis(root, catalogue),
        lists=read_lists(root),
        regions=_regions(root),
        synonyms=_synonyms(root, catalogue),
        zone=zone,
        responsible=head.text("responsible"),
        default_service=head.text("default_service", "standard"),
        urgent_service=head.text("urgent_service", "urgent"),
        tell_owner=head.text("tell_owner"),
        tell_review=head.text("tell_review"),
        tell_warning=head.text("tell_warning"),
        tell_missed=head.text("tell_missed"),
        tell_moved=head.text("tell_moved"),
        priority_queue=head.text("priority_queue"),
        max_hops=head.number("max_hops", 0, MOST_MOVES, 3),
        max_improvements=head.number("max_improvements", 0, MOST_MOVES, 2),
        improve_within=_span(head, "improve_within", timedelta(hours=24)),
        backdate=_span(head, "backdate", timedelta(hours=24)),
        lock=_span(head, "lock", timedelta(minutes=30)),
        after_closed=head.choice("after_closed", AfterClosed, AfterClosed.NEW_CYCLE),
        closed_after=head.duration("closed_after"),
    )
    head.close()
    root.close()
    return policy


def _span(table: Table, key: str, default: timedelta) -> timedelta:
    found = table.duration(key, zero=True)
    return default if found is None else found


def _tiers(head: Table, *, needed: bool) -> tuple[str, ...]:
    value = head.raw("tiers")
    tiers = head.texts("tiers")
    if needed and value is None:
        head.report("key.missing", "tiers", '"tiers" is missing: list the tiers in the order they are tried.')
    elif needed and value == []:
        head.report(
            "policy.no_tiers", "tiers", "The list of tiers is empty, so no rule has a place to stand."
        )
    if isinstance(value, list) and len(tiers) < len([v for v in value if isinstance(v, str) and v.strip()]):
        head.report(
            "tier.duplicate", "tiers", "A tier is listed twice; its place in the order would be unclear."
        )
    return tiers


def _catalogue(root: Table) -> Catalogue:
    fields = dict(BUILTIN)
    custom = []
    holder = root.table("fields", "[fields]")
    for name in holder.data:
        table = holder.table(name, f'field "{name}"')
        field = _field(name, table)
        table.close()
        if name not in BUILTIN:
            custom.append(field)
        elif kind(field) is not kind(BUILTIN[name]):
            was = BUILTIN[name].type.value
            table.report(
                "field.type", "type", f'"{name}" is a shipped field of type {was} and must stay comparable.'
            )
        else:
            fields[name] = field
    catalogue = Catalogue(fields)
    for field in custom:
        try:
            catalogue = catalogue.with_custom([field])
        except ValueError as error:
            holder.report("field.name", field.name, sentence(str(error)))
    return catalogue


def _field(name: str, table: Table) -> Field:
    known = BUILTIN.get(name)
    values = table.texts("values")
    default = known.type if known else FieldType.CHOICE if values else FieldType.TEXT
    type_ = table.choice("type", FieldType, default)
    if type_ is FieldType.CHOICE and not values:
        table.report(
            "field.values", "values", f'"{name}" is a choice without values, so nothing could be chosen.'
        )
    label = table.text("label", known.label if known else name.replace("_", " "))
    return Field(name, type_, label, values, table.text("about", known.about if known else ""))


def _queue(name: str, table: Table) -> Queue:
    return Queue(
        id=name,
        name=table.text("name"),
        service=table.text("service"),
        calendar=table.text("calendar"),
        tell=table.texts("tell"),
    )


def _action(name: str, table: Table) -> FirstAction:
    return FirstAction(
        id=name,
        task=table.text("task", needed=True),
        channel=table.choice("channel", Channel, Channel.CALL).value,
        within=table.duration("within"),
        template=table.text("template"),
    )


def _do_not_assign(root: Table) -> dict[str, str]:
    """Domain or e-mail address, folded, to a rep's id or "review"."""
    table = root.table("do_not_assign", "[do_not_assign]")
    found: dict[str, str] = {}
    for key in table.data:
        if not _ADDRESS.fullmatch(key):
            table.report("do_not_assign.key", key, f'"{key}" is neither a domain nor an e-mail address.')
        found[key.casefold()] = table.text(key, "review")
    return found


def _regions(root: Table) -> dict[str, tuple[str, ...]]:
    table = root.table("regions", "[regions]")
    found = {}
    for name in table.data:
        found[name] = table.checked(name, country_problem, "country.unknown")
        if table.raw(name) == []:
            table.report("region.empty", name, f'Region "{name}" has no countries, so no lead is ever in it.')
    return found


def _synonyms(root: Table, catalogue: Catalogue) -> dict[str, dict[str, str]]:
    holder = root.table("synonyms", "[synonyms]")
    found: dict[str, dict[str, str]] = {}
    for name in holder.data:
        table = holder.table(name, f'synonyms of "{name}"')
        field = catalogue.lookup(name)
        if field is None:
            text = not_known(name, catalogue, "The field")
            holder.report("synonym.unknown_field", name, text)
            continue
        found[name] = {word: table.text(word) for word in table.data}
        for word, meant in found[name].items():
            if field.values and meant and (problem := check(field, meant)):
                table.report("synonym.value", word, sentence(problem.reason))
    return found


def _hysteresis(root: Table, catalogue: Catalogue) -> dict[str, int]:
    """Per cent by number field."""
    table = root.table("hysteresis", "[hysteresis]")
    found: dict[str, int] = {}
    for name in table.data:
        field = catalogue.lookup(name)
        if field is None:
            table.report("hysteresis.unknown_field", name, not_known(name, catalogue, "The field"))
        elif kind(field) is not Kind.NUMBER:
            text = f'"{name}" is no number, so it has no edge to be near to.'
            table.report("hysteresis.not_a_number", name, text)
        found[name] = table.number(name, 1, 100, 1)
    return found
