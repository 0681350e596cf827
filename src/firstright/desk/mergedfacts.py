"""What a lead that stands for others has from them, and what of it is its own: reckoned anew with each merge and its undoing.

The children's own rows keep what they said.
"""

from collections.abc import Iterable

from firstright.core.lead import Fact, Lead
from firstright.core.survival import Record, facts_of, survived
from firstright.desk.batch import Batch
from firstright.storage import merges
from firstright.storage.merges import Given


def survivors(
    batch: Batch, master: Lead, own: dict[str, Fact], children: Iterable[str]
) -> tuple[dict[str, Fact], Given]:
    """The master's facts as they survive, and which of them are not its own."""
    records = []
    for name in children:
        child = batch.lead(name)
        if child is not None:
            records.append(Record(child.id, child.source, child.arrived_at, child.facts))
    mine = Record(master.id, master.source, master.arrived_at, own)
    facts = facts_of(survived(mine, records, batch.policy.policy.matching)) if records else own
    return facts, difference(own, facts)


def difference(own: dict[str, Fact], facts: dict[str, Fact]) -> Given:
    return {name: (own.get(name), fact) for name, fact in facts.items() if own.get(name) != fact}


def own_facts(batch: Batch, master: Lead) -> dict[str, Fact]:
    """What the master has of its own: what it was given by its children is taken away, unless it was learnt anew since."""
    facts = dict(master.facts)
    for merge in merges.of_master(batch.tx, master.id):
        for name, (own, given) in merge.gave.items():
            if facts.get(name) != given:
                continue
            if own is None:
                del facts[name]
            else:
                facts[name] = own
    return facts


def give(batch: Batch, master: str, gave: Given) -> None:
    in_force = merges.of_master(batch.tx, master)
    for place, merge in enumerate(in_force, 1):
        merges.give(batch.tx, merge.id, gave if place == len(in_force) else {})


def children(batch: Batch, master: str) -> list[str]:
    return [merge.child for merge in merges.of_master(batch.tx, master)]
