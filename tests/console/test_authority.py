"""Who may open and do what at the console: every route by every role, and every kind of lead by whose it is. Taken literally:
a route without an entry here fails.
"""

from collections.abc import Iterator

import httpx2
import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from console.examples import held_by
from console.pages import BESIDE, PAGES
from console.visiting import PAGE, visitor
from firstright.core.authority import Actor, Role
from firstright.desk.assigning import Reassign
from firstright.storage.statement import Statement
from firstright.web.console.gate import Gate
from firstright.web.console.house import console
from firstright.wiring import now
from web.houses import House

REP, MANAGER, OPERATIONS, ADMIN = Role.REP, Role.MANAGER, Role.OPERATIONS, Role.ADMIN
EVERYBODY = frozenset(Role)
LEADING = frozenset({MANAGER, OPERATIONS, ADMIN})
RUNNING = frozenset({OPERATIONS, ADMIN})
ONLY_ADMIN = frozenset({ADMIN})
NOBODY_IN = frozenset(
    {"/sign-in", "/sign-in/code", "/sign-out", "/set-up/{token}"}
)  # open to whoever is not signed in

# A file is no form of fields, and whom one may pause is judged by the desk: test_operations, test_team_page.
ELSEWHERE_TESTED = frozenset(
    {"/imports/new", "/accounts/files/new", "/me/calendar", "/team/{rep_id}/pause", "/team/{rep_id}/resume"}
) | {
    f"/team/{{rep_id}}/{act}"
    for act in (
        "absences", "absences/end", "on", "on/end", "leave", "leave/end",  # test_attendance
        "hours", "hours/end", "calendar", "feed", "feed/end",  # test_attendance, test_calendars
    )
}  # fmt: skip

MAY_OPEN = {
    "/account": EVERYBODY,
    "/users": ONLY_ADMIN,
    "/users/{user_id}": ONLY_ADMIN,
    "/inbox": EVERYBODY,
    "/inbox/{tab}": EVERYBODY,
    "/leads/{lead_id}": EVERYBODY,
    "/tasks": EVERYBODY,
    "/leads/{lead_id}/what-if": LEADING,
    "/review": LEADING,
    "/review/{review_id}": LEADING,
    "/team": EVERYBODY,
    "/team/{rep_id}": EVERYBODY,
    "/pools/{pool_id}": EVERYBODY,
    "/agenda": EVERYBODY,
    "/me": frozenset({REP, MANAGER}),  # who is no rep has no turn
    "/policy": EVERYBODY,
    "/policy/score": EVERYBODY,
    "/policy/stewards": EVERYBODY,
    "/policy/repairs": RUNNING,
    "/policy/repairs/new": RUNNING,
    "/policy/repairs/{repair_id}": RUNNING,
    "/policy/repairs/previews/{preview_id}": RUNNING,
    "/policy/versions": EVERYBODY,
    "/policy/versions/{kind}": LEADING,  # of the roster: it says who was away and why
    "/policy/versions/{kind}/{number}": EVERYBODY,
    "/deliveries": RUNNING,
    "/deliveries/{tab}": RUNNING,
    "/providers": RUNNING,
    "/pipeline": LEADING,
    "/duplicates": LEADING,
    "/stuck": EVERYBODY,
    "/inbox/ended": EVERYBODY,
    "/hooks": RUNNING,
    "/hooks/{name}": RUNNING,
    "/hooks/{name}/events/{event_id}": RUNNING,
    "/duplicates/{one}/{other}": LEADING,
    "/search": EVERYBODY,
    "/reference": LEADING,
    "/sources": LEADING,
    "/sources/one": LEADING,
    "/sources/new": RUNNING,
    "/fields": LEADING,
    "/hygiene": LEADING,
    "/outreach": LEADING,
    "/sources/raw/{arrival_id}": LEADING,
    "/accounts": EVERYBODY,
    "/accounts/{account_id}": EVERYBODY,
    "/accounts/files": LEADING,
    "/accounts/files/new": RUNNING,
    "/accounts/files/look/{sha256}": RUNNING,
    "/imports": LEADING,
    "/imports/new": RUNNING,
    "/imports/map/{sha256}": RUNNING,
    "/imports/{import_id}": LEADING,
}
ELSEWHERE = {"/inbox/{tab}": "/inbox/queues"}  # some lists are not everybody's
MAY_DO = {
    "/account/password": EVERYBODY,
    "/account/sessions/end": EVERYBODY,
    "/account/sessions/end-others": EVERYBODY,
    "/account/factor/begin": EVERYBODY,
    "/account/factor": EVERYBODY,
    "/account/factor/off": EVERYBODY,
    "/users": ONLY_ADMIN,
    "/users/{user_id}/role": ONLY_ADMIN,
    "/users/{user_id}/disable": ONLY_ADMIN,
    "/users/{user_id}/enable": ONLY_ADMIN,
    "/users/{user_id}/factor/off": ONLY_ADMIN,
    "/users/{user_id}/link": ONLY_ADMIN,
    "/leads/{lead_id}/sequence-start": EVERYBODY,
    "/leads/{lead_id}/sequence-stop": EVERYBODY,
    "/leads/{lead_id}/consent": EVERYBODY,
    "/leads/{lead_id}/opt-out": EVERYBODY,
    "/me/pause": EVERYBODY,
    "/me/resume": EVERYBODY,
    "/me/absences": EVERYBODY,
    "/me/absences/end": EVERYBODY,
    "/me/on": EVERYBODY,
    "/me/on/end": EVERYBODY,
    "/me/presence": EVERYBODY,
    "/me/hours": EVERYBODY,
    "/me/hours/end": EVERYBODY,
    "/me/feed": EVERYBODY,
    "/me/feed/end": EVERYBODY,
    "/inbox/pools/{pool_id}/next": EVERYBODY,
    "/leads/{lead_id}/accept": EVERYBODY,
    "/leads/{lead_id}/claim": EVERYBODY,
    "/leads/{lead_id}/decline": EVERYBODY,
    "/leads/{lead_id}/return": EVERYBODY,
    "/leads/{lead_id}/engaged": EVERYBODY,
    "/leads/{lead_id}/touch": EVERYBODY,
    "/leads/{lead_id}/handoff": EVERYBODY,
    "/leads/{lead_id}/offer-accept": EVERYBODY,
    "/leads/{lead_id}/offer-decline": EVERYBODY,
    "/leads/{lead_id}/offer-withdraw": EVERYBODY,
    "/leads/{lead_id}/draft": EVERYBODY,
    "/leads/{lead_id}/draft-copied": EVERYBODY,
    "/leads/{lead_id}/task": EVERYBODY,
    "/leads/{lead_id}/task-end": EVERYBODY,
    "/leads/{lead_id}/task-later": EVERYBODY,
    "/leads/{lead_id}/tick": EVERYBODY,
    "/leads/{lead_id}/book": EVERYBODY,
    "/leads/{lead_id}/meeting-move": EVERYBODY,
    "/leads/{lead_id}/meeting-cancel": EVERYBODY,
    "/leads/{lead_id}/meeting-no-show": EVERYBODY,
    "/leads/{lead_id}/meeting-held": EVERYBODY,
    "/leads/{lead_id}/status": EVERYBODY,
    "/leads/{lead_id}/won": EVERYBODY,
    "/leads/{lead_id}/lost": EVERYBODY,
    "/leads/{lead_id}/disqualify": EVERYBODY,
    "/leads/{lead_id}/reopen": LEADING,
    "/leads/{lead_id}/convert": EVERYBODY,
    "/leads/{lead_id}/role": EVERYBODY,
    "/leads/{lead_id}/reassign": LEADING,
    "/leads/{lead_id}/reroute": LEADING,
    "/leads/{lead_id}/unmerge": LEADING,
    "/duplicates/{one}/{other}/same": LEADING,
    "/leads/{lead_id}/pause-clocks": EVERYBODY,
    "/leads/{lead_id}/resume-clocks": EVERYBODY,
    "/leads/{lead_id}/excuse": LEADING,
    "/stuck/{lead_id}": LEADING,
    "/misses/excuse": LEADING,
    "/duplicates/{one}/{other}/different": LEADING,
    "/credit-requests/{request_id}/approve": LEADING,
    "/policy/repairs": RUNNING,
    "/policy/repairs/{repair_id}/stop": RUNNING,
    "/policy/repairs/previews": RUNNING,
    "/policy/repairs/previews/{preview_id}/stop": RUNNING,
    "/policy/stewards/reviewed": EVERYBODY,
    "/credit-requests/{request_id}/refuse": LEADING,
    "/review/{review_id}/claim": LEADING,
    "/review/{review_id}/release": LEADING,
    "/review/{review_id}/decide": LEADING,
    "/deliveries/again": RUNNING,
    "/deliveries/jobs/again": RUNNING,
    "/deliveries/{name}/again": RUNNING,
    "/deliveries/jobs/{name}/again": RUNNING,
    "/accounts/files/look/{sha256}": RUNNING,
    "/imports/map/{sha256}": RUNNING,
    "/imports/{import_id}/stop": RUNNING,
    "/imports/{import_id}/resume": RUNNING,
    "/sources/new": RUNNING,
    "/sources/switch": RUNNING,
    "/sources/replay": RUNNING,
    "/fields/map": RUNNING,
    "/hygiene/alarms/end": RUNNING,
    "/hooks/{name}/switch": RUNNING,
    "/hooks/{name}/replay": RUNNING,
}


def test_every_route_has_an_entry(house: House) -> None:
    gate = Gate(house.desk, now, secure=False, own_hosts=frozenset())
    _, routers = console(house.desk, gate, now)
    found = [route for router in routers for route in _routes(router)]
    opened = {route.path for route in found if "GET" in route.methods}
    done = {route.path for route in found if "POST" in route.methods}
    assert opened - BESIDE - NOBODY_IN == set(MAY_OPEN)
    assert done - NOBODY_IN - ELSEWHERE_TESTED == set(MAY_DO)


def _routes(router: APIRouter) -> Iterator[APIRoute]:
    for route in router.routes:
        if inner := getattr(route, "original_router", None):
            yield from _routes(inner)
        elif isinstance(route, APIRoute):
            yield route


@pytest.mark.parametrize("route", sorted(MAY_OPEN))
def test_a_page_opens_for_those_it_is_for(house: House, route: str) -> None:
    path = ELSEWHERE.get(route) or next(page.path for page in PAGES if page.route == route)(house)
    allowed = set()
    for role, rep in SEATS.items():
        with visitor(house, role, rep) as who:
            answer = who.see(path)
        assert answer.status_code in (200, 303, 403, 404), (role, answer.status_code)
        if answer.status_code == 200 or "/leads/" in answer.headers.get("location", ""):
            allowed.add(role)
    assert allowed == MAY_OPEN[route]
    assert _asks_to_sign_in(house, path)


@pytest.mark.parametrize(
    ("page", "file", "for_whom"),
    [
        ("/imports/{import_id}", "/problems.csv", RUNNING),  # whole rows, whosever the leads are
        ("/policy/versions/{kind}/{number}", "/text", EVERYBODY),
    ],
)
def test_a_file_is_saved_by_those_it_is_for(
    house: House, page: str, file: str, for_whom: frozenset[Role]
) -> None:
    path = next(each.path for each in PAGES if each.route == page)(house) + file
    status = {}
    for role, rep in SEATS.items():
        with visitor(house, role, rep) as who:
            status[role] = who.see(path).status_code
    assert status == {role: 200 if role in for_whom else 403 for role in Role}
    assert _asks_to_sign_in(house, path)


@pytest.mark.parametrize("route", sorted(MAY_DO))
def test_nobody_does_what_is_not_theirs_nor_without_the_token_of_their_own_form(
    house: House, route: str
) -> None:
    path = _somewhere(route)
    for role, rep in SEATS.items():
        with visitor(house, role, rep) as who:
            assert who.post(path, csrf="").status_code == 403
            assert who.post(path, csrf="0" * 64).status_code == 403
            refused = who.post(path).status_code == 403
        assert refused == (role not in MAY_DO[route]), role


@pytest.mark.parametrize(
    ("holder", "seen_by"),
    [
        ("rep lena", EVERYBODY),  # the rep who looks, of the manager's team
        ("rep ada", LEADING),  # the manager herself
        ("rep dwayne", RUNNING),  # of another team
        ("queue reception", LEADING),  # it tells Ada alone
        ("none ", LEADING),
    ],
)
def test_a_lead_is_seen_by_those_whose_it_is(house: House, holder: str, seen_by: frozenset[Role]) -> None:
    lead = _held_by(house, holder)
    found = set()
    for role, rep in SEATS.items():
        with visitor(house, role, rep) as who:
            status = who.see(f"/leads/{lead}").status_code
        assert status in (200, 404), (role, status)
        if status == 200:
            found.add(role)
    assert found == seen_by


SEATS = {REP: "lena", MANAGER: "ada", OPERATIONS: "", ADMIN: ""}


def _held_by(house: House, holder: str) -> str:
    """A lead that this one has now; it is put there when there is none."""
    kind, _, name = holder.partition(" ")
    with house.desk.read() as tx:
        rows = tx.all(
            Statement(
                "SELECT id FROM lead WHERE holder_kind = ? AND holder_id = ? AND merged_into IS NULL"
                " AND status NOT IN ('won', 'lost', 'disqualified') LIMIT 1"  # those are seen by who had them
            ),
            (kind, name),
        )
    if rows:
        return str(rows[0][0])
    assert kind == "rep", holder
    lead = held_by(house.desk, "lena")[0].id
    admin = Actor("test", "Test", ADMIN)
    house.desk.act(Reassign(lead, admin, name, "for this test"))
    return lead


def _asks_to_sign_in(house: House, path: str) -> bool:
    answer = httpx2.get(f"{house.url}{path}", headers=PAGE, follow_redirects=False, trust_env=False)
    return answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")


def _somewhere(route: str) -> str:
    """The route with names nobody has: who may not, must be told so before anything is looked for."""
    names = {"{sha256}": "0" * 64}
    nobody = "00000000-0000-7000-8000-000000000000"
    return "/".join(names.get(part, nobody) if part.startswith("{") else part for part in route.split("/"))
