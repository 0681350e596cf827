"""A browser without a screen, people who join with one, and a clock that a test moves: for tests of the doors."""

import re
from datetime import datetime, timedelta
from itertools import count
from typing import ClassVar

import httpx2

from firstright import wiring
from firstright.desk.access.userasked import InviteAsked, UserAsked
from firstright.desk.access.users import NewUser
from firstright.storage import users
from firstright.storage.users import UserRow
from patience import PATIENCE
from web.houses import House

PASSWORD = "horse staple correct"
NEW = "a lamp, a river, some rain"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PAST = timedelta(seconds=2)  # what is remembered for a second is asked again
people = count(1)


class Clock:
    """The wall clock, moved forward by what a test says."""

    ahead = timedelta(0)

    def __call__(self) -> datetime:
        return wiring.now() + self.ahead


class Browser:
    """One browser: its cookies, and forms sent as a browser sends them. A test that opened some closes all at its end."""

    _opened: ClassVar[list["Browser"]] = []

    def __init__(self, house: House, **headers: str) -> None:
        self.house = house
        usual = {
            "Origin": house.url,
            "Accept": "text/html",
            "User-Agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0",
        }
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        self._line = httpx2.Client(
            base_url=house.url, headers=usual | given, timeout=PATIENCE, trust_env=False
        )
        self._opened.append(self)

    @classmethod
    def close_all(cls) -> None:
        while cls._opened:
            cls._opened.pop()._line.close()

    def see(self, path: str) -> httpx2.Response:
        return self._line.get(path)

    def send(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> httpx2.Response:
        """A form without a token."""
        return self._line.post(path, data=fields, headers=headers)

    def do(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> httpx2.Response:
        """A form of a page that was opened just now."""
        return self.send(path, headers, _csrf=self.token, **fields)

    def sign_in(self, email: str, password: str = PASSWORD, **more: str) -> httpx2.Response:
        return self.send("/sign-in", email=email, password=password, **more)

    @property
    def token(self) -> str:
        [found] = re.findall('name="csrf" content="([0-9a-f]+)"', self.see("/account").text)
        return str(found)

    @property
    def cookie(self) -> str:
        return str(self._line.cookies.get("firstright") or "")

    def keep(self, cookie: str) -> None:
        self._line.cookies.set("firstright", cookie)

    @property
    def is_in(self) -> bool:
        return self.see("/account").status_code == 200


def admit(house: House, asked: UserAsked) -> str:
    return wiring.admit(house.desk, asked, by="test").token


def link(house: House, role: str = "admin", rep: str = "") -> tuple[str, str]:
    """(address of somebody new, their invitation)."""
    n = next(people)
    email = f"p{n}@ours.example"
    return email, "/set-up/" + admit(house, InviteAsked(NewUser(email, f"Person {n}", role, rep)))


def joined(browser: Browser, role: str = "admin", rep: str = "") -> str:
    """Somebody new, who is signed in in this browser; their address."""
    email, invitation = link(browser.house, role, rep)
    assert browser.send(invitation, password=PASSWORD, again=PASSWORD).status_code == 303
    return email


def row_of(house: House, email: str) -> UserRow:
    with house.desk.read() as tx:
        found = users.by_email(tx, email)
    assert found is not None
    return found


def said(answer: httpx2.Response) -> list[str]:
    """What stands beside fields, and in a notice that something is wrong."""
    beside = re.findall(r'class="wrong"[^>]*>(?:<svg.*?</svg>)?(.*?)</p>', answer.text, re.DOTALL)
    return beside + re.findall(r'class="notice bad".*?<p>(.*?)</p>', answer.text, re.DOTALL)
