"""The second factor: a code after the password, each good once; set up and taken away by who may."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pyotp
import pytest

from console.seats import token_for
from firstright import wiring
from firstright.core.authority import Role
from firstright.desk.access.secondfactor import STEP
from firstright.desk.access.userasked import FactorAsked, ResetAsked
from firstright.errors import Refused
from firstright.storage import audit
from firstright.storage.statement import Statement
from firstright.web.console.gate import COOKIE
from web.browser import MINUTE, NEW, PASSWORD, PAST, Browser, Clock, admit, joined, row_of, said
from web.houses import House, running

clock = Clock()
NEXT = timedelta(seconds=STEP)


@pytest.fixture(autouse=True)
def _on_time() -> Iterator[None]:
    yield
    clock.ahead = timedelta(0)
    Browser.close_all()


class Sealed:
    """A sealer whose key a test may lose."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._sealer = wiring.Sealer(file)

    def seal(self, secret: bytes, about: str) -> bytes:
        return self._sealer.seal(secret, about)

    def open(self, sealed: bytes, about: str) -> bytes:
        return self._sealer.open(sealed, about)

    def forget(self) -> None:
        self._sealer = wiring.Sealer(self.file)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    return Sealed(tmp_path_factory.mktemp("keys") / "key")


@pytest.fixture(scope="module")
def house(shared_url: str, sealed: Sealed) -> Iterator[House]:
    yield from running(shared_url, now=clock, sealing=sealed)


def code(secret: str, *, later: timedelta = timedelta(0)) -> str:
    return pyotp.TOTP(secret).at(clock() + later)


def set_up(browser: Browser) -> str:
    """Turns the second factor on for who is signed in; its secret."""
    page = browser.do("/account/factor/begin")
    [secret] = re.findall('name="secret" value="([A-Z2-7]{32})"', page.text)
    assert 'src="data:image/svg+xml' in page.text
    answer = browser.do("/account/factor", secret=secret, code=code(secret))
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    clock.ahead += NEXT  # the code that proved it is used up
    return str(secret)


def ticket(browser: Browser, email: str, password: str = PASSWORD, **more: str) -> str:
    """What comes with the question for the code."""
    page = browser.sign_in(email, password, **more)
    assert (page.status_code, "Your code" in page.text, page.headers.get("set-cookie")) == (200, True, None)
    [found] = re.findall('name="ticket" value="([0-9a-f]+)"', page.text)
    return str(found)


def entered(house: House) -> tuple[Browser, str, str]:
    """Somebody with a second factor in a browser that is not signed in: (the browser, their address, the secret)."""
    browser = Browser(house)
    email = joined(browser)
    secret = set_up(browser)
    browser.do("/sign-out")
    return browser, email, secret


def test_after_the_password_comes_the_code_and_then_where_one_wanted(house: House) -> None:
    browser, email, secret = entered(house)
    given = ticket(browser, email, next="/users")
    assert not browser.is_in
    answer = browser.send("/sign-in/code", ticket=given, code=code(secret), next="/users")
    assert (answer.status_code, answer.headers["location"], browser.is_in) == (303, "/users", True)


def test_a_code_is_good_once(house: House) -> None:
    browser, email, secret = entered(house)
    same = code(secret)
    assert browser.send("/sign-in/code", ticket=ticket(browser, email), code=same).status_code == 303
    eve = Browser(house)
    answer = eve.send("/sign-in/code", ticket=ticket(eve, email), code=same)
    assert (answer.status_code, said(answer), eve.is_in) == (
        403,
        ["is not what your device shows now"],
        False,
    )
    clock.ahead += NEXT
    assert eve.send("/sign-in/code", ticket=ticket(eve, email), code=code(secret)).status_code == 303


def test_a_device_may_be_half_a_minute_off_and_no_more(house: House) -> None:
    browser, email, secret = entered(house)
    clock.ahead += 10 * NEXT
    for off, status in ((-2 * NEXT, 403), (2 * NEXT, 403), (-NEXT, 303), (NEXT, 303)):
        answer = browser.send(
            "/sign-in/code", ticket=ticket(Browser(house), email), code=code(secret, later=off)
        )
        assert (off, answer.status_code) == (off, status)


@pytest.mark.parametrize("wrong", ["000 00", "abcdef", "١٢٣٤٥٦", "1234567", "12345６"])
def test_what_is_no_code_lets_nobody_in(house: House, wrong: str) -> None:
    browser, email, _ = entered(house)
    answer = browser.send("/sign-in/code", ticket=ticket(browser, email), code=wrong)
    assert (answer.status_code, browser.is_in) == (403, False)


def test_who_guesses_codes_waits_from_wherever_they_come(house: House) -> None:
    browser, email, secret = entered(house)
    given = ticket(browser, email)
    for _ in range(6):
        answer = browser.send("/sign-in/code", ticket=given, code="000000")
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) > 0
    assert Browser(house).send("/sign-in/code", ticket=given, code=code(secret)).status_code == 429
    clock.ahead += MINUTE
    assert browser.send("/sign-in/code", ticket=given, code=code(secret)).status_code == 303


def test_a_password_that_was_given_counts_for_five_minutes_and_while_it_is_the_password(house: House) -> None:
    browser, email, secret = entered(house)
    given = ticket(browser, email)
    clock.ahead += 5 * MINUTE
    answer = browser.send("/sign-in/code", ticket=given, code=code(secret))
    assert (answer.status_code, said(answer)) == (
        403,
        ["That took too long: start again with your password."],
    )
    given = ticket(browser, email)
    link = admit(house, ResetAsked(email))
    page = Browser(house).send(f"/set-up/{link}", password=NEW, again=NEW)
    assert (page.status_code, "Your code" in page.text) == (200, True)  # a link is no way round the code
    assert browser.send("/sign-in/code", ticket=given, code=code(secret)).status_code == 403
    assert ticket(browser, email, NEW)


@pytest.mark.parametrize("made_up", ["00", "zz", "ab" * 60])
def test_a_ticket_that_somebody_made_up_is_none(house: House, made_up: str) -> None:
    _, _, secret = entered(house)
    answer = Browser(house).send("/sign-in/code", ticket=made_up, code=code(secret))
    assert (answer.status_code, said(answer)) == (403, ["Start again with your password."])


def test_the_code_comes_from_a_page_of_ours(house: House) -> None:
    browser, email, secret = entered(house)
    given = ticket(browser, email)
    foreign = {"Origin": "https://evil.example"}
    assert browser.send("/sign-in/code", foreign, ticket=given, code=code(secret)).status_code == 403
    assert not browser.is_in


def test_only_a_device_that_shows_the_right_code_is_set_up(house: House) -> None:
    browser = Browser(house)
    email = joined(browser)
    secret = wiring.new_factor()
    answer = browser.do("/account/factor", secret=secret, code="000000")
    assert (answer.status_code, len(said(answer))) == (422, 1)
    assert browser.do("/account/factor", secret="short", code="000000").status_code == 400
    assert row_of(house, email).totp is None


def test_the_secret_is_stored_sealed_and_bound_to_its_user(house: House) -> None:
    _, email, secret = entered(house)
    user = row_of(house, email)
    with house.desk.read() as tx:
        everything = str(tx.all(Statement("SELECT * FROM user_account")))
        trail = str(audit.of(tx, "user", user.id))
    assert user.totp is not None and secret not in everything and secret not in trail
    other = Browser(house)
    another = row_of(house, joined(other))
    with house.desk.database.write() as tx:
        tx.run(Statement("UPDATE user_account SET totp = ? WHERE id = ?"), (user.totp, another.id))
    page = Browser(house).sign_in(another.email)
    assert page.status_code == 503  # what was moved does not open, and nobody is let in without it


def test_without_the_key_nobody_with_a_second_factor_comes_in_and_no_new_key_is_made(
    house: House, sealed: Sealed
) -> None:
    browser, email, _ = entered(house)
    away = sealed.file.with_name("away")
    sealed.file.rename(away)
    sealed.forget()
    try:
        page = browser.sign_in(email)
        assert (page.status_code, str(sealed.file) in page.text, sealed.file.exists()) == (503, False, False)
        assert not browser.is_in
        guarded = wiring.Guarded(house.desk, wiring.Sealer(sealed.file))
        with pytest.raises(Exception, match="is not there"):
            guarded.seal(b"new", "anything")
        assert not sealed.file.exists()
    finally:
        away.rename(sealed.file)
    assert ticket(browser, email)


def test_it_is_taken_away_by_its_user_by_an_admin_and_by_who_has_the_machine(house: House) -> None:
    browser, other = Browser(house), Browser(house)
    email, admin = joined(browser), joined(other)
    user = row_of(house, email)
    for drop in (
        lambda: browser.do("/account/factor/off"),
        lambda: other.do(f"/users/{user.id}/factor/off"),
        lambda: admit(house, FactorAsked(email)),
    ):
        set_up(browser)
        assert row_of(house, email).totp is not None
        drop()
        assert row_of(house, email).totp is None
    assert Browser(house).sign_in(email).status_code == 303
    with pytest.raises(Refused):
        admit(house, FactorAsked(email))
    with house.desk.read() as tx:
        told = [(each.actor, each.action) for each in audit.of(tx, "user", user.id)][-6:]
    by = [user.id, user.id, user.id, row_of(house, admin).id, user.id, "test"]
    assert told == list(zip(by, ["set-second-factor", "drop-second-factor"] * 3, strict=True))


def test_nobody_but_an_admin_takes_away_that_of_another(house: House) -> None:
    _, email, _ = entered(house)
    browser = Browser(house)
    joined(browser, "operations")
    assert browser.do(f"/users/{row_of(house, email).id}/factor/off").status_code == 403
    assert row_of(house, email).totp is not None


def test_who_gave_the_password_long_ago_gives_it_again_first(house: House) -> None:
    browser = Browser(house)
    email = joined(browser)
    clock.ahead += 11 * MINUTE
    assert "Your password again" in browser.do("/account/factor/begin").text
    assert "A second factor" in browser.do("/account/factor/begin", _password=PASSWORD).text
    set_up(browser)
    clock.ahead += 11 * MINUTE
    assert "Your password again" in browser.do("/account/factor/off").text
    assert row_of(house, email).totp is not None


def test_a_house_without_a_key_offers_none(empty_house: House) -> None:
    browser = Browser(empty_house)
    joined(browser)
    assert browser.do("/account/factor/begin").status_code == 404
    assert "Second factor" not in browser.see("/account").text


def test_behind_tls_an_admin_without_one_gets_to_their_own_account_and_nowhere_else(
    database_url: str, sealed: Sealed
) -> None:
    for house in running(database_url, now=clock, sealing=sealed, secure=True):
        admin, ops = (token_for(house.desk, role) for role in (Role.ADMIN, Role.OPERATIONS))
        ways = ("/inbox", "/users", "/", "/account")
        assert [_led(house, ops, way) for way in ("/inbox", "/account")] == ["", ""]
        assert [_led(house, admin, way) for way in ways] == ["/account", "/account", "/account", ""]
        with house.desk.database.write() as tx:
            tx.run(Statement("UPDATE user_account SET totp = ? WHERE role = 'admin'"), (b"sealed",))
        clock.ahead += PAST
        assert [_led(house, admin, way) for way in ways] == ["", "", "/inbox", ""]


def _led(house: House, token: str, path: str) -> str:
    """Where a page sends whoever opens it; empty when it opens."""
    headers = {"Accept": "text/html", "Cookie": f"{COOKIE}={token}"}
    answer = httpx2.get(f"{house.url}{path}", headers=headers, follow_redirects=False, trust_env=False)
    assert answer.status_code in (200, 303), (path, answer.status_code)
    return answer.headers.get("location", "")
