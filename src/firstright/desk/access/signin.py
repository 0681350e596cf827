"""Signing in and out: a password becomes a session, and who guesses is slowed down. It sets no cookie and makes no token.

Nobody learns whether an address is known: the same answer after the same work. Nobody is locked out for good, either.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import msgspec

from firstright.desk.access.passwords import Crowded, Hasher, too_long
from firstright.desk.access.users import address, link_digest
from firstright.desk.desk import Desk
from firstright.errors import FirstrightError
from firstright.storage import sessions, users
from firstright.storage.sessions import SessionRow
from firstright.storage.users import UserRow

ABSOLUTE = timedelta(hours=12)
FREE = 5  # wrong passwords in a row before somebody waits
LONGEST_WAIT = timedelta(seconds=60)
FORGOTTEN = timedelta(hours=1)  # without a wrong one
MOST = 20_000  # accounts and addresses that are remembered

log = logging.getLogger("firstright.signin")


class WrongPassword(FirstrightError):
    """No such user, not this password, or somebody who may not come in: nobody is told which."""


class TooSoon(FirstrightError):
    """After several wrong ones, wait `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many wrong passwords: try again in {seconds} s")
        self.seconds = seconds


class _Tries(msgspec.Struct):
    wrong: int
    last: datetime


class Brake:
    """Waiting times by account and network address: 1 s after the fifth wrong password, then twice as long each time.

    In memory: a restart forgets them. Who waits is refused without looking at the password, and that counts for nothing.
    """

    def __init__(self) -> None:
        self._tries: dict[tuple[str, str], _Tries] = {}
        self._lock = threading.RLock()

    @contextmanager
    def trying(self, account: str, origin: str, now: datetime) -> Iterator[None]:
        """One try, counted as a wrong one before anything is looked at: forty at once would all pass a count that comes after.

        Raises TooSoon. What leaves it with Crowded was not looked at, and counts for nothing.
        """
        with self._lock:
            self.must_wait(account, origin, now)
            self.wrong(account, origin, now)
        try:
            yield
        except Crowded:
            self._spare(account, origin)
            raise

    def must_wait(self, account: str, origin: str, now: datetime) -> None:
        """Raises TooSoon."""
        with self._lock:
            known = self._tries.get((account, origin))
        if known is None or known.wrong < FREE:
            return
        wait = min(LONGEST_WAIT, timedelta(seconds=2 ** min(known.wrong - FREE, 10)))
        left = known.last + wait - now
        if timedelta(0) < left <= wait:
            raise TooSoon(-(-left // timedelta(seconds=1)))

    def wrong(self, account: str, origin: str, now: datetime) -> None:
        with self._lock:
            known = self._tries.get((account, origin))
            before = known.wrong if known and now - known.last < FORGOTTEN else 0
            if known is None and len(self._tries) >= MOST:
                self._shrink(now)
            self._tries[account, origin] = _Tries(before + 1, now)

    def _spare(self, account: str, origin: str) -> None:
        with self._lock:
            known = self._tries.get((account, origin))
            if known is not None:
                known.wrong = max(0, known.wrong - 1)

    def right(self, account: str, origin: str) -> None:
        with self._lock:
            self._tries.pop((account, origin), None)

    def _shrink(self, now: datetime) -> None:
        """What is old goes; when nothing is, the older half: those tried last are kept."""
        kept = {key: each for key, each in self._tries.items() if now - each.last < FORGOTTEN}
        if len(kept) >= MOST:
            newest = sorted(kept.items(), key=lambda each: each[1].last)[MOST // 2 :]
            kept = dict(newest)
        self._tries = kept


class SigningIn:
    """Threads may share it. `new_token` makes the text of a session's cookie, from 256 random bits."""

    def __init__(
        self, desk: Desk, now: Callable[[], datetime], hasher: Hasher, new_token: Callable[[], str]
    ) -> None:
        self._desk = desk
        self._now = now
        self._hasher = hasher
        self._brake = Brake()
        self._new_token = new_token

    def known(self, email: str, password: str, *, origin: str) -> UserRow:
        """Whose password this is. Raises WrongPassword, TooSoon and Crowded."""
        return self._proved(address(email), password, origin)

    def begin(self, user: UserRow, *, agent: str, before: bytes = b"") -> str:
        """The token of a new session of somebody who has proved who they are; the one of this browser `before` ends.

        WrongPassword when they were disabled meanwhile.
        """
        now, token = self._now(), self._new_token()
        row = SessionRow(link_digest(token), user.id, now, now, now, now + ABSOLUTE, None, agent)
        with self._desk.database.write() as tx:
            current = users.user(tx, user.id)
            if current is None or current.state != "active" or current.password_hash != user.password_hash:
                raise WrongPassword
            if before:
                sessions.end(tx, before, user.id, now)
            sessions.start(tx, row)
        log.info("user.signed-in", extra={"user": user.id})
        return token

    def prove(self, user_id: str, digest: bytes, password: str, *, origin: str) -> None:
        """The password again, for what asks for it. Raises as `sign_in` does."""
        with self._desk.read() as tx:
            known = users.user(tx, user_id)
        self._proved(known.email if known else "", password, origin)
        with self._desk.database.write() as tx:
            sessions.proved(tx, digest, self._now())

    def sign_out(self, digest: bytes, user_id: str) -> bool:
        """False when there was no such session of this user."""
        with self._desk.database.write() as tx:
            return sessions.end(tx, digest, user_id, self._now())

    def sign_out_others(self, digest: bytes, user_id: str) -> int:
        """Every session of this user but one; how many there were."""
        with self._desk.database.write() as tx:
            return sessions.end_others(tx, user_id, digest, self._now())

    def _proved(self, account: str, password: str, origin: str) -> UserRow:
        account = account[:320]
        with self._brake.trying(account, origin, self._now()):
            with self._desk.read() as tx:
                known = users.by_email(tx, account) if account.isprintable() else None
            kept = known.password_hash if known else ""
            right = self._hasher.verify(kept, "" if too_long(password) else password)
        if known is None or not right or known.state != "active":
            log.info("user.not-let-in", extra={"user": known.id if known else ""})
            raise WrongPassword
        self._brake.right(account, origin)
        return known
