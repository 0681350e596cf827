"""Reads a policy from TOML text: every mistake is gathered with its line, and nothing is guessed.

Pure: text in, policy and findings out. Whether the policy makes sense (names that lead nowhere, rules nobody
reaches) is `lint`'s business. What has a table of its own is read by a file of its own: `rulefile`, `poolfile` and so on.
"""

import re
from hashlib import sha256

import msgspec

from firstright.core.calendar import zone_of
from firstright.core.documents.actionfile import read_actions, read_next
from firstright.core.documents.creditbackfile import read_absences, read_credit_back
from firstright.core.documents.derivationfile import asks_about_junk, read_checks, read_derivations
from firstright.core.documents.fieldfile import read_catalogue, read_hysteresis, read_synonyms
from firstright.core.documents.handofffile import read_handoffs
from firstright.core.documents.headfile import read_tiers, with_head
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
from firstright.core.documents.reading import Reading, Table
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
from firstright.core.policy import Policy, Queue
from firstright.core.rules.findings import Finding

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
    catalogue = read_catalogue(root)
    policy = Policy(
        name=head.text("name", needed=root.has("policy")),
        hash=sha256(text.encode(errors="surrogatepass")).hexdigest(),
        catalogue=catalogue,
        tiers=read_tiers(head, needed=root.has("policy")),
        rules=read_rules(root, catalogue),
        pools=read_pools(root),
        zone=zone,
    )
    policy = with_head(policy, head)
    policy = _with_knowing(policy, head, root)
    policy = _with_giving(policy, root)
    policy = _with_last_mile(policy, head, root)
    head.close()
    root.close()
    return policy


def _with_knowing(policy: Policy, head: Table, root: Table) -> Policy:
    """With what says what a lead is, whom we know, and what may be asked of others."""
    catalogue = policy.catalogue
    derivations = read_derivations(root, catalogue)
    junk_asked = asks_about_junk(policy.gate, derivations, [rule.when for rule in policy.rules])
    pipeline = read_pipeline(root, catalogue)
    return msgspec.structs.replace(
        policy,
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
        synonyms=read_synonyms(root, catalogue),
        hysteresis=read_hysteresis(root, catalogue),
        lists=read_lists(root),
    )


def _with_giving(policy: Policy, root: Table) -> Policy:
    """With who has a claim, where leads lie, how many somebody gets, and what a turn costs."""
    credit_back, credit_back_most = read_credit_back(root)
    return msgspec.structs.replace(
        policy,
        territories=read_territories(root),
        queues={name: _queue(name, table) for name, table in root.named("queues", "queue")},
        precedence=read_precedence(root),
        do_not_assign=_do_not_assign(root),
        holdovers=read_holdovers(root),
        limits=read_limits(root),
        credit_back=credit_back,
        credit_back_most=credit_back_most,
        absences=read_absences(root),
    )


def _with_last_mile(policy: Policy, head: Table, root: Table) -> Policy:
    """With what becomes of a lead once somebody has it, and who answers for the parts."""
    catalogue = policy.catalogue
    return msgspec.structs.replace(
        policy,
        services=read_services(root),
        service_for=read_service_for(root, catalogue),
        pauses=read_pauses(head),
        actions=read_actions(root, catalogue),
        next_actions=read_next(root, catalogue),
        templates=read_templates(root),
        subscribers=read_subscribers(root),
        handoffs=read_handoffs(root, catalogue),
        sequences=read_sequences(root, catalogue),
        outreach=read_outreach(root, catalogue),
        meetings=read_meetings(root, catalogue),
        playbooks=read_playbooks(root, catalogue),
        stewards=read_stewards(root, catalogue),
        reassignment=read_reassignment(root, catalogue),
        sweep=read_sweep(root, catalogue),
    )


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
