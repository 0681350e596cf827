"""Every page of the console: whose it is best looked at as, and where it is in a house. A page without an entry here fails a test."""

from collections.abc import Callable
from typing import NamedTuple

from console.examples import held_by
from console.northwind import TWO_OWNERS, came
from firstright import wiring
from firstright.core.authority import Actor, Role
from firstright.desk.accounts import TakeCrm
from firstright.desk.userasked import InviteAsked
from firstright.desk.users import NewUser
from firstright.storage import reviewing, users
from firstright.storage.inbox import Scope
from web.houses import House


class Looked(NamedTuple):
    """A page as somebody opens it. `route` is how its file declares it; `path` where it is in a house."""

    route: str
    who: str  # one of seats.PEOPLE, or empty for nobody
    path: Callable[[House], str]

    @property
    def name(self) -> str:
        return f"{self.who or 'nobody'} {self.route}"


def _at(route: str, who: str, path: str | Callable[[House], str] = "") -> Looked:
    if callable(path):
        return Looked(route, who, path)
    return Looked(route, who, lambda _: path or route)


def _lead(house: House) -> str:
    return f"/leads/{held_by(house.desk, 'lena')[0].id}"


def _user(house: House) -> str:
    with house.desk.read() as tx:
        return f"/users/{users.users(tx)[0].id}"


def _link(house: House) -> str:
    """Of somebody who has not come yet."""
    name = house.desk.new_id()
    asked = InviteAsked(NewUser(f"{name}@northwind.example", "Vera Voss", Role.OPERATIONS))
    return f"/set-up/{wiring.admit(house.desk, asked, by='test').token}"


def _review(house: House) -> str:
    """Of two owners with a claim on one company, which is the most there is to show."""
    house.desk.act(TakeCrm("crm", list(TWO_OWNERS), []))
    came(house, email=f"{house.desk.new_id()}@twoowners.example")
    with house.desk.read() as tx:
        scope = Scope(Actor("u", "Olga", Role.OPERATIONS))
        return f"/review/{reviewing.page(tx, scope, limit=500)[-1].id}"


PAGES = (
    _at("/sign-in", ""),
    _at("/set-up/{token}", "", _link),
    _at("/account", "rep"),
    _at("/users", "admin"),
    _at("/users/{user_id}", "admin", _user),
    _at("/inbox", "rep"),
    _at("/inbox/{tab}", "manager", "/inbox/team"),
    _at("/inbox/{tab}", "operations", "/inbox/all"),
    _at("/leads/{lead_id}", "rep", _lead),
    _at("/leads/{lead_id}", "manager", _lead),
    _at(
        "/leads/{lead_id}/what-if", "manager", lambda house: f"{_lead(house)}/what-if?field=country&value=US"
    ),
    _at("/review", "manager"),
    _at("/review/{review_id}", "operations", _review),
    _at("/deliveries", "operations"),
    _at("/deliveries/{tab}", "operations", "/deliveries/waiting"),
)
# No pages: what a browser is sent on from, asks by itself, or shows inside a page.
BESIDE = frozenset({"/", "/pulse", "/static/{name:path}"})
