"""Every page of the console: whose it is best looked at as, and where it is in a house. A page without an entry here fails a test."""

import time
from collections.abc import Callable
from typing import NamedTuple

from console.examples import EXAMPLES, held_by
from console.northwind import TWO_OWNERS, came
from firstright import wiring
from firstright.core.authority import Actor, Role
from firstright.desk.accounts import TakeCrm
from firstright.desk.userasked import InviteAsked
from firstright.desk.users import NewUser
from firstright.storage import reviewing, users
from firstright.storage.inbox import Scope
from firstright.storage.statement import Statement
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


def _search(house: House) -> str:
    """For what a lead and two accounts have in common; of a single lead one is taken to it at once."""
    _review(house)
    return "/search?q=twoowners.example"


def _first(path: str, select: str) -> Callable[[House], str]:
    """Of the first row that is found, its id in the path."""

    def found(house: House) -> str:
        with house.desk.read() as tx:
            return path.format(tx.all(Statement(select))[0][0])

    return found


def _map(house: House) -> str:
    """A file that was just uploaded."""
    assert house.uploads is not None
    with house.uploads.spool.begin("fair.csv") as file:
        file.write((EXAMPLES / "leads/inbound.csv").read_bytes())
        return f"/imports/map/{file.keep().sha256}"


def _import(house: House) -> str:
    """A file that is imported by now."""
    assert house.uploads is not None
    sha256 = _map(house).rpartition("/")[2]
    admin = Actor(house.desk.new_id(), "Robin Ray", Role.ADMIN)
    text = (EXAMPLES / "maps/inbound.toml").read_text()
    started = house.uploads.start(sha256, text, actor=admin, may=lambda: True)
    while house.uploads.runs(started):
        time.sleep(0.02)
    return f"/imports/{started}"


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
    _at("/review/{review_id}", "manager", _review),
    _at("/team", "manager"),
    _at("/pools/{pool_id}", "operations", "/pools/emea-sdr"),
    _at("/policy", "rep"),
    _at("/policy/versions", "manager"),
    _at("/policy/versions/{kind}", "manager", "/policy/versions/roster"),
    _at("/policy/versions/{kind}/{number}", "operations", "/policy/versions/policy/1"),
    _at("/team/{rep_id}", "manager", "/team/lena"),
    _at("/me", "rep"),
    _at("/search", "manager", _search),
    _at("/deliveries", "operations"),
    _at("/deliveries/{tab}", "operations", "/deliveries/waiting"),
    _at("/sources", "operations"),
    _at("/sources/one", "operations", "/sources/one?name=website"),
    _at("/sources/new", "operations"),
    _at(
        "/sources/raw/{arrival_id}",
        "operations",
        _first("/sources/raw/{}", "SELECT id FROM arrival ORDER BY id"),
    ),
    _at("/imports", "operations"),
    _at("/imports/new", "operations"),
    _at("/imports/map/{sha256}", "operations", _map),
    _at("/imports/{import_id}", "operations", _import),
    _at("/reference", "operations"),
)
# No pages: what a browser is sent on from, asks by itself, or saves as a file.
BESIDE = frozenset(
    {
        "/",
        "/pulse",
        "/static/{name:path}",
        "/imports/{import_id}/problems.csv",
        "/policy/versions/{kind}/{number}/text",
    }
)
