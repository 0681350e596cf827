"""What is known of the records a batch names, before it changes anything: which are here, which lead to which, whose they are."""

from collections.abc import Mapping, Sequence

from firstright.desk.crm.staff import Under, owner_rows
from firstright.intake.crmrows import Said
from firstright.storage import crmrecords
from firstright.storage.accounts import AccountRow, AnyRow, ContactRow, OpportunityRow

ROWS: dict[str, type[AnyRow]] = {"account": AccountRow, "contact": ContactRow, "opportunity": OpportunityRow}
_HOPS = 10  # of merged records, before we call it a circle


class Known:
    """`leads`: where ids lead, `new_aliases` those of them only these rows tell. `names`: ids of ours for records that are new.
    `accounts`, `contacts`, `stages`, `reps`: what these rows refer to, by the CRM's ids.
    """

    def __init__(self, under: Under, name: str, rows: Sequence[Said]) -> None:
        self.under, self.tx, self.system = under, under.tx, under.system
        self.kind, self.name, self.rows = ROWS[name], name, rows
        self.accounts: dict[str, str] = {}
        self.contacts: dict[str, str] = {}
        self.stages: dict[str, tuple[bool, bool]] = {}
        self._aliases()
        ids = [row.id for row in rows] + list(self.leads)
        self.before: dict[str, AnyRow] = dict(crmrecords.known(self.tx, self.kind, self.system, ids))
        self.domains = self._domains()
        self.reps, self.new_owners = owner_rows(under, {row.owner for row in rows})
        self._references()

    def is_merged(self, external: str) -> bool:
        return end(self.leads, external) != external

    def _aliases(self) -> None:
        """Which ids lead to another one, by what was known and by what these rows say."""
        said = {loser: row.id for row in self.rows for loser in row.absorbs}
        said |= {row.id: row.into for row in self.rows if row.into}
        known = self.followed({row.id for row in self.rows} | set(said) | set(said.values()), self.name)
        self.new_aliases = {
            loser: winner for loser, winner in said.items() if loser != winner and known.get(loser) != winner
        }
        self.leads = {**known, **self.new_aliases}

    def followed(self, ids: set[str], kind: str) -> dict[str, str]:
        found: dict[str, str] = {}
        wanted = ids
        for _ in range(_HOPS):
            step = crmrecords.aliases(self.tx, self.system, kind, sorted(wanted))
            wanted = {to for to in step.values() if to not in found and to not in step}
            found |= step
            if not wanted:
                break
        return found

    def _domains(self) -> dict[str, set[str]]:
        if self.kind is not AccountRow:
            return {}
        return crmrecords.domains(self.tx, [row.id for row in self.before.values()])

    def _references(self) -> None:
        """Ours of the ids these rows name. Accounts of this batch get theirs first, so that order says nothing."""
        self.names: dict[str, str] = {}
        self.linked = self._links()
        for row in self.rows:
            if row.form == "record" and not (row.gone or row.id in self.before or row.id in self.names):
                self.names[row.id] = self.under.new_id()
        if self.kind is AccountRow:
            own = {row.external_id: row.id for row in self.before.values() if row.deleted_at is None}
            self.accounts = self._ours(
                AccountRow, "account", {row.above for row in self.rows}, {**own, **self.names}
            )
            return
        wanted = {row.above for row in self.rows} | set(self.linked.get("opportunity-account", {}).values())
        self.accounts = self._ours(AccountRow, "account", wanted, {})
        people = {row.contact for row in self.rows} | set(self.linked.get("opportunity-contact", {}).values())
        self.contacts = self._ours(ContactRow, "contact", people, {})
        stages = {row.stage for row in self.rows if row.open is None}
        self.stages = crmrecords.stages(self.tx, self.system, sorted(stages - {""}))

    def _links(self) -> dict[str, dict[str, str]]:
        if self.kind is not OpportunityRow:
            return {}
        ids = [row.id for row in self.rows]
        kinds = ("opportunity-account", "opportunity-contact")
        return {kind: crmrecords.aliases(self.tx, self.system, kind, ids) for kind in kinds}

    def _ours(
        self, kind: type[AnyRow], name: str, wanted: set[str], own: Mapping[str, str]
    ) -> dict[str, str]:
        wanted.discard("")
        leads = self.followed(wanted, name)
        leads |= self.leads if name == self.name else {}
        ends = {each: end(leads, each) for each in wanted}
        found = {**crmrecords.ids(self.tx, kind, self.system, sorted(set(ends.values()))), **own}
        return {each: found[to] for each, to in ends.items() if to in found}


def end(leads: Mapping[str, str], start: str) -> str:
    """Where an id leads in the end; a circle ends where it began."""
    at, seen = start, {start}
    while (to := leads.get(at)) is not None and to not in seen:
        at = to
        seen.add(at)
    return at
