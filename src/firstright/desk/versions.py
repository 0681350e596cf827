"""Stored policy and roster texts, compiled. They were judged when they were published: an error now is a defect."""

from firstright.core.compiled import Compiled
from firstright.core.documents.policyfile import read_policy
from firstright.core.documents.rosterfile import read_roster
from firstright.core.roster import Roster
from firstright.desk.learned import model_of
from firstright.desk.lists import accounts_of
from firstright.storage.transactions import Tx


def compiled(tx: Tx, text: str, version: int) -> Compiled:
    """With the lists and the model it names, in the versions it names."""
    policy, findings = read_policy(text, file=f"policy version {version}")
    if policy is None:
        raise RuntimeError(f"stored policy version {version} cannot be read: {findings[0].text}")
    lists = accounts_of(tx, policy) if policy.lists else {}
    return Compiled(policy, version, lists, model_of(tx, policy))


def rostered(text: str, version: int) -> Roster:
    document, findings = read_roster(text, file=f"roster version {version}")
    if document is None:
        raise RuntimeError(f"stored roster version {version} cannot be read: {findings[0].text}")
    return Roster(document, version)
