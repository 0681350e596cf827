"""Who may sign in, changed under the turn and in the audit trail: invitations, roles, passwords, links that let in once.

Signing in and out is `signin`'s. Nothing here hashes or makes a secret: hashes and the texts of links are handed in. What
somebody may not do, or what makes no sense, is the answer and no exception: the rest of the batch is not done again for it.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Generic, Literal, TypeVar

import msgspec
from msgspec.structs import replace

from firstright.core.authority import Actor, Right, Role
from firstright.core.clean.email import Email, read_email
from firstright.desk.batch import Batch
from firstright.desk.writer import Work, Writer
from firstright.errors import FirstrightError, NotFound, Refused
from firstright.storage import audit, sessions, users
from firstright.storage.transactions import Tx
from firstright.storage.users import LinkRow, UserRow

SET_UP = timedelta(minutes=30)
INVITED = timedelta(hours=24)  # an invitation, and the way back in for who forgot a password
LONGEST = 100  # characters of a name
NEEDS_REP = (Role.REP, Role.MANAGER)
Purpose = Literal["set-up", "invite", "reset"]

T = TypeVar("T")
By = Actor | str  # a user, or the command of who has the machine


class NewUser(msgspec.Struct, frozen=True):
    """Somebody who is to sign in, as it was written down. `rep` is the rep they are, or empty."""

    email: str
    name: str
    role: str
    rep: str = ""


class LinkGone(Refused):
    """A link lets nobody in. Its one reason says why."""


def done(writer: Writer, work: Work[T | FirstrightError]) -> T:
    """The work, committed. Raises Refused or NotFound; nothing is changed then."""
    result = writer.submit(work).result()
    if isinstance(result, FirstrightError):
        raise result
    return result


def address(text: str) -> str:
    """An address in the form in which it is stored; what is none comes back in small letters, and is nobody's."""
    found = read_email(text.strip())
    return found.address if isinstance(found, Email) else text.strip().casefold()


def link_digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def usable(tx: Tx, token: str, now: datetime) -> LinkRow:
    """A link that still lets in; reading uses nothing up. Raises LinkGone."""
    row = users.link(tx, link_digest(token))
    if row is None:
        raise LinkGone(["this link is not known: ask for another one"])
    if row.used_at is not None:
        raise LinkGone(["this link was used before, or another one took its place: each lets in once"])
    if row.expires_at <= now:
        raise LinkGone(["this link is too old: ask for another one"])
    if row.purpose == "set-up" and users.any_user(tx):
        raise LinkGone(["the first admin is there already: sign in, or ask them for an invitation"])
    return row


class _Change(Generic[T]):
    """What all of them share: a person's lane, and a refusal as the answer. `by` must be allowed to manage users."""

    lane = "person"

    def __init__(self, by: By) -> None:
        self.by = by

    def needs(self, batch: Batch) -> None:
        """Nothing is looked up before."""

    def perform(self, batch: Batch) -> T | FirstrightError:
        try:
            self._must_be_allowed(batch.tx)
            return self._done(batch)
        except (Refused, NotFound) as refused:  # raised before anything was written
            return refused

    def rescue(self, batch: Batch, failure: Exception) -> T | FirstrightError:
        raise failure

    def _done(self, batch: Batch) -> T:
        raise NotImplementedError

    def _must_be_allowed(self, tx: Tx) -> None:
        """Whoever asks may have lost the right since their page was shown."""
        if isinstance(self.by, str):
            return
        row = users.user(tx, self.by.user)
        if row is None or row.state != "active" or not _may(row):
            raise Refused(["only an admin may do that"])

    def _note(self, batch: Batch, action: str, user_id: str, data: object = None) -> None:
        by = self.by if isinstance(self.by, str) else self.by.user
        turn = batch.turn
        audit.append(batch.tx, batch.new_id(), turn.now, turn.n, by, action, "user", user_id, data)

    def _link(self, batch: Batch, token: str, purpose: Purpose, user_id: str | None) -> None:
        """A new one in place of those that were not used."""
        tx, now = batch.tx, batch.turn.now
        if user_id is None:
            users.void_set_up_links(tx, now)
        else:
            users.void_links(tx, user_id, now)
        ends = now + (SET_UP if purpose == "set-up" else INVITED)
        by = self.by if isinstance(self.by, str) else self.by.user
        users.add_link(tx, LinkRow(link_digest(token), purpose, user_id, now, by, ends))


class OfOne(_Change[T]):
    """Changes one user, who is there."""

    def __init__(self, user: str, by: By) -> None:
        super().__init__(by)
        self.user = user

    def _found(self, batch: Batch) -> UserRow:
        row = users.user(batch.tx, self.user)
        if row is None:
            raise NotFound("such user")
        return row

    def _must_leave_an_admin(self, tx: Tx, row: UserRow) -> None:
        if users.active_admins(tx) == {row.id}:
            raise Refused(["role: this is the last admin who can sign in: make another one first"])


class Invite(_Change[UserRow]):
    """A new user, who comes in by a link and sets a password."""

    def __init__(self, wanted: NewUser, token: str, by: By) -> None:
        super().__init__(by)
        self.wanted = wanted
        self.token = token

    def _done(self, batch: Batch) -> UserRow:
        wanted = _judged(batch.tx, self.wanted)
        if users.by_email(batch.tx, wanted.email) is not None:
            raise Refused(["email: somebody with this address is a user already"])
        row = _new(batch, wanted, "invited")
        users.add(batch.tx, row)
        self._link(batch, self.token, "invite", row.id)
        self._note(batch, "invite-user", row.id, {"role": row.role, "rep": row.rep})
        return row


class OpenSetUp(_Change[bool]):
    """A link by which the first admin comes in, while there is no user. Earlier ones let nobody in any more."""

    def __init__(self, token: str, by: str) -> None:
        super().__init__(by)
        self.token = token

    def _done(self, batch: Batch) -> bool:
        if users.any_user(batch.tx):
            raise Refused(["there are users already: an admin invites the next one (firstright user invite)"])
        self._link(batch, self.token, "set-up", None)
        return True


class SetUp(_Change[UserRow]):
    """The first admin, by a link of `OpenSetUp`."""

    def __init__(self, token: str, email: str, name: str, password_hash: str) -> None:
        super().__init__("set-up link")
        self.token = token
        self.wanted = NewUser(email, name, Role.ADMIN)
        self.password_hash = password_hash

    def _done(self, batch: Batch) -> UserRow:
        tx, now = batch.tx, batch.turn.now
        link = usable(tx, self.token, now)
        if link.purpose != "set-up":
            raise LinkGone(["this link is for somebody who is a user already"])
        row = _new(batch, _judged(tx, self.wanted), "active")
        row = replace(row, password_hash=self.password_hash, password_changed_at=now)
        users.add(tx, row)
        users.void_set_up_links(tx, now)
        self._note(batch, "set-up", row.id, {"role": row.role})
        return row


class Follow(_Change[UserRow]):
    """An invited user, or one who forgot a password, sets one by the link they were given. All their sessions end."""

    def __init__(self, token: str, password_hash: str) -> None:
        super().__init__("link")
        self.token = token
        self.password_hash = password_hash

    def _done(self, batch: Batch) -> UserRow:
        tx, now = batch.tx, batch.turn.now
        link = usable(tx, self.token, now)
        row = users.user(tx, link.user) if link.user else None
        if row is None or row.state == "disabled":
            raise LinkGone(["this link is for somebody who may not sign in"])
        row = _with_password(batch, row, self.password_hash)
        self.by = row.id
        self._note(batch, "set-password", row.id, {"link": link.purpose})
        return row


class ChangePassword(OfOne[UserRow]):
    """By the user themselves, who has just given the old one. All their sessions end."""

    def __init__(self, user: str, password_hash: str) -> None:
        super().__init__(user, user)
        self.password_hash = password_hash

    def _done(self, batch: Batch) -> UserRow:
        row = self._found(batch)
        if row.state != "active":
            raise Refused(["this user may not sign in"])
        row = _with_password(batch, row, self.password_hash)
        self._note(batch, "set-password", row.id)
        return row


class Disable(OfOne[UserRow]):
    """Keeps somebody out from now on; their sessions and links end."""

    def _done(self, batch: Batch) -> UserRow:
        row = self._found(batch)
        if row.state == "disabled":
            return row
        self._must_leave_an_admin(batch.tx, row)
        row = replace(row, state="disabled")
        users.save(batch.tx, row)
        users.void_links(batch.tx, row.id, batch.turn.now)
        sessions.end_all(batch.tx, row.id, batch.turn.now)
        self._note(batch, "disable-user", row.id)
        return row


class Enable(OfOne[UserRow]):
    """Lets somebody in again with the password they had; who never set one needs a new link."""

    def _done(self, batch: Batch) -> UserRow:
        row = self._found(batch)
        if row.state != "disabled":
            return row
        row = replace(row, state="active" if row.password_hash else "invited")
        users.save(batch.tx, row)
        self._note(batch, "enable-user", row.id)
        return row


class ChangeRole(OfOne[UserRow]):
    """Counts from the next request on."""

    def __init__(self, user: str, role: str, rep: str, by: By) -> None:
        super().__init__(user, by)
        self.role = role
        self.rep = rep

    def _done(self, batch: Batch) -> UserRow:
        row = self._found(batch)
        wrong = _wrong_role(batch.tx, self.role, self.rep)
        if wrong:
            raise Refused(wrong)
        if self.role != Role.ADMIN:
            self._must_leave_an_admin(batch.tx, row)
        changed = replace(row, role=self.role, rep=self.rep)
        if changed != row:
            users.save(batch.tx, changed)
            before = {"role": row.role, "rep": row.rep}
            self._note(batch, "change-role", row.id, {"role": self.role, "rep": self.rep, "before": before})
        return changed


class Reset(OfOne[UserRow]):
    """A new link for somebody who forgot a password, or lost the invitation. The old password counts until it is used."""

    def __init__(self, user: str, token: str, by: By) -> None:
        super().__init__(user, by)
        self.token = token

    def _done(self, batch: Batch) -> UserRow:
        row = self._found(batch)
        if row.state == "disabled":
            raise Refused(["this user is disabled: enable them first"])
        purpose: Purpose = "reset" if row.password_hash else "invite"
        self._link(batch, self.token, purpose, row.id)
        self._note(batch, "make-link", row.id, {"link": purpose})
        return row


def _may(row: UserRow) -> bool:
    return Actor(row.id, row.name, Role(row.role)).may(Right.MANAGE_USERS)


def _new(batch: Batch, wanted: NewUser, state: str) -> UserRow:
    return UserRow(
        batch.new_id(), wanted.email, wanted.name, wanted.role, wanted.rep, "", state, batch.turn.now
    )


def _with_password(batch: Batch, row: UserRow, password_hash: str) -> UserRow:
    tx, now = batch.tx, batch.turn.now
    row = replace(row, password_hash=password_hash, state="active", password_changed_at=now)
    users.save(tx, row)
    users.void_links(tx, row.id, now)
    sessions.end_all(tx, row.id, now)
    return row


def _judged(tx: Tx, wanted: NewUser) -> NewUser:
    """The same in the form in which it is stored. Raises Refused with everything that is wrong with it."""
    name, found = wanted.name.strip(), read_email(wanted.email.strip())
    wrong = [] if isinstance(found, Email) else [f"email: is no e-mail address: {found.reason}"]
    if not name:
        wrong.append("name: is empty")
    if len(name) > LONGEST:
        wrong.append(f"name: has more than {LONGEST} characters")
    if not name.isprintable():
        wrong.append("name: has characters that cannot be seen")
    wrong += _wrong_role(tx, wanted.role, wanted.rep)
    if wrong or not isinstance(found, Email):
        raise Refused(wrong)
    return NewUser(found.address, name, wanted.role, wanted.rep)


def _wrong_role(tx: Tx, role: str, rep: str) -> list[str]:
    if role not in list(Role):
        return [f"role: is one of {', '.join(Role)}"]
    if rep and not (rep.isprintable() and users.has_rep(tx, rep)):
        return ["rep: is nobody in the current roster"]
    if not rep and Role(role) in NEEDS_REP:
        return [f"rep: a {role} is somebody in the roster: say who"]
    return []
