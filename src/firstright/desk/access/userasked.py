"""What who has the machine asks for about users, written down: one shape for the command line and the control door."""

from collections.abc import Callable

import msgspec

from firstright.desk.access.secondfactor import DropFactor
from firstright.desk.access.users import Disable, Enable, Invite, NewUser, OpenSetUp, Reset, address, done
from firstright.desk.desk import Desk
from firstright.errors import NotFound
from firstright.storage import users
from firstright.storage.users import UserRow


class InviteAsked(msgspec.Struct, frozen=True, tag="invite"):
    user: NewUser


class ResetAsked(msgspec.Struct, frozen=True, tag="reset"):
    """A new link for a user, by address."""

    email: str


class StateAsked(msgspec.Struct, frozen=True, tag="state"):
    """Lets a user in, or keeps them out."""

    email: str
    enabled: bool


class SetUpAsked(msgspec.Struct, frozen=True, tag="set-up"):
    """A link for the first admin."""


class FactorAsked(msgspec.Struct, frozen=True, tag="drop-factor"):
    """Takes away the second factor of somebody who has lost the device."""

    email: str


UserAsked = InviteAsked | ResetAsked | StateAsked | SetUpAsked | FactorAsked


class Admitted(msgspec.Struct, frozen=True):
    """What became of it. `token` is that of a link, or empty; `url` where the server is, when a server did it."""

    email: str = ""
    state: str = ""
    token: str = ""
    url: str = ""


def admitted(desk: Desk, asked: UserAsked, new_token: Callable[[], str], *, by: str) -> Admitted:
    """Raises Refused and NotFound; nothing is changed then."""
    match asked:
        case InviteAsked(user=wanted):
            token = new_token()
            return _told(done(desk.writer, Invite(wanted, token, by)), token)
        case ResetAsked(email=email):
            token = new_token()
            return _told(done(desk.writer, Reset(_named(desk, email).id, token, by)), token)
        case StateAsked(email=email, enabled=enabled):
            change = Enable if enabled else Disable
            return _told(done(desk.writer, change(_named(desk, email).id, by)))
        case FactorAsked(email=email):
            return _told(done(desk.writer, DropFactor(_named(desk, email).id, by)))
        case SetUpAsked():
            token = new_token()
            done(desk.writer, OpenSetUp(token, by))
            return Admitted(token=token)


def _told(row: UserRow, token: str = "") -> Admitted:
    return Admitted(row.email, row.state, token)


def _named(desk: Desk, email: str) -> UserRow:
    wanted = address(email)
    with desk.read() as tx:
        row = users.by_email(tx, wanted) if wanted.isprintable() else None
    if row is None:
        raise NotFound(f"user {wanted}")
    return row
