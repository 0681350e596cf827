"""One's own account: who one is here, where one is signed in, and another password."""

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.desk.access.passwords import Crowded
from firstright.desk.access.signin import TooSoon, WrongPassword
from firstright.desk.access.users import ChangePassword, done
from firstright.errors import Refused
from firstright.intake.strict import Field
from firstright.storage import sessions, users
from firstright.web.console.form import Form, Posted, is_wrong, judged, problems_of, refused
from firstright.web.console.gate import in_force
from firstright.web.console.signing import LONG, NEW_PASSWORD, Doors, said_of, status_of
from firstright.web.console.visit import Visit
from firstright.web.problems import away
from firstright.web.request import caller, read_head

_CHANGE = {"old": Field(required=True, most=LONG), **NEW_PASSWORD}
_END = {"session": Field(required=True, most=64)}


def account_pages(doors: Doors) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    room = doors.room

    @router.get("/account")
    def account(request: Request) -> Response:
        read_head(request.scope)
        return _account(doors, request, room.enter(request, Right.SEE_LEADS), Form())

    @router.post("/account/password")
    def change_password(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.SEE_LEADS)
        read = judged(given, _CHANGE)
        if is_wrong(read):
            return _account(doors, request, visit, Form(problems=problems_of(read)), 422)
        session = room.session(request)
        try:
            doors.signing.prove(visit.actor.user, session.digest, given["old"], origin=caller(request))
            kept = doors.hashed(dict(read), visit.actor.name, visit.email)
            if isinstance(kept, dict):
                return _account(doors, request, visit, Form(problems=kept), 422)
            user = done(room.desk.writer, ChangePassword(visit.actor.user, kept))
            room.gate.forget()
            return doors.let_in(
                request,
                user,
                "/account",
                "Your password is changed. You are signed out everywhere else.",
                coded=True,
            )
        except (WrongPassword, TooSoon, Crowded) as refusal:
            form = Form(problems={"old": said_of(refusal, "is not your password")})
            return _account(doors, request, visit, form, status_of(refusal))
        except Refused as refusal:
            return _account(doors, request, visit, refused(dict.fromkeys(given, ""), refusal.reasons), 422)

    @router.post("/account/sessions/end")
    def end(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.SEE_LEADS)
        found = judged(given, _END)
        ended = not is_wrong(found) and doors.signing.sign_out(_digest(given["session"]), visit.actor.user)
        room.gate.forget()
        return room.done("/account", "That browser is signed out." if ended else "It was signed out before.")

    @router.post("/account/sessions/end-others")
    def end_others(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.SEE_LEADS)
        judged(given, {})
        n = doors.signing.sign_out_others(room.session(request).digest, visit.actor.user)
        room.gate.forget()
        return room.done("/account", "Signed out everywhere else." if n else "There was nothing to sign out.")

    return router


def _account(doors: Doors, request: Request, visit: Visit, form: Form, status: int = 200) -> Response:
    room = doors.room
    now, here = room.now(), room.session(request).digest
    with room.desk.read() as tx:
        user = users.user(tx, visit.actor.user)
        rows = [row for row in sessions.of_user(tx, visit.actor.user) if in_force(row, now)]
    return room.page(
        visit,
        "account.html",
        status=status,
        here="/account",
        form=form,
        sessions=rows,
        current=here,
        offers_factor=doors.factor is not None,
        has_factor=user is not None and user.totp is not None,
    )


def _digest(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise away(400, "form.invalid", "this is no session of yours") from None
