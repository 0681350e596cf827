"""Publishing a policy version or a roster version: immutable rows and one pointer, moved under the turn."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from firstright.core.documents.lint import load
from firstright.core.documents.rosterfile import read_roster
from firstright.core.policy import Policy
from firstright.core.roster import Document
from firstright.core.rules.findings import Finding, errors
from firstright.core.scoring import Scorecard
from firstright.desk import leaving
from firstright.desk.batch import Batch
from firstright.desk.informing import tell_changes
from firstright.desk.learned import not_added
from firstright.desk.lists import not_imported
from firstright.errors import Refused
from firstright.storage import audit, people, policies, waiting

NO_LISTS: Mapping[str, str] = {}


class Published(msgspec.Struct, frozen=True):
    """The version that is now current. `changed` is False when this very text already was."""

    kind: str
    version: int
    hash: str
    changed: bool


class Current(NamedTuple):
    """The document that is current; 0 and None before there is one."""

    version: int = 0
    text: str | None = None


class JudgedBesideAnother(Refused):
    """Somebody published the other document meanwhile: nobody has said that the two can work together."""


class Publish:
    """A policy or roster text that was read and judged before; under the turn only versions and hashes are compared.

    `beside` is the version of the other document that it was judged with; 0 when there was none.
    """

    lane = "person"

    def __init__(
        self,
        kind: str,
        text: str,
        digest: str,
        by: str,
        reason: str,
        document: Document | None,
        beside: int,
        lists: Mapping[str, str] = NO_LISTS,
        score: Scorecard | None = None,
        policy: Policy | None = None,
    ) -> None:
        self.kind = kind
        self.text = text
        self.digest = digest
        self.by = by
        self.reason = reason
        self.document = document
        self.beside = beside
        self.lists = lists  # that a policy names, by name
        self.score = score  # which may name a model
        self.policy = policy

    def needs(self, batch: Batch) -> None:
        """Nothing: the current version is read under the turn."""

    def perform(self, batch: Batch) -> Published:
        """Raises JudgedBesideAnother when the other document has changed since; Refused when a list or a model is missing."""
        tx, now = batch.tx, batch.turn.now
        store, other = (policies, people) if self.kind == "policy" else (people, policies)
        beside, current = other.current(tx), store.current(tx)
        if (beside.version if beside else 0) != self.beside:
            raise JudgedBesideAnother(
                [f"the {self.kind} was judged with what is no longer current: try again"]
            )
        if current is not None and current.hash == self.digest:
            return Published(self.kind, current.version, self.digest, changed=False)
        if missing := [*not_imported(tx, self.lists), *not_added(tx, self.score)]:
            raise Refused(missing)
        version = store.publish(tx, self.text, self.digest, now, self.by, self.reason)
        if self.document is not None:
            people.materialise(tx, self.document)
            leaving.plan(batch, self.document)
        if self.kind == "policy":
            waiting.wake(tx, now)
        if self.policy is not None:
            before = batch.memory.policy.policy if batch.memory.policy else None
            tell_changes(batch, before, self.policy, version, self.by, self.reason)
        batch.reopened = True
        audit.append(
            tx,
            batch.new_id(),
            now,
            batch.turn.n,
            self.by,
            f"publish-{self.kind}",
            self.kind,
            str(version),
            self.reason,
        )
        return Published(self.kind, version, self.digest, changed=True)

    def rescue(self, batch: Batch, failure: Exception) -> Published:
        raise failure


def policy_work(text: str, roster: Current, *, file: str, by: str, reason: str) -> Publish:
    """Judges a policy against the current roster. Raises Refused with every error; nothing is published then."""
    policy, _, findings = load(text, roster.text, policy_file=file, roster_file="the current roster")
    if policy is None or errors(findings):
        raise Refused(_sentences(findings))
    names, score = policy.lists, policy.score
    return Publish("policy", text, policy.hash, by, reason, None, roster.version, names, score, policy=policy)


def roster_work(text: str, policy: Current, *, file: str, by: str, reason: str) -> Publish:
    """Judges a roster, and that the current policy can work with it. Raises Refused with every error."""
    document, findings = read_roster(text, file=file)
    if policy.text is not None:
        _, document, findings = load(policy.text, text, policy_file="the current policy", roster_file=file)
    if document is None or errors(findings):
        raise Refused(_sentences(findings))
    return Publish("roster", text, document.hash, by, reason, document, policy.version)


def _sentences(findings: tuple[Finding, ...]) -> list[str]:
    return [f"{f.file}:{f.line}: {f.text} [{f.code}]" for f in errors(findings)]
