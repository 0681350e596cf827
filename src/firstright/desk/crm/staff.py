"""Which of our reps the owners of a CRM's records are: by a map, by address, by our own id. Whoever is nobody's is listed."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import msgspec

from firstright.core.matchrules import MATCHING, Matching
from firstright.core.roster import Roster
from firstright.storage import crmrecords
from firstright.storage.crmrecords import OwnerRow
from firstright.storage.transactions import Tx


class Staff(msgspec.Struct, frozen=True):
    """Who of ours the owners there may be: by the map's word, by address, by our own id."""

    ids: frozenset[str] = frozenset()
    emails: Mapping[str, str] = {}
    mapped: Mapping[str, str] = {}  # their id -> rep

    @classmethod
    def of(cls, roster: Roster | None, mapped: Mapping[str, str]) -> "Staff":
        reps = roster.document.reps if roster else ()
        emails = {rep.email.casefold(): rep.id for rep in reps if rep.email}
        return cls(frozenset(rep.id for rep in reps), emails, mapped)

    def who(self, external: str, email: str) -> tuple[str, str]:
        """(rep, how it is known), both empty when nobody is."""
        if rep := self.mapped.get(external):
            return rep, "map"
        if rep := self.emails.get(email.casefold() or external.casefold()):
            return rep, "email"
        return (external, "id") if external in self.ids else ("", "")


class Under(msgspec.Struct, frozen=True):
    """Under what a batch is taken. `has`: whether the file has a column for a field; what it has none for stays as it was.
    `again`: keys are written anew, whether anything changed or not."""

    tx: Tx
    system: str
    now: datetime
    new_id: Callable[[], str]
    staff: Staff
    has: Callable[[str], bool] = lambda field: True
    again: bool = False
    matching: Matching = MATCHING


def owner_rows(under: Under, named: Iterable[str]) -> tuple[dict[str, str], list[OwnerRow]]:
    """Reps by the CRM's id of them, and rows of owners nobody had heard of: they are listed, mapped or not."""
    wanted = set(named) - {""}
    known = crmrecords.owners(under.tx, under.system, sorted(wanted)) if wanted else {}
    new = []
    for external in sorted(wanted - known.keys()):
        email = external.casefold() if "@" in external else ""
        rep, how = under.staff.who(external, email)
        new.append(OwnerRow(under.system, external, "", email, True, rep, how, under.now))
    return {row.external_id: row.rep for row in (*known.values(), *new)}, new
