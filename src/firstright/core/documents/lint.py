"""Judges a policy together with a roster: what would send a lead nowhere, to two places, or to nobody.

Pure, and it changes nothing. What a file says wrongly in itself is found when it is read (`policyfile`, `rosterfile`).
"""

from datetime import datetime

from firstright.core.documents.asking import asking
from firstright.core.documents.bounds import bounds
from firstright.core.documents.case import Case
from firstright.core.documents.deadends import dead_ends
from firstright.core.documents.derivations import derivations
from firstright.core.documents.edges import edges
from firstright.core.documents.handoffs import handoffs
from firstright.core.documents.holdovers import holdovers
from firstright.core.documents.ladders import ladders
from firstright.core.documents.letters import letters
from firstright.core.documents.meanings import meanings
from firstright.core.documents.meetinglint import meetings
from firstright.core.documents.nextsteps import next_steps
from firstright.core.documents.oncall import on_call
from firstright.core.documents.overlap import ties
from firstright.core.documents.people import people
from firstright.core.documents.pipelines import pipelines
from firstright.core.documents.points import points
from firstright.core.documents.policyfile import draft_policy
from firstright.core.documents.reading import Reading, Source
from firstright.core.documents.references import References
from firstright.core.documents.relaxing import relaxing
from firstright.core.documents.rosterfile import draft_roster
from firstright.core.documents.sequencelint import sequences
from firstright.core.documents.shadow import unreachable
from firstright.core.documents.stewards import stewards
from firstright.core.documents.territories import holes
from firstright.core.documents.turns import turns
from firstright.core.policy import Policy
from firstright.core.roster import Document
from firstright.core.rules.findings import Finding


def lint(
    policy: Policy,
    roster: Document | None = None,
    *,
    how: Source | None = None,
    who: Source | None = None,
    as_of: datetime | None = None,
) -> tuple[Finding, ...]:
    """Everything wrong with a policy and the roster it meets, sorted by place; errors forbid publishing.

    Without a roster nothing is said about people and calendars. `how` and `who` are where the two were read from:
    without them findings have no lines. `as_of` decides who has left already.
    """
    case = Case(policy, roster, how or Source(), who or Source(), as_of)
    checks = (
        *(dead_ends, unreachable, ties, holes, holdovers, edges, meanings),
        *(turns, bounds, relaxing, people, on_call, meetings, handoffs),
        *(ladders, letters, next_steps, derivations, points, asking, pipelines, sequences),
        stewards,
    )
    found = [*References(case).findings(), *(finding for check in checks for finding in check(case))]
    return _sorted(found, case.who.file)


def load(
    policy_text: str,
    roster_text: str | None = None,
    *,
    policy_file: str = "policy.toml",
    roster_file: str = "roster.toml",
    as_of: datetime | None = None,
) -> tuple[Policy | None, Document | None, tuple[Finding, ...]]:
    """Read both texts and lint them: one answer with everything there is to say, policy first, by line.

    The linter speaks about a draft with errors too, as far as it was read. A policy or roster with an error of its own,
    found on reading or by the linter, comes back as None.
    """
    how = Reading(policy_text, policy_file, "policy")
    policy = draft_policy(how, policy_text) if how.data else None
    who = Reading(roster_text, roster_file, "roster") if roster_text is not None else None
    roster = draft_roster(who, roster_text) if who and who.data and roster_text else None
    found = [*how.findings, *(who.findings if who else ())]
    if policy is not None:
        found += lint(policy, roster, how=how.source, who=who.source if who else None, as_of=as_of)
    wrong = {finding.file for finding in found if finding.severity == "error"}
    sound = (None if policy_file in wrong else policy, None if roster_file in wrong else roster)
    return *sound, _sorted(found, roster_file)


def _sorted(found: list[Finding], roster_file: str) -> tuple[Finding, ...]:
    return tuple(sorted(found, key=lambda f: (f.file == roster_file, f.line, f.column)))
