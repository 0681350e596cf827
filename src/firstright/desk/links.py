"""Links that need no account: an id with a mark only this workspace can make. It keeps nothing and opens no page.

Whoever has a lead's link may book, move and call off meetings of that lead, and learns when its rep is free; nothing else. Whoever
has that of an offer to a partner reads what is shared, and says yes or no; nothing else.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

MARK = 16  # bytes
LONGEST = 64  # characters of what may be a token
BOOKING, SHARING = b"booking ", b"sharing "  # what a link is for: none of them opens the other's page


def token(secret: bytes, ident: str, what: bytes = BOOKING) -> str:
    name = UUID(ident).bytes
    return urlsafe_b64encode(name + _mark(secret, name, what)).rstrip(b"=").decode()


def named(secret: bytes, given: str, what: bytes = BOOKING) -> str:
    """The id a token is for; empty for what we have not made."""
    if not given.isascii() or len(given) > LONGEST:
        return ""
    try:
        raw = urlsafe_b64decode(given + "=" * (-len(given) % 4))
    except ValueError:
        return ""
    name, mark = raw[:16], raw[16:]
    if len(mark) != MARK or not hmac.compare_digest(mark, _mark(secret, name, what)):
        return ""
    ident = str(UUID(bytes=name))
    return ident if token(secret, ident, what) == given else ""


lead_of = named


def _mark(secret: bytes, name: bytes, what: bytes) -> bytes:
    return hmac.new(secret, what + name, sha256).digest()[:MARK]
