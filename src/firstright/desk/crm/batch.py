"""A batch of accounts, contacts or opportunities: looked up together, judged row by row in order, written together.

Whatever the order of rows and files, the outcome is one: a record that names another which has not come yet finds it when it
comes. Nothing is decided, no lead is touched.
"""

from collections.abc import Mapping, Sequence

import msgspec

from firstright.core.clean.problem import Problem
from firstright.core.world import Key
from firstright.desk.crm.building import Builder
from firstright.desk.crm.known import Known, end
from firstright.desk.crm.staff import Under
from firstright.desk.crmkeys import account_keys, contact_keys
from firstright.intake.crmrows import Said
from firstright.storage import accounts, crmrecords
from firstright.storage.accounts import ENTITIES, AccountRow, AnyRow, ContactRow, OpportunityRow
from firstright.storage.crmrecords import AliasRow

OUTCOMES = ("created", "updated", "unchanged", "older", "gone", "merged", "passed", "refused")
_UNCOMPARED = ("id", "person_id", "updated_at", "owner_since", "modified_at")


class Outcome(msgspec.Struct, frozen=True):
    """What became of one row."""

    what: str  # of OUTCOMES
    problems: tuple[Problem, ...] = ()


class Records:
    """Rows of one kind of record: looked up together, judged in order, written together."""

    def __init__(self, under: Under, name: str, rows: Sequence[Said]) -> None:
        self.known = Known(under, name, rows)
        self.builder = Builder(self.known)
        self.under, self.tx, self.system = under, under.tx, under.system
        self.kind, self.name, self.rows = self.known.kind, name, rows
        self.after: dict[str, AnyRow] = {}
        self.new_domains: dict[str, tuple[str, ...]] = {}
        self.link_rows: list[AliasRow] = []
        self.keyed: set[str] = set()  # external ids whose keys are written

    def outcomes(self) -> list[Outcome]:
        return [self._outcome(row) for row in self.rows]

    def _outcome(self, row: Said) -> Outcome:
        self.builder.told = []
        if row.form == "link":
            what = self._link(row)
        elif row.form == "merge":
            what = "merged" if any(loser in self.known.new_aliases for loser in row.absorbs) else "unchanged"
        elif self._is_older(row):
            what = "older"
        elif row.gone or self.known.is_merged(row.id):
            what = self._gone(row)
        else:
            what = self._stands(row)
        return Outcome(what, tuple(self.builder.told))

    def _latest(self, external: str) -> AnyRow | None:
        return self.after.get(external) or self.known.before.get(external)

    def _is_older(self, row: Said) -> bool:
        """Than what is known: an extract of yesterday, brought after that of today."""
        known = self._latest(row.id)
        if known is None or known.modified_at is None or row.modified is None:
            return False
        return row.modified < known.modified_at

    def _gone(self, row: Said) -> str:
        """The record stays with its history; its keys go, and whoever named it names the one it was merged into."""
        known = self._latest(row.id)
        merged = self.known.is_merged(row.id)
        if known is not None:
            modified = self.builder.modified(row, known)
            if known.deleted_at is None or modified != known.modified_at:
                since = known.deleted_at or self.under.now
                self.after[row.id] = msgspec.structs.replace(known, deleted_at=since, modified_at=modified)
        if known is None or (known.deleted_at is not None and not (merged and known.merged_into is None)):
            return "merged" if row.id in self.known.new_aliases else "unchanged"
        if known.deleted_at is None:
            return "merged" if merged else "gone"
        return "unchanged"

    def _stands(self, row: Said) -> str:
        known = self._latest(row.id)
        built = self.builder.row(row, known)
        domains = self._domains_of(row, known)
        same_domains = known is not None and domains == self._domains_before(known)
        if known is not None and same_domains and _same(built, known):
            if self.under.again:
                self.keyed.add(row.id)
            if self.under.again or built.modified_at != known.modified_at:
                self.after[row.id] = msgspec.structs.replace(known, modified_at=built.modified_at)
            return "unchanged"
        self.after[row.id] = built
        self.keyed.add(row.id)
        if not same_domains:
            self.new_domains[row.id] = domains
        return "updated" if known is not None else "created"

    def _domains_before(self, known: AnyRow) -> tuple[str, ...]:
        if known.external_id in self.new_domains:
            return self.new_domains[known.external_id]
        return tuple(sorted(self.known.domains.get(known.id, ())))

    def _domains_of(self, row: Said, known: AnyRow | None) -> tuple[str, ...]:
        has = self.under.has
        if known is not None and not (has("domains") or has("website")):
            return self._domains_before(known)
        return tuple(sorted(row.domains))

    def _link(self, row: Said) -> str:
        """A deal's company or contact from a table of its own. The first contact it names is the one it has."""
        kind = "opportunity-contact" if row.contact else "opportunity-account"
        to, known = row.contact or row.above, self.known.linked[kind].get(row.id)
        if known == to or (known is not None and row.contact):
            return "unchanged"
        self.known.linked[kind][row.id] = to
        self.link_rows.append(AliasRow(self.system, kind, row.id, to, self.under.now))
        deal = self._latest(row.id)
        if isinstance(deal, OpportunityRow):
            changes = (
                {"contact_external": to, "contact_id": self.known.contacts.get(to)}
                if row.contact
                else {"account_external": to, "account_id": self.known.accounts.get(to)}
            )
            self.after[row.id] = msgspec.structs.replace(deal, **changes)
            self.keyed.add(row.id)
        return "updated" if known else "created"

    def write(self) -> None:
        tx, now = self.tx, self.under.now
        crmrecords.put_owners(tx, self.known.new_owners)
        crmrecords.put_aliases(tx, self.link_rows)
        crmrecords.put_aliases(
            tx, [AliasRow(self.system, self.name, *pair, now) for pair in self.known.new_aliases.items()]
        )
        rows = list(self.after.values())
        accounts.put(tx, rows)
        entity = ENTITIES[self.kind]
        live = [row for row in rows if row.deleted_at is None and row.external_id in self.keyed]
        fresh = [row for row in live if row.external_id not in self.known.before]
        changed = [row for row in live if row.external_id in self.known.before]
        gone = [row for row in rows if row.deleted_at is not None]
        for some, new in ((fresh, True), (changed, False)):
            if self.kind is AccountRow:
                theirs = {
                    row.id: self.new_domains[row.external_id]
                    for row in some
                    if row.external_id in self.new_domains
                }
                accounts.put_domains(tx, theirs, fresh=new)
            accounts.put_keys(tx, entity, self._keys(some), fresh=new)
        accounts.put_keys(tx, entity, {row.id: () for row in gone})
        self._deals([row.id for row in changed], [row.id for row in (*live, *gone)])
        crmrecords.come(tx, self.kind, self.system, self._arrived(live))
        self._merge(fresh, gone)

    def _deals(self, changed: list[str], all_: list[str]) -> None:
        if self.kind is OpportunityRow:
            accounts.put_deal_keys(self.tx, all_)
        elif changed:
            accounts.put_deal_keys(self.tx, accounts.deals_of(self.tx, changed))

    def _keys(self, rows: Sequence[AnyRow]) -> dict[str, list[Key]]:
        if self.kind is AccountRow:
            accounts_ = [row for row in rows if isinstance(row, AccountRow)]
            return {row.id: account_keys(row, self._domains_before(row)) for row in accounts_}
        if self.kind is ContactRow:
            people = [row for row in rows if isinstance(row, ContactRow)]
            return contact_keys(self.tx, self.system, people)
        return {}

    def _arrived(self, live: Sequence[AnyRow]) -> dict[str, str]:
        """New records by every id they go by: their own, and those of records that were merged into them."""
        found = {
            row.external_id: row.id
            for row in live
            if (before := self.known.before.get(row.external_id)) is None or before.deleted_at is not None
        }
        return found | {
            one: found[other] for one, other in crmrecords.leading_to(self.tx, self.system, self.name, found)
        }

    def _merge(self, fresh: Sequence[AnyRow], gone: Sequence[AnyRow]) -> None:
        """Records that lead to another: marked, without keys, and whoever named them names the other one."""
        losers = set(self.known.new_aliases) | {row.external_id for row in gone}
        if fresh:
            losers |= {
                one
                for one, _ in crmrecords.leading_to(
                    self.tx, self.system, self.name, [r.external_id for r in fresh]
                )
            }
        if not losers:
            return
        leads = self.known.followed(losers, self.name)
        known = crmrecords.known(self.tx, self.kind, self.system, sorted(losers))
        ends = {loser: end(leads, loser) for loser in known}
        winners = crmrecords.ids(self.tx, self.kind, self.system, sorted(set(ends.values())))
        marked: list[AnyRow] = []
        for loser, row in known.items():
            stands = winners.get(ends[loser]) if loser in leads else None
            if loser not in leads and row.deleted_at is None:
                continue
            if row.deleted_at is None or row.merged_into != stands:
                row.deleted_at, row.merged_into = row.deleted_at or self.under.now, stands
                marked.append(row)
            crmrecords.move(self.tx, self.kind, row.id, stands)
        accounts.put(self.tx, marked)
        accounts.put_keys(self.tx, ENTITIES[self.kind], {row.id: () for row in marked})
        if self.kind is ContactRow and winners:
            rekeyed(self.under, crmrecords.known(self.tx, ContactRow, self.system, sorted(winners)))
        elif self.kind is OpportunityRow:
            accounts.put_deal_keys(self.tx, [row.id for row in marked])


def _same(built: AnyRow, known: AnyRow) -> bool:
    names = [name for name in built.__struct_fields__ if name not in _UNCOMPARED]
    same = all(getattr(built, name) == getattr(known, name) for name in names)
    # How lately a deal moved counts where precedence looks back; of a company it says nothing.
    return same and not (isinstance(built, OpportunityRow) and built.updated_at < known.updated_at)


def rekeyed(under: Under, contacts: Mapping[str, ContactRow]) -> None:
    """The keys of these contacts anew, and those of their deals: they go by another id more."""
    live = [row for row in contacts.values() if row.deleted_at is None]
    accounts.put_keys(under.tx, "contact", contact_keys(under.tx, under.system, live))
    accounts.put_deal_keys(under.tx, accounts.deals_of(under.tx, [row.id for row in live]))
