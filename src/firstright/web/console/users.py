"""Users, for admins: who may sign in as what, invitations, links for who forgot a password, and keeping somebody out.

A link is on the page that made it and nowhere else. Whoever changes something has given their password lately.
"""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response

from firstright import wiring
from firstright.core.authority import Right, Role
from firstright.desk.access.secondfactor import DropFactor
from firstright.desk.access.users import ChangeRole, Disable, Enable, Invite, NewUser, Reset, done
from firstright.desk.writer import Work
from firstright.errors import FirstrightError, NotFound, Refused
from firstright.intake.strict import Field, Fields
from firstright.storage import sessions, users
from firstright.storage.users import UserRow
from firstright.web.console.form import Form, Posted, is_wrong, judged, problems_of, refused
from firstright.web.console.signing import Doors
from firstright.web.console.visit import Visit
from firstright.web.paging import cut
from firstright.web.problems import away
from firstright.web.request import queried, read_head

PAGE = 100
_MANAGE = Right.MANAGE_USERS
_INVITE = {
    "email": Field(required=True, most=254),
    "name": Field(required=True, most=100),
    "role": Field(required=True, among=tuple(Role)),
    "rep": Field(),
}
_ROLE = {"role": Field(required=True, among=tuple(Role)), "rep": Field()}
_NOTHING: Fields = {}
ROLES = {
    Role.REP: "Rep: their own leads",
    Role.MANAGER: "Manager: their people's leads too",
    Role.OPERATIONS: "Operations: every lead, imports",
    Role.ADMIN: "Admin: users as well",
}
Change = Callable[[str, Visit], Work[UserRow | FirstrightError]]


def user_pages(doors: Doors) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    room = doors.room

    @router.get("/users")
    def everybody(request: Request) -> Response:
        read_head(request.scope, frozenset({"after"}))
        after = queried(request.scope).get("after", "")
        return _everybody(doors, room.enter(request, _MANAGE), Form(), after=after)

    @router.post("/users")
    def invite(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, _MANAGE)
        if page := doors.asked_again(request, room.session(request), given, _MANAGE):
            return page
        read = judged(given, _INVITE)
        if is_wrong(read):
            return _everybody(doors, visit, Form(given, problems_of(read)), 422)
        token = wiring.new_token()
        wanted = NewUser(given["email"], given["name"], given["role"], given.get("rep", ""))
        try:
            user = done(room.desk.writer, Invite(wanted, token, visit.actor))
        except Refused as refusal:
            return _everybody(doors, visit, refused(given, refusal.reasons), 422)
        return _link(doors, request, visit, user, token)

    @router.get("/users/{user_id}")
    def somebody(request: Request, user_id: str) -> Response:
        read_head(request.scope)
        return _somebody(doors, room.enter(request, _MANAGE), user_id, Form())

    _changes(router, doors)
    return router


def _changes(router: APIRouter, doors: Doors) -> None:
    @router.post("/users/{user_id}/role")
    def role(request: Request, user_id: str, given: Posted) -> Response:
        def change(user: str, visit: Visit) -> ChangeRole:
            return ChangeRole(user, given["role"], given.get("rep", ""), visit.actor)

        return _changed(doors, request, user_id, given, change, "The role is changed.", _ROLE)

    @router.post("/users/{user_id}/disable")
    def disable(request: Request, user_id: str, given: Posted) -> Response:
        said = "Disabled, and signed out everywhere."
        return _changed(doors, request, user_id, given, lambda user, visit: Disable(user, visit.actor), said)

    @router.post("/users/{user_id}/enable")
    def enable(request: Request, user_id: str, given: Posted) -> Response:
        said = "They may sign in again."
        return _changed(doors, request, user_id, given, lambda user, visit: Enable(user, visit.actor), said)

    @router.post("/users/{user_id}/factor/off")
    def drop_factor(request: Request, user_id: str, given: Posted) -> Response:
        said = "Their password alone is enough again."
        return _changed(
            doors, request, user_id, given, lambda user, visit: DropFactor(user, visit.actor), said
        )

    @router.post("/users/{user_id}/link")
    def link(request: Request, user_id: str, given: Posted) -> Response:
        token = wiring.new_token()

        def change(user: str, visit: Visit) -> Reset:
            return Reset(user, token, visit.actor)

        return _changed(doors, request, user_id, given, change, "", token=token)


def _changed(
    doors: Doors,
    request: Request,
    user_id: str,
    given: dict[str, str],
    change: Change,
    said: str,
    fields: Fields = _NOTHING,
    *,
    token: str = "",
) -> Response:
    """One change of one user: asked for, proved, done, said. With a `token`, the page of its link."""
    room = doors.room
    visit = room.enter_to_change(request, given, _MANAGE)
    if page := doors.asked_again(request, room.session(request), given, _MANAGE):
        return page
    read = judged(given, fields)
    if is_wrong(read):
        return _somebody(doors, visit, user_id, Form(given, problems_of(read)), 422)
    try:
        user = done(room.desk.writer, change(user_id, visit))
    except Refused as refusal:
        return _somebody(doors, visit, user_id, refused(given, refusal.reasons), 422)
    except NotFound:
        raise _nobody() from None
    room.gate.forget()
    if token:
        return _link(doors, request, visit, user, token)
    return room.done(f"/users/{user.id}", said)


def _everybody(doors: Doors, visit: Visit, form: Form, status: int = 200, *, after: str = "") -> Response:
    with doors.room.desk.read() as tx:
        rows, seen = users.users(tx), sessions.last_seen(tx)
    rows.sort(key=lambda user: (user.name.casefold(), user.email))
    begin = next((place for place, user in enumerate(rows, start=1) if user.id == after), 0)
    shown, last = cut(rows[begin:], PAGE)
    return doors.room.page(
        visit,
        "users.html",
        status=status,
        here="/users",
        form=form,
        users=shown,
        following=last.id if last else "",
        began=begin == 0,
        seen=seen,
        roles=list(ROLES.items()),
        reps=_reps(visit),
    )


def _somebody(doors: Doors, visit: Visit, user_id: str, form: Form, status: int = 200) -> Response:
    with doors.room.desk.read() as tx:
        user = users.user(tx, user_id)
        seen = sessions.last_seen(tx).get(user_id)
    if user is None:
        raise _nobody()
    return doors.room.page(
        visit,
        "user.html",
        status=status,
        here="/users",
        form=form,
        user=user,
        seen=seen,
        roles=list(ROLES.items()),
        reps=_reps(visit),
    )


def _link(doors: Doors, request: Request, visit: Visit, user: UserRow, token: str) -> Response:
    url = f"{doors.room.gate.url(request)}/set-up/{token}"
    return doors.room.page(visit, "user-link.html", here="/users", user=user, url=url)


def _reps(visit: Visit) -> list[tuple[str, str]]:
    known = visit.roster.document.reps if visit.roster else ()
    return [(rep.id, rep.name or rep.id) for rep in known]


def _nobody() -> Exception:
    return away(404, "not_found", "there is no such user")
