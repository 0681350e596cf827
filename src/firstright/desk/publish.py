"""Publishing a policy version or a roster version: immutable rows and one pointer, moved under the turn."""

import msgspec

from firstright.core.policyfile import read_policy
from firstright.core.roster import Document
from firstright.core.rosterfile import read_roster
from firstright.desk.batch import Batch
from firstright.errors import Refused
from firstright.storage import audit, people, policies


class Published(msgspec.Struct, frozen=True):
    """The version that is now current. `changed` is False when this very text already was."""

    kind: str
    version: int
    hash: str
    changed: bool


class Publish:
    """A policy or roster text that was read and judged before; under the turn only its hash is compared."""

    lane = "person"

    def __init__(
        self, kind: str, text: str, digest: str, by: str, reason: str, document: Document | None
    ) -> None:
        self.kind = kind
        self.text = text
        self.digest = digest
        self.by = by
        self.reason = reason
        self.document = document

    def needs(self, batch: Batch) -> None:
        """Nothing: the current version is read under the turn."""

    def perform(self, batch: Batch) -> Published:
        tx, now = batch.tx, batch.turn.now
        store = policies if self.kind == "policy" else people
        current = store.current(tx)
        if current is not None and current.hash == self.digest:
            return Published(self.kind, current.version, self.digest, changed=False)
        version = store.publish(tx, self.text, self.digest, now, self.by, self.reason)
        if self.document is not None:
            people.materialise(tx, self.document)
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


def policy_work(text: str, *, file: str, by: str, reason: str) -> Publish:
    """Raises Refused with every finding when the policy has errors."""
    policy, findings = read_policy(text, file=file)
    if policy is None:
        raise Refused(findings)
    return Publish("policy", text, policy.hash, by, reason, None)


def roster_work(text: str, *, file: str, by: str, reason: str) -> Publish:
    document, findings = read_roster(text, file=file)
    if document is None:
        raise Refused(findings)
    return Publish("roster", text, document.hash, by, reason, document)
