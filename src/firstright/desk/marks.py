"""What the workspace's own secret is for: digests of addresses on the suppression list, and links by which people opt out.

The secret is made once, kept sealed, and opened when it is needed. Nothing here is stored in the clear.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from firstright.core.clean.mailbox import mailbox
from firstright.core.lead import Facts
from firstright.desk.batch import Batch
from firstright.desk.memory import Keeping
from firstright.storage import consents
from firstright.storage.transactions import Tx

SECRET = "outreach"
SIZE = 32  # bytes of the secret
SIGNED = 16  # bytes of a link's signature
KINDS = ("email", "phone", "domain")


class Marks:
    """Keyed by one secret: the same address has the same digest, and nobody without it can tell which."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def digest(self, kind: str, value: str) -> str:
        return hmac.digest(self._secret, f"{kind}:{value.casefold()}".encode(), hashlib.sha256).hex()

    def link(self, person: str) -> str:
        """What stands behind /o/ for one person."""
        name = UUID(person).bytes
        return urlsafe_b64encode(name + self._sign(name)).decode().rstrip("=")

    def person(self, link: str) -> str | None:
        """Whose link it is; None for one that we did not make."""
        try:
            whole = urlsafe_b64decode(link + "=" * (-len(link) % 4))
        except ValueError:
            return None
        name, signed = whole[:16], whole[16:]
        if len(name) < 16 or not hmac.compare_digest(signed, self._sign(name)):
            return None
        person = str(UUID(bytes=name))
        return (
            person if self.link(person) == link else None
        )  # spelled in one way only, so that tries are counted

    def of_facts(self, facts: Facts) -> dict[str, tuple[str, ...]]:
        """Digests of everything in a lead's facts that can be on the list, by kind; of an address in each of its spellings."""
        email, phone = str(facts.get("email", "")), str(facts.get("phone", ""))
        domains = {str(facts.get(name, "")) for name in ("domain", "email_domain")} | {
            email.partition("@")[2]
        }
        spellings = {email, mailbox(email)} if email else set()
        return {
            "email": self._all("email", spellings),
            "phone": self._all("phone", {phone}),
            "domain": self._all("domain", domains),
        }

    def _all(self, kind: str, values: set[str]) -> tuple[str, ...]:
        return tuple(self.digest(kind, value) for value in sorted(values) if value)

    def _sign(self, name: bytes) -> bytes:
        return hmac.digest(self._secret, b"opt-out:" + name, hashlib.sha256)[:SIGNED]


def marks_in(batch: Batch) -> Marks | None:
    """Of this workspace, made when they are first needed; None where this process has no key to seal with."""
    keeping = batch.memory.keeping
    if keeping is None:
        return None
    if consents.secret(batch.tx, SECRET) is None:
        sealed = keeping.seal(keeping.fresh(SIZE), SECRET)
        consents.keep_secret(batch.tx, SECRET, sealed, batch.turn.now)
    return marks_read(batch.tx, keeping)


def marks_read(tx: Tx, keeping: Keeping | None) -> Marks | None:
    """The same without making any: until something was sent or suppressed there is nothing to know."""
    sealed = consents.secret(tx, SECRET) if keeping else None
    return Marks(keeping.open(sealed, SECRET)) if keeping and sealed else None
