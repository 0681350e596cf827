"""Reads a policy from TOML text: every mistake is gathered with its line, and nothing is guessed.

Pure: text in, policy and findings out. Whether the policy makes sense (names that lead nowhere, rules nobody
reaches) is `lint`'s business. What has a table of its own is read by a file of its own: `rulefile`, `poolfile` and so on.
"""

import re
from datetime import timedelta
from hashlib import sha256

import msgspec

from firstright.core.calendar import zone_of
from firstright.core.documents.actionfile import read_actions, read_next
from firstright.core.documents.creditbackfile import read_absences, read_credit_back
from firstright.core.documents.derivationfile import asks_about_junk, read_checks, read_derivations
from firstright.core.documents.handofffile import read_handoffs
from firstright.core.documents.hygienefile import read_hygiene
from firstright.core.documents.limitfile import read_limits
from firstright.core.documents.matchfile import read_matching
from firstright.core.documents.meetingfile import read_meetings
from firstright.core.documents.messagefile import read_subscribers, read_templates
from firstright.core.documents.outreachfile import read_outreach
from firstright.core.documents.pipelinefile import read_pipeline
from firstright.core.documents.playbookfile import read_playbooks
from firstright.core.documents.poolfile import read_pools
from firstright.core.documents.precedencefile import read_precedence
from firstright.core.documents.providerfile import read_filling, read_providers
from firstright.core.documents.reading import Reading, Table, not_known, sentence
from firstright.core.documents.reassignfile import read_reassignment
from firstright.core.documents.rulefile import read_rules
from firstright.core.documents.scorefile import read_score
from firstright.core.documents.sequencefile import read_sequences
from firstright.core.documents.servicefile import read_pauses, read_service_for, read_services
from firstright.core.documents.stewardfile import read_stewards
from firstright.core.documents.sweepfile import read_sweep
from firstright.core.documents.territoryfile import (
    country_problem,
    read_holdovers,
    read_lists,
    read_territories,
)
from firstright.core.documents.typefile import read_types
from firstright.core.leadtypes import joined_with
from firstright.core.pipeline import required
from firstright.core.policy import AfterClosed, Policy, Queue
from firstright.core.rules.fields import BUILTIN, Catalogue, Field, FieldType, Kind, check, kind
from firstright.core.rules.findings import Finding
from firstright.core.rules.shipped import YIELDING

MOST_MOVES = 100
LONGEST_COMPANY = 100  # characters

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+|[^@\s.]+(\.[^@\s.]+)+")


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
    gate, derivations = head.texts("gate"), read_derivations(root, catalogue)
    junk_asked = asks_about_junk(gate, derivations, [rule.when for rule in rules])
    credit_back, credit_back_most = read_credit_back(root)
    pipeline = read_pipeline(root, catalogue)
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
        service_for=read_service_for(root, catalogue),
        pauses=read_pauses(head),
        actions=read_actions(root, catalogue),
        next_actions=read_next(root, catalogue),
        acknowledge=head.text("acknowledge"),
        acknowledge_always=head.flag("acknowledge_always", False),
        campaigns=head.texts("known_campaigns"),
        watch_campaigns=head.flag("watch_campaigns", head.has("known_campaigns")),
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
        gate=gate,
        derivations=derivations,
        junk=read_checks(head, asked=junk_asked),
        types=joined_with(read_types(root, catalogue), required(pipeline)),
        score=read_score(root, catalogue),
        matching=read_matching(root, catalogue),
        providers=read_providers(root, catalogue),
        filling=read_filling(root),
        hygiene=read_hygiene(root, catalogue),
        pipeline=pipeline,
        regions=_regions(root),
        synonyms=_synonyms(root, catalogue),
        zone=zone,
        company=_company(head),
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
    policy = _with_last_mile(policy, root, catalogue)
    head.close()
    root.close()
    return policy


def _with_last_mile(policy: Policy, root: Table, catalogue: Catalogue) -> Policy:
    """With what becomes of a lead once somebody has it, and who answers for the parts."""
    return msgspec.structs.replace(
        policy,
        handoffs=read_handoffs(root, catalogue),
        sequences=read_sequences(root, catalogue),
        outreach=read_outreach(root, catalogue),
        meetings=read_meetings(root, catalogue),
        playbooks=read_playbooks(root, catalogue),
        stewards=read_stewards(root, catalogue),
        reassignment=read_reassignment(root, catalogue),
        sweep=read_sweep(root, catalogue),
    )


def _span(table: Table, key: str, default: timedelta) -> timedelta:
    found = table.duration(key, zero=True)
    return default if found is None else found


def _company(head: Table) -> str:
    """It stands in letters and calendars, in one line and beside merge fields."""
    name = " ".join(head.text("company").split())
    if len(name) > LONGEST_COMPANY:
        head.report("length.max", "company", f"A company's name has at most {LONGEST_COMPANY} characters.")
    if not name.isprintable() or set(name) & set('{}"<>'):
        head.report(
            "company.invalid", "company", 'A company\'s name has no braces, quotes, "<" or ">" in it.'
        )
    return name


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
        if name not in BUILTIN or name in YIELDING:
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
    known = None if name in YIELDING else BUILTIN.get(name)
    values = table.texts("values")
    default = known.type if known else FieldType.CHOICE if values else FieldType.TEXT
    type_ = table.choice("type", FieldType, default)
    if type_ is FieldType.CHOICE and not values:
        table.report(
            "field.values", "values", f'"{name}" is a choice without values, so nothing could be chosen.'
        )
    label = table.text("label", known.label if known else name.replace("_", " "))
    about = table.text("about", known.about if known else "")
    field = Field(name, type_, label, values, about)
    return msgspec.structs.replace(field, origins=known.origins, how=known.how) if known else field


def _queue(name: str, table: Table) -> Queue:
    return Queue(
        id=name,
        name=table.text("name"),
        service=table.text("service"),
        calendar=table.text("calendar"),
        tell=table.texts("tell"),
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
