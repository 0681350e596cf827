"""The page where a lead can book, in a message that its owner wrote: its address is known where it is sent, and not before."""

from firstright.desk.links import token
from firstright.desk.stepletter import Unsent
from firstright.storage import meetings
from firstright.storage.transactions import Tx

PLACE = "{booking_link}"  # stands in a draft until it is sent


def with_link(tx: Tx, lead: str, kept: bytes, site: str) -> bytes:
    """The letter with the address; as it is where it does not ask for one. Raises Unsent where nobody could reach the page."""
    if PLACE.encode() not in kept:
        return kept
    if not site:
        raise Unsent("nobody could book: FIRSTRIGHT_PUBLIC_URL says where browsers reach this program")
    return kept.replace(PLACE.encode(), f"{site.rstrip('/')}/b/{token(meetings.secret(tx), lead)}".encode())
