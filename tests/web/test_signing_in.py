"""Signing in, staying signed in, and being sent away: the doors of the console, on both databases, with a clock of our own."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import count

import argon2
import httpx2
import pytest

from firstright.desk.access.userasked import ResetAsked, SetUpAsked, StateAsked
from firstright.desk.access.users import ChangeRole, done
from firstright.storage import sessions, users
from firstright.storage.statement import Statement
from web.browser import (
    HOUR,
    MINUTE,
    NEW,
    PASSWORD,
    PAST,
    Browser,
    Clock,
    admit,
    joined,
    link,
    people,
    row_of,
    said,
)
from web.houses import House, running

clock = Clock()


@pytest.fixture(autouse=True)
def _on_time() -> Iterator[None]:
    yield
    clock.ahead = timedelta(0)
    Browser.close_all()


@pytest.fixture(scope="module")
def house(shared_url: str) -> Iterator[House]:
    """Its console goes by `clock`; a module's tests share it, each with users of their own."""
    yield from running(shared_url, now=clock)


Opens = Callable[..., Browser]


@pytest.fixture
def opens(house: House) -> Opens:
    """Opens a browser."""
    return partial(Browser, house)


# -- Links --


def test_an_invitation_sets_a_password_signs_in_and_is_used_up(house: House, opens: Opens) -> None:
    email, invitation = link(house)
    bo = opens()
    for _ in range(3):
        page = bo.see(invitation)  # looking at it, or having it looked at by a mail filter, uses nothing up
        assert (page.status_code, email in page.text) == (200, True)
    answer = bo.send(invitation, password=PASSWORD, again=PASSWORD)
    assert (answer.status_code, answer.headers["location"], bo.is_in) == (303, "/", True)
    eve = opens()
    assert eve.see(invitation).status_code == 410
    again = eve.send(invitation, password=NEW, again=NEW)
    assert (again.status_code, "used before" in again.text, eve.is_in) == (410, True, False)
    assert eve.sign_in(email, NEW).status_code == 403
    assert opens().sign_in(email).status_code == 303


def test_an_invitation_is_too_old_after_a_day(house: House, opens: Opens) -> None:
    email, invitation = link(house)
    clock.ahead = 24 * HOUR + MINUTE
    for answer in (opens().see(invitation), opens().send(invitation, password=PASSWORD, again=PASSWORD)):
        assert (answer.status_code, "too old" in answer.text) == (410, True)
    assert row_of(house, email).state == "invited"


def test_a_link_that_somebody_made_up_is_gone_like_any_other(opens: Opens) -> None:
    for token in ("x", "A" * 43, "%F0%9F%94%91", "a" * 5_000):
        assert opens().see(f"/set-up/{token}").status_code == 410


@pytest.mark.parametrize(
    ("password", "again", "wrong"),
    [
        ("short", "short", ["has 5 characters and needs 12 or more"]),
        (PASSWORD, NEW, ["is not the same"]),
        ("", "", ["is required", "is required"]),
    ],
)
def test_a_password_that_is_not_taken_leaves_the_link_as_it_was(
    house: House, opens: Opens, password: str, again: str, wrong: list[str]
) -> None:
    _, invitation = link(house)
    browser = opens()
    answer = browser.send(invitation, password=password, again=again)
    assert (answer.status_code, said(answer)) == (422, wrong)
    assert password == "" or password not in answer.text
    assert browser.send(invitation, password=PASSWORD, again=PASSWORD).status_code == 303


def test_the_first_admin_is_made_by_the_set_up_link_and_only_the_first(
    empty_house: House,
) -> None:
    browser, late = Browser(empty_house), Browser(empty_house)
    assert "This workspace is new" in browser.see("/sign-in").text
    first, second = (admit(empty_house, SetUpAsked()) for _ in range(2))
    assert browser.see(f"/set-up/{first}").status_code == 410  # the second took its place
    wrong = browser.send(f"/set-up/{second}", name=" ", email="ada", password=PASSWORD, again=PASSWORD)
    assert (wrong.status_code, len(said(wrong))) == (422, 1)
    wrong = browser.send(f"/set-up/{second}", name="Ada", email="ada", password=PASSWORD, again=PASSWORD)
    assert (wrong.status_code, [each[:20] for each in said(wrong)]) == (422, ["is no e-mail address"])
    given = {"name": "Ada", "email": "Ada@Ours.example", "password": PASSWORD, "again": PASSWORD}
    assert browser.send(f"/set-up/{second}", **given).status_code == 303
    assert browser.see("/users").status_code == 200
    assert late.send(f"/set-up/{second}", **given | {"email": "eve@ours.example"}).status_code == 410
    assert "This workspace is new" not in late.see("/sign-in").text


def test_a_reset_link_ends_every_session(house: House, opens: Opens) -> None:
    old, new = opens(), opens()
    email = joined(old)
    again = admit(house, ResetAsked(email))
    assert old.is_in
    assert new.send(f"/set-up/{again}", password=NEW, again=NEW).status_code == 303
    clock.ahead = PAST
    assert (old.is_in, new.is_in) == (False, True)
    assert opens().sign_in(email).status_code == 403


# -- Signing in --


def test_who_signs_in_goes_where_they_wanted(opens: Opens) -> None:
    browser = opens()
    email = joined(browser)
    browser.do("/sign-out")
    sent = browser.see("/users")
    assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=%2Fusers")
    page = browser.see("/sign-in?next=%2Fusers")
    assert 'name="next" value="/users"' in page.text
    answer = browser.sign_in(email.upper(), next="/users")
    assert (answer.status_code, answer.headers["location"]) == (303, "/users")
    assert browser.see("/sign-in?next=%2Fteam").headers["location"] == "/team"


def test_a_page_whose_address_no_header_can_hold_is_still_gone_to(opens: Opens) -> None:
    browser = opens()
    email = joined(browser)
    assert browser.see("/sign-in?next=%2Fsearch%3Fq%3D%E2%82%AC").headers["location"] == "/search?q=%E2%82%AC"
    browser.do("/sign-out")
    assert browser.sign_in(email, next="/inbox/€").headers["location"] == "/inbox/%E2%82%AC"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
     "evil", "/\t/evil.example", "/sign-in?next=/x", "/a\\b", "/" + "x" * 500],
)  # fmt: skip
def test_nobody_is_sent_to_another_place_after_signing_in(opens: Opens, elsewhere: str) -> None:
    browser = opens()
    email = joined(browser)
    browser.do("/sign-out")
    answer = browser.sign_in(email, next=elsewhere)
    assert (answer.status_code in (303, 422), answer.headers.get("location", "/")) == (True, "/")


def test_the_cookie_is_for_this_server_alone_and_the_database_has_a_digest(
    house: House, opens: Opens
) -> None:
    browser = opens()
    email = joined(browser)
    answer = opens().sign_in(email)
    [cookie] = [each for each in answer.headers.get_list("set-cookie") if each.startswith("firstright=")]
    assert re.fullmatch("firstright=[A-Za-z0-9_-]{43}; HttpOnly; Max-Age=43200; Path=/; SameSite=lax", cookie)
    with house.desk.read() as tx:
        rows = str(tx.all(Statement("SELECT * FROM session")))
    assert browser.cookie not in rows and browser.cookie.encode().hex() not in rows


def test_signing_in_again_takes_a_new_token_and_ends_the_old_one(opens: Opens) -> None:
    browser, thief = opens(), opens()
    email = joined(browser)
    old = browser.cookie
    assert browser.sign_in(email).status_code == 303
    assert browser.cookie not in ("", old)
    thief.keep(old)
    clock.ahead = PAST
    assert (thief.is_in, browser.is_in) == (False, True)


def test_a_token_that_somebody_brings_along_is_never_taken_over(opens: Opens) -> None:
    """Who plants a cookie in a browser before its user signs in has nothing afterwards."""
    browser, planted = opens(), "p" * 43
    email = joined(opens())
    browser.keep(planted)
    browser.sign_in(email)
    eve = opens()
    eve.keep(planted)
    assert (browser.is_in, eve.is_in) == (True, False)


def test_an_unknown_user_a_wrong_password_and_a_disabled_one_are_told_the_same(
    house: House, opens: Opens
) -> None:
    joined(opens())  # an admin stays
    email, gone = joined(opens()), joined(opens())
    _, invitation = link(house)
    invited = re.findall(r"p\d+@ours.example", opens().see(invitation).text)[0]
    admit(house, StateAsked(gone, enabled=False))
    told = set()
    for address, password in (
        (email, "not the password"),
        ("nobody@ours.example", PASSWORD),
        (gone, PASSWORD),
        (invited, PASSWORD),
        ("no address", PASSWORD),
        (email, "x" * 1_500),
    ):
        answer = opens().sign_in(address, password)
        told.add((answer.status_code, answer.text.replace(address, "")))
        assert said(answer) == ["This address and password do not go together."]
    assert len(told) == 1


def test_every_sign_in_costs_one_hash_known_or_not(
    house: House, opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes the time is the hash: it is made for nobody, too."""
    verified = count()
    real = argon2.PasswordHasher.verify

    def counted(self: argon2.PasswordHasher, hash: str, password: bytes) -> bool:
        next(verified)
        return real(self, hash, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", counted)
    email = joined(opens())
    _, invitation = link(house)
    invited = re.findall(r"p\d+@ours.example", opens().see(invitation).text)[0]
    costs = []
    for address in (email, "nobody@ours.example", invited, "no address"):
        before = next(verified)
        opens().sign_in(address, "not the password")
        costs.append(next(verified) - before - 1)
    assert costs == [1, 1, 1, 1]


def test_who_guesses_waits_longer_and_longer_and_is_let_in_when_the_wait_is_over(opens: Opens) -> None:
    browser, other = opens(), opens()
    email, another = joined(browser), joined(other)
    browser.do("/sign-out")
    for _ in range(7):
        answer = browser.sign_in(email, "wrong wrong wrong")
        clock.ahead += timedelta(seconds=3) if answer.status_code == 429 else timedelta(0)
    assert answer.status_code in (403, 429)
    while answer.status_code == 403:
        answer = browser.sign_in(email, "wrong wrong wrong")
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) > 0
    assert "Too many wrong passwords" in said(answer)[0]
    assert browser.sign_in(email).status_code == 429  # the right one, too
    assert opens().sign_in(another).status_code == 303  # somebody else does not wait
    clock.ahead += MINUTE
    assert browser.sign_in(email).status_code == 303


def test_who_guesses_behind_the_same_proxy_makes_nobody_else_wait(opens: Opens) -> None:
    ours, theirs = opens(X_Forwarded_For="192.0.2.7"), opens(X_Forwarded_For="203.0.113.9")
    email = joined(ours)
    ours.do("/sign-out")
    for _ in range(8):
        answer = theirs.sign_in(email, "wrong wrong wrong")
    assert (answer.status_code, ours.sign_in(email).status_code) == (429, 303)


def test_a_form_with_fields_nobody_knows_is_refused(opens: Opens) -> None:
    assert opens().sign_in("a@b.example", role="admin").status_code == 400


# -- How long --


def test_an_hour_without_a_request_ends_a_session_and_a_request_in_between_does_not(opens: Opens) -> None:
    idle, busy = opens(), opens()
    joined(idle), joined(busy)
    clock.ahead = 59 * MINUTE
    assert busy.is_in
    clock.ahead = 61 * MINUTE
    assert (idle.is_in, busy.is_in) == (False, True)


def test_a_session_ends_after_twelve_hours_however_busy(opens: Opens) -> None:
    browser = opens()
    joined(browser)
    for hours in range(1, 24):
        clock.ahead = hours * HOUR / 2
        assert browser.is_in
    clock.ahead = 12 * HOUR + MINUTE
    assert not browser.is_in


def test_who_signs_out_is_out(opens: Opens) -> None:
    browser, copy = opens(), opens()
    joined(browser)
    copy.keep(browser.cookie)
    answer = browser.do("/sign-out")
    assert (answer.status_code, answer.headers["location"], browser.cookie) == (303, "/sign-in", "")
    assert not copy.is_in  # the token is worth nothing, wherever it was copied to


def test_a_changed_password_ends_every_other_session_and_takes_a_new_token(opens: Opens) -> None:
    here, there = opens(), opens()
    email = joined(here)
    there.sign_in(email)
    old = here.cookie
    assert there.is_in
    answer = here.do("/account/password", old=PASSWORD, password=NEW, again=NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert (here.is_in, there.is_in, here.cookie == old) == (True, False, False)
    assert opens().sign_in(email).status_code == 403
    assert opens().sign_in(email, NEW).status_code == 303


def test_a_password_is_changed_by_who_knows_it(house: House, opens: Opens) -> None:
    browser = opens()
    email = joined(browser)
    before = row_of(house, email).password_hash
    answer = browser.do("/account/password", old="not the password", password=NEW, again=NEW)
    assert (answer.status_code, said(answer)) == (403, ["is not your password"])
    answer = browser.do(
        "/account/password", old=PASSWORD, password="Person 1 person", again="Person 1 person"
    )
    assert (answer.status_code, len(said(answer))) == (422, 1)
    assert row_of(house, email).password_hash == before


def test_whoever_is_disabled_is_out_at_the_next_request(house: House, opens: Opens) -> None:
    joined(opens())
    browser = opens()
    email = joined(browser)
    assert browser.is_in
    admit(house, StateAsked(email, enabled=False))
    clock.ahead = PAST
    assert not browser.is_in
    admit(house, StateAsked(email, enabled=True))
    clock.ahead = 2 * PAST
    assert not browser.is_in  # the session stays ended
    assert browser.sign_in(email).status_code == 303


def test_a_changed_role_counts_at_the_next_request(house: House, opens: Opens) -> None:
    joined(opens())
    browser = opens()
    email = joined(browser)
    assert browser.see("/users").status_code == 200
    done(house.desk.writer, ChangeRole(row_of(house, email).id, "operations", "", "test"))
    clock.ahead = PAST
    assert (browser.see("/users").status_code, browser.is_in) == (403, True)


def test_ones_own_sessions_are_listed_and_ended_one_by_one_or_all_others(house: House, opens: Opens) -> None:
    here, phone, stranger = opens(), opens(User_Agent="Mozilla/5.0 (iPhone) Safari/605.1"), opens()
    email = joined(here)
    joined(stranger)
    phone.sign_in(email)
    page = here.see("/account").text
    assert "Firefox on Linux" in page and "Safari on iPhone" in page and "this one" in page
    [other] = re.findall('name="session" value="([0-9a-f]{64})"', page)
    stranger.do("/account/sessions/end", session=other)
    assert phone.is_in  # a session is ended by whose it is
    here.do("/account/sessions/end", session=other)
    assert (phone.is_in, here.is_in) == (False, True)
    phone.sign_in(email)
    here.do("/account/sessions/end-others")
    assert (phone.is_in, here.is_in) == (False, True)
    assert here.do("/account/sessions/end", session="zz").status_code == 400
    with house.desk.read() as tx:
        assert len(sessions.of_user(tx, row_of(house, email).id)) == 1


# -- Forms of others --


def test_a_form_without_a_token_with_a_wrong_one_or_with_another_sessions_changes_nothing(
    house: House, opens: Opens
) -> None:
    browser, other = opens(), opens()
    email = joined(browser)
    joined(other)
    second = opens()
    second.sign_in(email)  # the same user in another session
    user = row_of(house, email).id
    for token in ("", "0" * 64, other.token, second.token, "ä", browser.token[:-1]):
        for path, fields in (
            ("/sign-out", {}),
            (f"/users/{user}/disable", {}),
            ("/account/sessions/end-others", {}),
        ):
            assert browser.send(path, _csrf=token, **fields).status_code == 403
        assert (
            browser.send("/users", _csrf=token, email="x@y.example", name="X", role="admin").status_code
            == 403
        )
    assert browser.send("/sign-out", next="/").status_code == 403
    assert (browser.is_in, second.is_in, row_of(house, email).state) == (True, True, "active")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
        {"Origin": ""},
    ],
)
def test_a_form_from_another_site_changes_nothing_even_with_the_token(
    house: House, opens: Opens, headers: dict[str, str]
) -> None:
    browser = opens()
    email = joined(browser)
    _, invitation = link(house)
    assert browser.do("/sign-out", headers).status_code == 403
    assert opens().send("/sign-in", headers, email=email, password=PASSWORD).status_code == 403
    assert opens().send(invitation, headers, password=PASSWORD, again=PASSWORD).status_code == 403
    assert browser.is_in


def test_a_program_that_says_nothing_of_where_it_comes_from_signs_nobody_in(house: House) -> None:
    body = b"email=a%40b.example&password=x"
    head = f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{house.port}\r\nContent-Type: application/x-www-form-urlencoded\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    assert house.raw(head.encode() + body).startswith(b"HTTP/1.1 403 ")


def test_a_browser_that_hides_its_origin_but_says_it_is_ours_is_heard(opens: Opens) -> None:
    browser = opens()
    joined(browser)
    hidden = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
    assert browser.do("/account/sessions/end-others", hidden).status_code == 303


@pytest.mark.parametrize(
    "name", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "[::1", "10.0.0.1"]
)
def test_under_a_name_that_is_not_ours_there_is_no_console(house: House, opens: Opens, name: str) -> None:
    browser = opens()
    joined(browser)
    headers = {"Host": name, "Origin": f"http://{name}", "Cookie": f"firstright={browser.cookie}"}
    with httpx2.Client(base_url=house.url, headers=headers, trust_env=False) as client:
        assert client.get("/account").status_code == 400
        assert client.get("/sign-in").status_code == 400
        assert client.get("/pulse").status_code == 400
        assert client.post("/sign-in", data={"email": "a@b.example", "password": "x"}).status_code == 400


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST", "127.0.0.2"])
def test_this_machine_has_several_names_for_itself_at_any_port(house: House, name: str) -> None:
    with httpx2.Client(base_url=house.url, trust_env=False) as client:
        for host in (name, f"{name}:{house.port}", f"{name}:9999"):
            assert client.get("/sign-in", headers={"Host": host}).status_code == 200


def test_another_sites_name_that_points_here_learns_no_figures(house: House) -> None:
    """A page that has its own name point at this machine is asked as if it came from outside: with a key."""
    with httpx2.Client(base_url=house.url, trust_env=False) as client:
        assert client.get("/metrics").status_code == 200
        for path in ("/metrics", "/openapi.json"):
            assert client.get(path, headers={"Host": "evil.example"}).status_code == 401


# -- Users, by admins --


def test_an_admin_invites_and_the_link_is_shown_once(house: House, opens: Opens) -> None:
    browser, bo = opens(), opens()
    joined(browser)
    rep = house.desk.roster.document.reps[0].id if house.desk.roster else ""
    email = f"bo{next(people)}@ours.example"
    page = browser.do("/users", email=email, name="Bo <b>", role="rep", rep=rep)
    assert (page.status_code, "Bo &lt;b&gt;" in page.text, "Bo <b>" in page.text) == (200, True, False)
    [url] = re.findall(r'<pre id="link"[^>]*>(\S+)</pre>', page.text)
    assert url.startswith(house.url + "/set-up/")
    assert url.rpartition("/")[2] not in browser.see("/users").text
    assert bo.send(url.removeprefix(house.url), password=PASSWORD, again=PASSWORD).status_code == 303
    assert bo.see("/users").status_code == 403
    invited = row_of(house, email)
    assert (invited.role, invited.rep, invited.state) == ("rep", rep, "active")
    page = browser.do("/users", email=email, name="Bo", role="rep", rep="")
    assert (page.status_code, said(page)) == (422, ["a rep is somebody in the roster: say who"])
    page = browser.do("/users", email=email, name="Bo", role="rep", rep=rep)
    assert (page.status_code, said(page)) == (422, ["somebody with this address is a user already"])


def test_an_admin_changes_roles_makes_links_and_keepspeople_out(house: House, opens: Opens) -> None:
    browser, bo = opens(), opens()
    joined(browser)
    email = joined(bo, "operations")
    user = row_of(house, email)
    assert browser.see(f"/users/{user.id}").status_code == 200
    assert (
        browser.do(f"/users/{user.id}/role", role="admin", rep="").headers["location"] == f"/users/{user.id}"
    )
    assert row_of(house, email).role == "admin"
    page = browser.do(f"/users/{user.id}/link")
    assert re.search(r'<pre id="link"', page.text)
    assert browser.do(f"/users/{user.id}/disable").status_code == 303
    assert (row_of(house, email).state, bo.is_in) == ("disabled", False)
    page = browser.do(f"/users/{user.id}/link")
    assert (page.status_code, said(page)) == (422, ["This user is disabled: enable them first."])
    assert browser.do(f"/users/{user.id}/enable").status_code == 303
    assert row_of(house, email).state == "active"
    for path in ("/users/nobody", f"/users/{'0' * 8}-0000-7000-8000-{'0' * 12}"):
        assert browser.see(path).status_code == 404
        assert browser.do(f"{path}/disable").status_code == 404


@pytest.mark.parametrize("role", ["operations", "manager", "rep"])
def test_nobody_but_an_admin_sees_or_changes_users(house: House, opens: Opens, role: str) -> None:
    rep = house.desk.roster.document.reps[0].id if house.desk.roster else ""
    browser = opens()
    email = joined(browser, role, "" if role == "operations" else rep)
    user = row_of(house, email).id
    for path in ("/users", f"/users/{user}"):
        assert browser.see(path).status_code == 403
    sent = [browser.do(f"/users/{user}/{what}") for what in ("disable", "enable", "link")]
    sent += [browser.do(f"/users/{user}/role", role="admin", rep="")]
    sent += [browser.do("/users", email="eve@ours.example", name="Eve", role="admin", rep="")]
    assert [answer.status_code for answer in sent] == [403] * 5
    assert row_of(house, email).role == role


def test_who_gave_the_password_long_ago_gives_it_again_and_the_form_is_not_lost(
    house: House, opens: Opens
) -> None:
    browser = opens()
    joined(browser)
    email = f"cleo{next(people)}@ours.example"
    form = {"email": email, "name": "Cleo", "role": "operations", "rep": ""}
    clock.ahead = 11 * MINUTE
    page = browser.do("/users", **form)
    assert (page.status_code, "Your password again" in page.text, f'value="{email}"' in page.text) == (
        200,
        True,
        True,
    )
    with house.desk.read() as tx:
        assert users.by_email(tx, email) is None
    page = browser.do("/users", **form, _password="not the password")
    assert (page.status_code, said(page)) == (403, ["is not your password"])
    page = browser.do("/users", **form, _password=PASSWORD)
    assert (page.status_code, '<pre id="link"' in page.text) == (200, True)
    assert row_of(house, email).state == "invited"
    clock.ahead = 20 * MINUTE
    assert "Your password again" not in browser.do(f"/users/{row_of(house, email).id}/link").text
    clock.ahead = 22 * MINUTE
    assert "Your password again" in browser.do(f"/users/{row_of(house, email).id}/link").text


def test_a_page_of_refusal_says_in_its_header_what_can_be_done(opens: Opens) -> None:
    answer = opens().see("/sign-out")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert "text/html" in answer.headers["content-type"]


def test_pages_for_nobody_carry_the_same_headers_as_all_others(opens: Opens) -> None:
    for path in ("/sign-in", "/set-up/x"):
        headers = opens().see(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "same-origin")
        assert "strict-transport-security" not in headers  # no TLS here


def test_behind_tls_cookies_are_secure_and_bound_to_the_host_and_plain_http_is_no_origin(
    database_url: str,
) -> None:
    name = "leads.ours.example"
    for house in running(database_url, secure=True, own_hosts=frozenset({name})):
        browser = Browser(house, Host=name, Origin=f"https://{name}")
        token = admit(house, SetUpAsked())
        given = {"name": "Ada", "email": "ada@ours.example", "password": PASSWORD, "again": PASSWORD}
        assert browser.send(f"/set-up/{token}", {"Origin": f"http://{name}"}, **given).status_code == 403
        answer = browser.send(f"/set-up/{token}", **given)
        [cookie] = [each for each in answer.headers.get_list("set-cookie") if "__Host-" in each]
        assert re.fullmatch(
            "__Host-firstright=[A-Za-z0-9_-]{43}; HttpOnly; Max-Age=43200; Path=/; SameSite=lax; Secure",
            cookie,
        )
        assert answer.headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
        kept = {"Cookie": cookie.partition(";")[0]}
        [csrf] = re.findall(
            'name="csrf" content="([0-9a-f]+)"', browser._line.get("/account", headers=kept).text
        )
        invited = {"_csrf": csrf, "email": "bo@ours.example", "name": "Bo", "role": "admin", "rep": ""}
        assert f"https://{name}/set-up/" in browser.send("/users", kept, **invited).text
        assert browser.send("/sources/new", kept, _csrf=csrf, name="fair").status_code == 303
        page = browser._line.get("/sources/one?name=fair", headers=kept).text
        assert (
            f"https://{name}/forms.js" in page
        )  # what is put on other pages must not be asked for in the clear
