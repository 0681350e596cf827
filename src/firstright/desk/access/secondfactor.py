"""The second factor: a code of six figures from a device (TOTP, RFC 6238), each good once. Secrets are stored sealed.

There are no recovery codes: who has lost the device asks an admin, or who has the machine.
"""

import hmac
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

import msgspec
import pyotp
from msgspec.structs import replace

from firstright.desk.access.signin import Brake, WrongPassword
from firstright.desk.access.users import By, OfOne
from firstright.desk.batch import Batch
from firstright.desk.desk import Desk
from firstright.errors import BadConfiguration, Refused
from firstright.storage import users
from firstright.storage.users import UserRow

STEP = 30  # seconds a code is shown
EARLY_OR_LATE = 1  # steps by which a device's clock may be wrong
TICKET = timedelta(minutes=5)  # to give the code after the password
SECRET = 32  # characters of base32: 160 bits

log = logging.getLogger("firstright.signin")


class Sealing(Protocol):
    """Keeps a secret so that only who has the key file reads it. Both raise BadConfiguration when that file is amiss."""

    def seal(self, secret: bytes, about: str) -> bytes: ...

    def open(self, sealed: bytes, about: str) -> bytes: ...


class _Ticket(msgspec.Struct, frozen=True):
    """Somebody has given their password: the hash it fits, and until when that counts."""

    user: str
    password_hash: str
    until: datetime


class SetFactor(OfOne[UserRow]):
    """From now on this user gives a code, too. `step` is that of the code which proved that their device works."""

    def __init__(self, user: str, sealed: bytes, step: int) -> None:
        super().__init__(user, user)
        self.sealed = sealed
        self.step = step

    def _done(self, batch: Batch) -> UserRow:
        row = replace(self._found(batch), totp=self.sealed, totp_step=self.step)
        users.save(batch.tx, row)
        self._note(batch, "set-second-factor", row.id)
        return row


class DropFactor(OfOne[UserRow]):
    """The password alone is enough again: by the user themselves, or by an admin for who has lost the device."""

    def __init__(self, user: str, by: By) -> None:
        super().__init__(user, user if not isinstance(by, str) and by.user == user else by)

    def _done(self, batch: Batch) -> UserRow:
        row = self._found(batch)
        if row.totp is None:
            raise Refused(["there is no second factor to take away"])
        row = replace(row, totp=None)
        users.save(batch.tx, row)
        self._note(batch, "drop-second-factor", row.id)
        return row


class SecondFactor:
    """Threads may share it."""

    def __init__(self, desk: Desk, now: Callable[[], datetime], sealing: Sealing) -> None:
        self._desk = desk
        self._now = now
        self._sealing = sealing
        self._brake = Brake()

    def seal(self, user_id: str, secret: str) -> bytes:
        return self._sealing.seal(secret.encode(), _about(user_id))

    def first_step(self, secret: str, code: str) -> int | None:
        """The step of a code for a secret that is not stored yet; None when it is none."""
        return matching_step(secret, code, self._now(), after=0)

    def ticket(self, user: UserRow) -> str:
        """To be handed back with the code. It names nobody to who has no key. Raises BadConfiguration."""
        if user.totp is not None:
            opened(user, self._sealing.open)  # with another key nobody could give the code
        until = self._now() + TICKET
        return self._sealing.seal(
            msgspec.msgpack.encode(_Ticket(user.id, user.password_hash, until)), "ticket"
        ).hex()

    def proved(self, ticket: str, code: str) -> UserRow:
        """Who gave the password and now the code. Raises WrongPassword and TooSoon; Refused for a ticket that is over."""
        user = self._holder(ticket)
        with self._brake.trying(user.id, "", self._now()):  # from anywhere: who tries codes has the password
            if user.totp is None:
                return user  # taken away meanwhile
            secret = opened(user, self._sealing.open)
            step = matching_step(secret, code, self._now(), after=user.totp_step)
        if step is None or not self._used(user, step):
            log.info("user.wrong-code", extra={"user": user.id})
            raise WrongPassword
        self._brake.right(user.id, "")
        return user

    def _holder(self, ticket: str) -> UserRow:
        try:
            opened = self._sealing.open(bytes.fromhex(ticket), "ticket")
            given = msgspec.msgpack.decode(opened, type=_Ticket)
        except (ValueError, BadConfiguration, msgspec.DecodeError):
            raise Refused(["start again with your password"]) from None
        with self._desk.read() as tx:
            user = users.user(tx, given.user)
        if user is None or user.password_hash != given.password_hash or self._now() >= given.until:
            raise Refused(["that took too long: start again with your password"])
        return user

    def _used(self, user: UserRow, step: int) -> bool:
        with self._desk.database.write() as tx:
            return users.use_step(tx, user.id, step)


def opened(user: UserRow, open_secret: Callable[[bytes, str], bytes]) -> str:
    """The secret of a user's device, empty without one. Raises whatever `open_secret` does for another key."""
    return "" if user.totp is None else open_secret(user.totp, _about(user.id)).decode()


def new_uri(secret: str, email: str) -> str:
    """What a device reads from a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="firstright")


def matching_step(secret: str, code: str, now: datetime, *, after: int) -> int | None:
    """The step that this is the code of, later than `after`; None when there is none."""
    typed = "".join(code.split())
    if len(typed) != 6 or not (typed.isascii() and typed.isdigit()):
        return None
    device, here = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    found = None
    for step in range(here - EARLY_OR_LATE, here + EARLY_OR_LATE + 1):
        same = hmac.compare_digest(device.generate_otp(step), typed)
        if same and step > after and found is None:
            found = step
    return found


def is_secret(text: str) -> bool:
    return len(text) == SECRET and all(c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" for c in text)


def _about(user_id: str) -> str:
    return f"second factor of user {user_id}"
