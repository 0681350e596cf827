"""What a partner may know of a lead that is offered to them, and the link by which they answer. It changes nothing."""

import msgspec

from firstright.core.handnotes import shared
from firstright.core.lead import Fact, HolderKind
from firstright.core.policy import Policy
from firstright.desk.links import SHARING, named, token
from firstright.storage import leads, meetings, offers
from firstright.storage.offers import OfferRow
from firstright.storage.transactions import Tx


class Shared(msgspec.Struct, frozen=True):
    """An offer to a partner, with the facts that its type shares and no others."""

    offer: OfferRow
    facts: dict[str, Fact]


def page_of(tx: Tx, lead: str, partner: str, site: str) -> str:
    """The address of the page on which a partner answers; empty where nothing is to be answered, or browsers do not reach us."""
    row = offers.open_of(tx, lead) if site and lead else None
    if row is None or row.to_kind != HolderKind.PARTNER or (partner and row.rep_id != partner):
        return ""
    return f"{site.rstrip('/')}/p/{token(meetings.secret(tx), row.id, SHARING)}"


def shared_by(tx: Tx, policy: Policy, given: str) -> Shared | None:
    """What a link shows; None for what is no link of ours. Whoever had said no, or was too late, reads nothing any more."""
    name = named(meetings.secret(tx), given, SHARING)
    row = offers.one(tx, name) if name else None
    if row is None or row.to_kind != HolderKind.PARTNER:
        return None
    lead = leads.standing(tx, row.lead_id)
    theirs = lead is not None and lead.holder_kind == HolderKind.PARTNER and lead.holder_id == row.rep_id
    kind = policy.handoffs.get(row.kind)
    if lead is None or kind is None or not (row.state == "offered" or (row.state == "accepted" and theirs)):
        return Shared(row, {})
    return Shared(row, shared(kind, leads.as_lead(lead).facts))
