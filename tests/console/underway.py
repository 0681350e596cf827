"""Leads on which something is under way, for pages and pictures: a letter is drafted, a colleague is asked, a partner reads."""

from console.examples import held_by
from firstright import wiring
from firstright.desk.acting import LogTouch
from firstright.desk.handover import HandOver
from firstright.desk.links import SHARING, token
from firstright.storage import drafts, meetings, offers
from firstright.storage.offers import OfferRow
from web.houses import House

NOTES = (
    ("key_notes", "Two sites and one decision; the plant manager is for it"),
    ("next_step", "Show them the arm on Tuesday"),
)


def drafted(house: House) -> str:
    """Of a lead of lena's to whom she has just talked: what was agreed is drafted for her."""
    for entry in held_by(house.desk, "lena"):
        house.desk.act(LogTouch(entry.id, "lena", "call", result="connected"))
        house.desk.work_due(wiring.now())
        with house.desk.read() as tx:
            if drafts.of_holder(tx, entry.id, entry.epoch, "lena"):
                return f"/leads/{entry.id}"
    raise IndexError("nobody of hers has an address to write to")


def offered(house: House) -> str:
    """Of felix, who asks lena to take it."""
    if not _asked_of_lena(house):
        lead = held_by(house.desk, "felix")[-1]
        house.desk.act(HandOver(lead.id, "felix", "to-ae", to="lena", notes=NOTES))
    return f"/leads/{_asked_of_lena(house)[0].lead_id}"  # of nobody where she is full


def _asked_of_lena(house: House) -> list[OfferRow]:
    with house.desk.read() as tx:
        return offers.offered_to(tx, "lena")


def shared(house: House) -> str:
    """The page of a partner with whom a lead of lena's is shared."""
    lead = held_by(house.desk, "lena")[-1]
    with house.desk.read() as tx:
        offer = offers.open_of(tx, lead.id)
    if offer is None:
        house.desk.act(HandOver(lead.id, "lena", "to-partner"))
    with house.desk.read() as tx:
        offer = offers.open_of(tx, lead.id)
        assert offer is not None
        return f"/p/{token(meetings.secret(tx), offer.id, SHARING)}"
