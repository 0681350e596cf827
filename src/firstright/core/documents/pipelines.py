"""What is wrong with a pipeline as a whole: statuses no lead ever comes to, and roles that nobody has. It reads no file."""

from collections.abc import Iterator

from firstright.core.documents.case import Case
from firstright.core.documents.reading import not_known
from firstright.core.leadtypes import ENTRY
from firstright.core.pipeline import PIPELINE, Status
from firstright.core.policy import Policy, TargetKind
from firstright.core.rules.findings import Finding

_SENT_BY = {
    "nurture": TargetKind.NURTURE,
    "support": TargetKind.SUPPORT,
    "partner": TargetKind.PARTNER,
}


def pipelines(case: Case) -> Iterator[Finding]:
    pipeline = case.policy.pipeline
    if not pipeline.own:
        return
    for status in pipeline.statuses:
        if status == PIPELINE.of(status.id):
            continue
        if why := _unreachable(case.policy, status):
            yield _of(case, status, "status.unreachable", why)
        if status.role and case.roster is not None and (why := _nobody(case, status.role)):
            yield _of(case, status, "role.nobody", why, "role")
    for role, pools in pipeline.roles.items():
        for name in pools:
            if name not in case.policy.pools:
                text = not_known(name, case.policy.pools, "The pool")
                yield case.how.finding("pool.unknown", ("roles", role), f"[roles] {role}", text)


def _of(case: Case, status: Status, code: str, text: str, *key: str) -> Finding:
    where = " ".join((f'status "{status.id}"', *key))
    return case.how.finding(code, ("statuses", status.id, *key), where, text, "warning")


def _unreachable(policy: Policy, status: Status) -> str:
    """Why no lead ever comes to this status; empty where one can."""
    if status.id == "needs-enrichment" and not any(kind.hold for kind in policy.types.values()):
        return f'No type of lead is held for what it must say by "{ENTRY}", so no lead is ever in it.'
    sent = _SENT_BY.get(status.id)
    if sent is not None and not _is_sent(policy, sent):
        return f"No rule and no handoff sends a lead to {status.id}, so no lead is ever in it."
    return ""


def _is_sent(policy: Policy, kind: TargetKind) -> bool:
    by_rule = any(rule.send_to.kind is kind for rule in policy.rules)
    by_plan = any(piece.send_to.kind is kind for piece in policy.territories)
    return by_rule or by_plan or any(each.kind == kind.value for each in policy.handoffs.values())


def _nobody(case: Case, role: str) -> str:
    """Why nobody has a role a status is said to be the work of."""
    pools = case.policy.pipeline.roles.get(role)
    if pools is None:
        return f'[roles] does not say who has it: {role} = ["POOL"].'
    members = {place.pool for rep in (case.roster.reps if case.roster else ()) for place in rep.memberships}
    return "" if members & set(pools) else f"Nobody is a member of {', '.join(pools) or 'a pool of it'}."
