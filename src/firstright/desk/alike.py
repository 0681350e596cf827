"""Accounts that may be the company of a lead although they share no domain with it: looked up before the turn, because it is
slow, and only where there are accounts with names and none has the lead's domain. Whether one is, the core judges.
"""

import asyncio
from time import perf_counter

import msgspec

from firstright.core.lead import Fact
from firstright.core.likeness import company_likeness
from firstright.core.matching import liked
from firstright.core.matchrules import Matching
from firstright.core.world import Candidate
from firstright.desk.arrival import Arrival
from firstright.storage import alike
from firstright.storage.transactions import Database, Tx

LOOK_AGAIN = 5.0  # seconds, while there are no accounts with names
MOST = 4  # that are handed on, the most alike first


class Alike:
    """Threads may share it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._any = False
        self._looked = -LOOK_AGAIN

    async def found(self, arrival: Arrival, rules: Matching) -> Arrival:
        """The arrival with the accounts that are like its company, in a thread where there are any to look at."""
        if not self._asks(arrival, rules):
            return arrival
        return await asyncio.to_thread(self.find, arrival, rules)

    def find(self, arrival: Arrival, rules: Matching) -> Arrival:
        """The same for a thread."""
        if not self._asks(arrival, rules):
            return arrival
        with self._database.read() as tx:
            like = companies(tx, arrival.facts, rules)
        return msgspec.structs.replace(arrival, alike=like) if like else arrival

    def _asks(self, arrival: Arrival, rules: Matching) -> bool:
        asked = rules.keys.get(arrival.source)
        return "company" in arrival.facts and (asked is None or "company" in asked) and self._are_there()

    def _are_there(self) -> bool:
        """Once there are, there always are; until then it is asked now and then."""
        if not self._any and perf_counter() - self._looked >= LOOK_AGAIN:
            self._looked = perf_counter()
            with self._database.read() as tx:
                self._any = alike.are_there(tx)
        return self._any


def companies(tx: Tx, facts: dict[str, Fact], rules: Matching) -> tuple[Candidate, ...]:
    """Accounts alike enough to be looked at, the most alike first; none where one has the very domain."""
    domain = facts.get("domain")
    if isinstance(domain, str) and alike.has_account(tx, domain):
        return ()
    judged = [
        liked(
            Candidate("account", each.id, "company", each.owner, label=each.name),
            company_likeness(facts, each.facts),
            rules,
        )
        for each in alike.companies(tx, facts)
    ]
    return tuple(sorted([c for c in judged if c is not None], key=lambda c: (-c.score, c.id))[:MOST])
