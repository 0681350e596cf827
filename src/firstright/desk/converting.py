"""A lead becomes a contact of our base, with its account and, where somebody says so, an opportunity: matched to those there are by
exact keys, so that nothing is doubled, and once.

The lead stays: owner, clocks and sequence are those of its cycle and epoch, and are found from the contact. Records of a CRM are
linked, never changed: who keeps them says what is in them.
"""

import msgspec

from firstright.core.clean.company import company_key
from firstright.core.clean.text import fold
from firstright.core.lead import HolderKind, Lead
from firstright.core.matching import PERSONAL, Match, candidates, match
from firstright.core.matchkeys import match_keys
from firstright.core.pipeline import Converted
from firstright.desk.batch import Batch
from firstright.desk.concluded import Concluded
from firstright.desk.crmkeys import account_keys
from firstright.storage import accounts, crmrecords, statuses
from firstright.storage.accounts import AccountRow, ContactRow, OpportunityRow
from firstright.storage.statuses import ConversionRow

OURS = "firstright"  # the system of what we keep ourselves
_SORTED = 100  # characters of a name by which accounts are sorted
PERSON = (
    "first_name",
    "last_name",
    "name",
    "email",
    "phone",
    "title",
    "language",
    "zone",
    "country",
    "state",
    "city",
    "postcode",
    "company",
    "domain",
)
COMPANY = ("company", "website", "domain", "country", "industry", "employees", "revenue")

_json = msgspec.json.Encoder(order="deterministic").encode


def records(batch: Batch, lead: Lead, deal: str, amount: int | None) -> Converted:
    """The records a lead becomes, made where there are none. `deal` names an opportunity; empty: none is made."""
    keys = match_keys(lead.facts, lead.source)
    batch.know(keys)
    known = match(candidates(lead, batch.world, batch.policy.policy.matching))
    owner = owner_of(lead)
    contact = next((c.id for c in known.contacts if c.key in PERSONAL), "")
    account = statuses.account_of(batch.tx, contact) if contact else ""
    account = account or _account(batch, lead, known, owner)
    contact = contact or _contact(batch, lead, account, owner)
    opportunity = _deal(batch, lead, deal, amount, account, contact, owner) if deal else ""
    batch.forget(keys)
    return Converted(contact, account, opportunity)


def owner_of(lead: Lead) -> str:
    """The rep who has it, or who had it last in this cycle."""
    return lead.holder.id if lead.holder.kind is HolderKind.REP else lead.tried[-1] if lead.tried else ""


def written(batch: Batch, done: Concluded, effect: Converted) -> None:
    """Puts down what a lead has become."""
    by = done.act.by if done.act else ""
    account, deal = effect.account or None, effect.opportunity or None
    row = ConversionRow(done.after.id, effect.contact, account, deal, done.after.cycle, by, done.as_of)
    statuses.convert(batch.tx, row)


def followed(batch: Batch, lead: Lead) -> None:
    """Somebody else has the lead: what of it is ours has them as its owner, too."""
    row = statuses.converted(batch.tx, lead.id)
    if row is not None and lead.holder.kind is HolderKind.REP:
        statuses.own(batch.tx, row, lead.holder.id, batch.turn.now, OURS)
        batch.forget(match_keys(lead.facts, lead.source))


def deal_closed(batch: Batch, lead: Lead, *, won: bool) -> None:
    """The lead is won or lost: so is its deal, where it is ours."""
    row = statuses.converted(batch.tx, lead.id) if lead.contact else None
    if row is not None and row.opportunity_id is not None:
        statuses.close_deal(batch.tx, row.opportunity_id, won, batch.turn.now, OURS)
        accounts.put_deal_keys(batch.tx, [row.opportunity_id])
        batch.forget(match_keys(lead.facts, lead.source))


def _account(batch: Batch, lead: Lead, known: Match, owner: str) -> str:
    """The one of its domain, else the one of that name we have ourselves, else a new one; none for who names no company."""
    found = next((a.id for a in known.accounts if a.key == "domain"), "")
    name, domain = str(lead.facts.get("company", "")), str(lead.facts.get("domain", ""))
    external = domain or (f"name:{company_key(name)}" if company_key(name) else "")
    if found or not external:
        return found
    if ours := crmrecords.ids(batch.tx, AccountRow, OURS, [external]):
        return ours[external]
    now = batch.turn.now
    called = name or domain
    row = AccountRow(
        batch.new_id(), OURS, external, called, owner, "", "", None, _facts(lead, COMPANY), now, now, sort_name=fold(called)[:_SORTED]
    )  # fmt: skip
    accounts.put(batch.tx, [row])
    domains = [domain] if domain else []
    accounts.put_domains(batch.tx, {row.id: domains}, fresh=True)
    accounts.put_keys(batch.tx, "account", {row.id: account_keys(row, domains)}, fresh=True)
    return row.id


def _contact(batch: Batch, lead: Lead, account: str, owner: str) -> str:
    row = ContactRow(
        batch.new_id(), lead.person, OURS, lead.id, account or None, name_of(lead), owner, _facts(lead, PERSON), batch.turn.now
    )  # fmt: skip
    facts = {name: fact for name, fact in lead.facts.items() if name in PERSON}
    return accounts.upsert_contact(batch.tx, row, match_keys({**facts, "external_id": lead.id}, OURS))


def _deal(
    batch: Batch, lead: Lead, name: str, amount: int | None, account: str, contact: str, owner: str
) -> str:
    won = lead.status == "won"
    row = OpportunityRow(
        batch.new_id(), OURS, lead.id, account or None, contact, name, owner, "won" if won else "open", not won, amount, batch.turn.now, won=won
    )  # fmt: skip
    return accounts.upsert_opportunity(batch.tx, row)


def name_of(lead: Lead) -> str:
    both = " ".join(str(lead.facts[name]) for name in ("first_name", "last_name") if name in lead.facts)
    return str(lead.facts.get("name") or both or lead.facts.get("email") or lead.facts.get("phone") or "")


def _facts(lead: Lead, names: tuple[str, ...]) -> str:
    return _json({name: lead.facts[name] for name in names if name in lead.facts}).decode()
