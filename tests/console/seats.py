"""Seats at the console: people with a role who are signed in, and pages of a real browser that sits there."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright

from firstright.core.authority import Role
from firstright.desk import Desk
from firstright.storage import sessions, users
from firstright.storage.sessions import SessionRow
from firstright.storage.users import UserRow
from firstright.web.console.gate import PLAIN_COOKIE
from patience import PATIENCE
from web.houses import House

NAMES = ("chromium", "chromium-browser", "google-chrome")
CHOSEN = "FIRSTRIGHT_TEST_CHROMIUM"  # path of the browser to take
DESK_WIDTH, PHONE_WIDTH = 1440, 390
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
]
A_WHILE = 1000 * PATIENCE  # ms that a page is waited for
_seats = count(1)


class NoBrowser(Exception):
    """There is none to sit at; the message says what was tried."""


def chromium() -> str | None:
    """Where the browser is; None when this machine has none."""
    found = [shutil.which(name) for name in NAMES]
    return os.environ.get(CHOSEN) or next((path for path in found if path), None)


@contextmanager
def browsing() -> Iterator[Browser]:
    """While it runs, nobody in this thread may run an event loop of their own. Raises NoBrowser."""
    path = chromium()
    if path is None:
        raise NoBrowser(f"no {', '.join(NAMES)}, and {CHOSEN} is not set")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=FLAGS, timeout=A_WHILE)
        except Error as problem:
            raise NoBrowser(f"{path} did not start: {problem.message.splitlines()[0]}") from problem
        expect.set_options(timeout=A_WHILE)
        yield browser
        browser.close()


def token_for(desk: Desk, role: Role, rep: str = "", name: str = "") -> str:
    """The session token of a new user with this role, just signed in."""
    number, now = next(_seats), datetime.now(UTC)
    token = os.urandom(16).hex()
    called = name or (rep.title() if rep else f"{role.title()} {number}")
    user = UserRow(
        id=desk.new_id(),
        email=f"{role}{number}.{os.urandom(3).hex()}@ours.example",
        name=called,
        role=role,
        rep=rep,
        password_hash="",
        state="active",
        created_at=now,
    )
    row = SessionRow(
        digest=hashlib.sha256(token.encode()).digest(),
        user=user.id,
        created_at=now,
        seen_at=now,
        proved_at=now,
        expires_at=now + timedelta(hours=12),
        agent="test",
    )
    with desk.database.write() as tx:
        users.add(tx, user)
        sessions.start(tx, row)
    return token


@contextmanager
def seated(
    browser: Browser,
    url: str,
    token: str,
    *,
    width: int = DESK_WIDTH,
    dark: bool = False,
    script: bool = True,
) -> Iterator[Page]:
    """A page of a window in which this session is signed in, or nobody. Whatever the page logs as an error fails at the end."""
    context: BrowserContext = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": 900 if width > 500 else 844},
        device_scale_factor=1 if width > 500 else 2,
        color_scheme="dark" if dark else "light",
        java_script_enabled=script,
        locale="en-GB",
        timezone_id="Europe/Berlin",
        reduced_motion="reduce",
    )
    if token:
        context.add_cookies([{"name": PLAIN_COOKIE, "value": token, "url": url}])
    context.set_default_timeout(A_WHILE)
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if _is_error(said) else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert not wrong, wrong


def _is_error(said: ConsoleMessage) -> bool:
    """A form that comes back with what is wrong in it is no error, though the browser calls it one."""
    return said.type == "error" and "status of 422" not in said.text


PEOPLE = {
    "rep": (Role.REP, "lena", "Lena Huber"),
    "manager": (Role.MANAGER, "ada", "Ada Krüger"),
    "operations": (Role.OPERATIONS, "", "Olga Brandt"),
    "admin": (Role.ADMIN, "", "Robin Ray"),
}


@contextmanager
def seat_of(browser: Browser, house: House, who: str, **how: bool | int) -> Iterator[Page]:
    """A window in which one of PEOPLE is signed in, or nobody; `how` as for `seated`."""
    with seated(browser, house.url, token_of(house, who) if who else "", **how) as page:  # type: ignore[arg-type]  # by name
        yield page


def token_of(house: House, who: str) -> str:
    """The session of one of PEOPLE in this house: the same one each time."""
    known = _tokens.setdefault(house, {})
    if who not in known:
        known[who] = token_for(house.desk, *PEOPLE[who])
    return known[who]


_tokens: WeakKeyDictionary[House, dict[str, str]] = WeakKeyDictionary()
