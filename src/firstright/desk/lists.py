"""Lists of named accounts beside the policies: imported as immutable versions, and fetched for the policy that names them."""

from collections.abc import Mapping

import msgspec

from firstright.core.documents.listfile import MOST, NamedList, domain_of, domains_of, listed
from firstright.core.lists import Accounts
from firstright.core.policy import Policy
from firstright.desk.batch import Batch
from firstright.errors import Refused
from firstright.storage import audit, lists
from firstright.storage.transactions import Tx


class Imported(msgspec.Struct, frozen=True):
    """`new` is False when these very domains were imported under that name before."""

    name: str
    hash: str
    domains: int
    new: bool


class ImportList:
    """Adds one version. No policy changes by it: one names the version by its hash."""

    lane = "person"

    def __init__(self, version: NamedList, by: str) -> None:
        self.version = version
        self.by = by

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> Imported:
        tx, now, version = batch.tx, batch.turn.now, self.version
        new = lists.add(tx, version, now)
        count = len(version.domains)
        if new:
            said = {"name": version.name, "domains": count}
            audit.append(
                tx, batch.new_id(), now, batch.turn.n, self.by, "import-list", "list", version.hash, said
            )
        return Imported(version.name, version.hash, count, new)

    def rescue(self, batch: Batch, failure: Exception) -> Imported:
        raise failure


def judged(name: str, text: str) -> NamedList:
    """The version a text of domains is, one a line and clean. Raises Refused for one that no import of ours wrote."""
    domains = text.split()
    if not domains:
        raise Refused([f"list {name}: lists no domain that can be used"])
    if len(domains) > MOST:
        raise Refused([f"list {name}: has more than {MOST:,} domains"])
    if unclean := [domain for domain in domains if domain_of(domain) != domain]:
        raise Refused([f'list {name}: "{unclean[0]}" is no clean domain'])
    return listed(name, domains)


def accounts_of(tx: Tx, policy: Policy) -> Accounts:
    """The domains of every list the policy names, by its name there. LookupError for one that was never imported."""
    stored = lists.texts(tx, policy.lists.values())
    missing = [name for name, digest in policy.lists.items() if digest not in stored]
    if missing:
        raise LookupError(f"list {missing[0]} was never imported in the version the policy names")
    return {name: domains_of(stored[digest]) for name, digest in policy.lists.items()}


def not_imported(tx: Tx, wanted: Mapping[str, str]) -> list[str]:
    """A sentence for each list that is named and not there."""
    known = lists.known(tx, set(wanted.values()))
    return [
        f"lists.{name}: version {digest[:12]} is not imported here: firstright list import {name} FILE.csv"
        for name, digest in wanted.items()
        if digest not in known
    ]
