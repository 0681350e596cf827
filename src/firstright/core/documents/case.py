"""What the linter judges: a policy, the roster it will meet, and where each stands in its file. It judges nothing itself."""

from datetime import datetime

import msgspec

from firstright.core.documents.reading import Source
from firstright.core.documents.spans import Path
from firstright.core.policy import Policy, Target, TargetKind
from firstright.core.pools import Method
from firstright.core.roster import Document, Membership, Rep
from firstright.core.rules.findings import Finding, Severity


class Case(msgspec.Struct, frozen=True):
    """`roster` None: nothing is said about people. `as_of` None: dates of leaving are taken as still to come."""

    policy: Policy
    roster: Document | None = None
    how: Source = Source()  # the policy's file
    who: Source = Source()  # the roster's file
    as_of: datetime | None = None

    def of_rule(
        self,
        index: int,
        code: str,
        text: str,
        key: str = "",
        severity: Severity = "error",
        *deeper: str | int,
    ) -> Finding:
        """A finding about a rule, at one of its keys or at its head."""
        called = f'rule "{self.policy.rules[index].id}"'
        return _finding(self.how, ("rule", index), called, code, text, key, severity, deeper)

    def of_territory(
        self, index: int, code: str, text: str, key: str = "", severity: Severity = "error"
    ) -> Finding:
        called = f'territory "{self.policy.territories[index].id}"'
        return _finding(self.how, ("territory", index), called, code, text, key, severity)

    def of_named(
        self, table: str, name: str, code: str, text: str, key: str = "", severity: Severity = "error"
    ) -> Finding:
        """A finding about `[pools.x]` and its like; `table` is the plural that heads them."""
        called = f'{table.removesuffix("s")} "{name}"'
        return _finding(self.how, (table, name), called, code, text, key, severity)

    def of_holdover(
        self, index: int, code: str, text: str, key: str = "", severity: Severity = "error"
    ) -> Finding:
        return _finding(self.how, ("holdover", index), f"holdover {index + 1}", code, text, key, severity)

    def of_rota(
        self,
        name: str,
        code: str,
        text: str,
        key: str = "",
        severity: Severity = "error",
        *deeper: str | int,
    ) -> Finding:
        return _finding(self.who, ("rotas", name), f'rota "{name}"', code, text, key, severity, deeper)

    def of_policy(self, code: str, text: str, key: str, severity: Severity = "error") -> Finding:
        return self.how.finding(code, ("policy", key), f"[policy] {key}", text, severity)

    def of_rep(
        self,
        index: int,
        code: str,
        text: str,
        key: str = "",
        severity: Severity = "error",
        *deeper: str | int,
    ) -> Finding:
        rep = self.roster.reps[index].id if self.roster else ""
        return _finding(self.who, ("rep", index), f'rep "{rep}"', code, text, key, severity, deeper)

    def rule_reads(self, index: int) -> bool:
        """Whether the rule was read without an error, so that its condition and target are the author's."""
        return ("rule", index) not in self.how.broken

    def gone(self, rep: Rep) -> bool:
        """Whether the rep is inactive, or has left by `as_of`."""
        return not rep.active or (self.as_of is not None and rep.left is not None and rep.left <= self.as_of)

    def takes(self, rep: Rep, place: Membership) -> bool:
        """Whether the rep may ever take a lead through this place, absences and hours aside."""
        left = self.as_of is not None and place.left is not None and place.left <= self.as_of
        return not self.gone(rep) and rep.crm_active and not left and rep.capacity != 0

    def members(self, pool: str) -> list[tuple[Rep, Membership]]:
        reps = self.roster.reps if self.roster else ()
        return [(rep, place) for rep in reps for place in rep.memberships if place.pool == pool]


def _finding(
    document: Source,
    row: Path,
    called: str,
    code: str,
    text: str,
    key: str,
    severity: Severity,
    deeper: Path = (),
) -> Finding:
    """About a row of a document, at one of its keys or at its head."""
    place: Path = (*row, *([key] if key else ()), *deeper)
    return document.finding(code, place, f"{called} {key}".rstrip(), text, severity)


def to_pool(target: Target) -> str:
    """The pool a target names; empty for every other kind."""
    return target.id if target.kind is TargetKind.POOL else ""


def pulled(target: Target, policy: Policy) -> bool:
    """Whether leads wait in a pool of the target until somebody takes one: it is never full."""
    pool = policy.pools.get(to_pool(target))
    return pool is not None and pool.method is Method.PULL
