"""Who is at the console: a session cookie becomes an `Actor`, and a form that was posted is proved to be ours.

It renders nothing and signs nobody in. Of a token only a SHA-256 is kept, here and in the database.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import msgspec
from fastapi import Request

from firstright.core.authority import Actor, Role, team_of
from firstright.core.roster import Roster
from firstright.desk import Desk
from firstright.desk.access.secondfactor import Sealing
from firstright.errors import DatabaseError
from firstright.storage import sessions
from firstright.storage.sessions import SessionRow
from firstright.storage.users import UserRow
from firstright.web.problems import away

IDLE = timedelta(minutes=60)
PROVED = timedelta(minutes=10)  # how long a password that was given counts for what asks for it again
REMEMBERED = timedelta(seconds=1)  # a session that was ended, and a role that was changed, count after that
TOUCHED = timedelta(minutes=1)  # a session is marked as seen no more often
MOST_REMEMBERED = 10_000
COOKIE, PLAIN_COOKIE = "__Host-firstright", "firstright"
_LONGEST_TOKEN = 128


class Session(msgspec.Struct, frozen=True):
    """Somebody who is signed in. `csrf` goes into every form, `zone` is the time zone their times are shown in."""

    actor: Actor
    email: str
    csrf: str
    digest: bytes
    proved_at: datetime
    zone: str
    has_factor: bool = False


class Gate:
    """Threads may share it. `own_hosts` are names this program is reached under, as a Host header says them."""

    def __init__(
        self,
        desk: Desk,
        now: Callable[[], datetime],
        *,
        secure: bool,
        own_hosts: frozenset[str],
        sealing: Sealing | None = None,
    ) -> None:
        """`sealing` keeps the secrets of second factors; without it there are none."""
        self._desk = desk
        self._now = now
        self.secure = secure
        self.sealing = sealing
        self._own = frozenset(host.casefold() for host in own_hosts)
        self._known: dict[bytes, tuple[datetime, Session]] = {}
        self.cookie = COOKIE if secure else PLAIN_COOKIE

    def who(self, request: Request) -> Session | None:
        """Who asks; None when nobody is signed in. A look-up is remembered for a second at most."""
        token = request.cookies.get(self.cookie, "")
        if not token or len(token) > _LONGEST_TOKEN:
            return None
        digest, now = digest_of(token), self._now()
        found = self._known.get(digest)
        if found is not None and found[0] - REMEMBERED <= now < found[0]:
            return found[1]
        session = self._looked_up(token, digest, now)
        if session is not None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known = {}
            self._known[digest] = (now + REMEMBERED, session)
        return session

    def must_be_ours(self, request: Request) -> None:
        """For whatever changes something: it was sent by a page of this very address. Raises TurnedAway.

        Browsers say where a form comes from. One that says nothing is no browser we know, and is refused, too.
        """
        self.must_know_host(request)
        site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
        if site is None and origin in (None, "null"):
            raise away(403, "csrf.origin", "the request does not say which page it comes from: send Origin")
        if site is not None and site not in ("same-origin", "none"):
            raise away(403, "csrf.origin", "this came from a page that is not ours", site[:32])
        if origin not in (None, "null") and origin not in self._origins(request):
            raise away(403, "csrf.origin", "this came from a page that is not ours", str(origin)[:200])

    def must_know_host(self, request: Request) -> None:
        """Raises TurnedAway(400) under a name that is not ours: another site's name may point here."""
        if not self.knows_host(request.headers.get("host", "")):
            shown = request.headers.get("host", "")[:200]
            raise away(
                400,
                "host.unknown",
                "this program is not reached under that name: FIRSTRIGHT_PUBLIC_URL says under which",
                shown,
            )

    def knows_host(self, host: str) -> bool:
        """Whether this Host header is one of ours; this machine's own names always are, at any port."""
        if host.casefold() in self._own:
            return True
        return _name(host) in self._own or names_this_machine(host)

    def must_match(self, session: Session, csrf: str) -> None:
        """Raises TurnedAway(403) for a form of another session, or of none."""
        if not hmac.compare_digest(session.csrf.encode(), csrf.encode()):
            raise away(
                403,
                "csrf.token",
                "this form is not of your session any more: open the page again and send it",
            )

    def wants_factor(self, session: Session) -> bool:
        """Whether a password alone is too little: an admin's, where others than whoever sits at this machine can get in."""
        able = self.secure and self.sealing is not None
        return able and session.actor.role is Role.ADMIN and not session.has_factor

    def fresh(self, session: Session) -> bool:
        """Whether the password was given within the last ten minutes."""
        return self._now() - session.proved_at <= PROVED

    def forget(self) -> None:
        """What was remembered may have changed: ask again."""
        self._known = {}

    def url(self, request: Request) -> str:
        """Where we are, for a link that is handed on; without a slash at its end. Ask under a known name only."""
        return self._origins(request)[-1]

    def _origins(self, request: Request) -> tuple[str, ...]:
        """What a browser calls this place. Behind TLS it is the name alone that we are told; at home there is none."""
        host = request.headers.get("host", "")
        plain = (f"http://{host}",) if not self.secure or names_this_machine(host) else ()
        return (f"https://{host}", *plain)

    def _looked_up(self, token: str, digest: bytes, now: datetime) -> Session | None:
        with self._desk.read() as tx:
            found = sessions.signed_in(tx, digest)
        if found is None or not in_force(found[0], now) or found[1].state != "active":
            return None
        row, user = found
        if now - row.seen_at > TOUCHED:
            with suppress(DatabaseError), self._desk.database.write() as tx:  # reading goes on without it
                sessions.seen(tx, digest, now)
        roster = self._desk.roster
        return Session(
            actor_of(user, roster),
            user.email,
            csrf_of(token),
            digest,
            row.proved_at,
            zone_of(user.rep, roster),
            user.totp is not None,
        )


def in_force(row: SessionRow, now: datetime) -> bool:
    """Neither ended nor unused for an hour nor older than twelve."""
    return row.revoked_at is None and now < row.expires_at and now - row.seen_at < IDLE


def digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def csrf_of(token: str) -> str:
    """Follows from the token alone, and nobody who can read the database can tell it."""
    return hmac.digest(token.encode(), b"firstright form", "sha256").hex()


def actor_of(user: UserRow, roster: Roster | None) -> Actor:
    role = Role(user.role)
    team = team_of(user.rep, roster) if role is Role.MANAGER and roster is not None else frozenset()
    return Actor(user.id, user.name, role, user.rep, team)


def zone_of(rep: str, roster: Roster | None) -> str:
    """The zone of a rep's calendar, else the roster's."""
    if roster is None:
        return "UTC"
    known = roster.reps.get(rep)
    zones = {calendar.id: calendar.zone for calendar in roster.document.calendars}
    return zones.get(known.calendar if known else "", roster.document.zone)


def _name(host: str) -> str:
    """Of a Host header without its port; empty for what is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").casefold()
    except ValueError:
        return ""


def names_this_machine(host: str) -> bool:
    """Whether a Host header says localhost or a loopback address, at any port."""
    name = _name(host)
    with suppress(ValueError):
        return ipaddress.ip_address(name).is_loopback
    return name == "localhost"
