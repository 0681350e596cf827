"""People who sign in with a password, and leads that reach whom a story needs them to reach."""

from collections.abc import Iterator
from itertools import count
from weakref import WeakKeyDictionary

from playwright.sync_api import Locator, Page

from console.examples import arrival, held_by
from firstright import wiring
from firstright.core.authority import Role
from firstright.desk import Desk
from firstright.desk.access.passwords import Hasher
from firstright.desk.access.userasked import InviteAsked
from firstright.desk.access.users import Follow, NewUser, done
from web.houses import House

PASSWORD = "sieben grüne regenschirme"
_numbers: WeakKeyDictionary[Desk, Iterator[int]] = WeakKeyDictionary()  # as in `northwind`


def invited(house: House, name: str, role: Role, rep: str = "") -> str:
    """The path of the link by which somebody comes in."""
    email = f"{name.split()[0].casefold()}@northwind.example"
    token = wiring.admit(house.desk, InviteAsked(NewUser(email, name, role, rep)), by="test").token
    return f"/set-up/{token}"


def known(house: House, name: str, role: Role, rep: str = "") -> str:
    """Somebody who has a password already; their address."""
    token = invited(house, name, role, rep).rpartition("/")[2]
    return done(house.desk.writer, Follow(token, Hasher().hash(PASSWORD))).email


def sign_in(page: Page, email: str) -> None:
    page.goto("/sign-in")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def opened(page: Page, label: str) -> Locator:
    """A menu of the page, opened by its button."""
    page.locator("details.drop > summary", has_text=label).click()
    return page.locator("details.drop[open]")


def came(desk: Desk, first: str, company: str, **facts: str) -> str:
    """A lead of a person and company of their own; its id. Without more facts it is a question from Munich: Lena's."""
    given = {
        "first_name": first,
        "last_name": "Moser",
        "email": f"{first.casefold()}@{company.casefold().split()[0]}.example",
        "company": company,
        "country": "DE",
        "state": "DE-BY",
        "city": "München",
        "postcode": "80331",
        "employees": "120",
        "language": "de",
        "intent": "question",
        "title": "Werkleiter",
        "message": "Wie schnell ist der Arm?",
        "phone": "",
        **facts,
    }
    before = {entry.id for entry in held_by(desk, "lena")}
    desk.take_in([arrival(desk, next(_numbers.setdefault(desk, count(70_000))), **given)])
    new = [entry.id for entry in held_by(desk, "lena") if entry.id not in before]
    return new[0] if new else ""
