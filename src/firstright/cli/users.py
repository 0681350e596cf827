"""What `firstright user` does. Who has the machine may do it: no password is asked for and none is shown."""

from firstright.cli.exits import FOUND, Stop
from firstright.cli.reach import reach
from firstright.cli.screen import safe
from firstright.cli.workspace import workspace
from firstright.desk.access.userasked import (
    Admitted,
    FactorAsked,
    InviteAsked,
    ResetAsked,
    SetUpAsked,
    StateAsked,
    UserAsked,
)
from firstright.desk.access.users import NewUser
from firstright.errors import NotFound, Refused
from firstright.storage import sessions
from firstright.storage import users as stored
from firstright.web.commands.people import Admit

BY = "firstright user"


def invite(database: str | None, email: str, name: str, role: str, rep: str) -> None:
    _show_link(_admitted(database, InviteAsked(NewUser(email, name, role, rep))), "24 hours")


def reset(database: str | None, email: str) -> None:
    _show_link(_admitted(database, ResetAsked(email)), "24 hours")


def set_up(database: str | None) -> None:
    _show_link(_admitted(database, SetUpAsked()), "30 minutes")


def let_in(database: str | None, email: str, *, enabled: bool) -> None:
    done = _admitted(database, StateAsked(email, enabled))
    print(f"{safe(done.email)} is {done.state}")


def drop_factor(database: str | None, email: str) -> None:
    done = _admitted(database, FactorAsked(email))
    print(f"{safe(done.email)} signs in with the password alone")


def show(database: str | None) -> None:
    with workspace(database) as (opened, _), opened.read() as tx:
        rows, seen = stored.users(tx), sessions.last_seen(tx)
    for row in rows:
        at = seen.get(row.id)
        last = f"seen {at:%Y-%m-%d %H:%M} UTC" if at else "never seen"
        rep = f" as {safe(row.rep)}" if row.rep else ""
        print(f"{safe(row.email)}  {row.state:<8}  {row.role}{rep}  {last}  {safe(row.name)}")
    if not rows:
        print("nobody yet: firstright user link makes a link for the first admin")


def _admitted(database: str | None, asked: UserAsked) -> Admitted:
    try:
        with reach(database) as ask:
            return ask(Admit(asked=asked, by=BY))
    except Refused as refused:
        raise Stop(*refused.reasons) from None
    except NotFound as missing:
        raise Stop(f"there is no {safe(missing.what)}", code=FOUND) from None


def _show_link(done: Admitted, lasts: str) -> None:
    print(f"{done.url}/set-up/{done.token}")
    print(f"works once, within {lasts}; shown only here")
