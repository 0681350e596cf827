"""Signing in and out, and the links that let in once: the only pages for somebody who is nobody yet.

Reading a link uses nothing up. Who signs in goes on to a page of ours, never to another place.
"""

import logging
from typing import Any  # what a template is given is of any type

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.desk.access.passwords import Crowded, Hasher, objection
from firstright.desk.access.secondfactor import SecondFactor
from firstright.desk.access.signin import ABSOLUTE, SigningIn, TooSoon, WrongPassword
from firstright.desk.access.users import Follow, LinkGone, SetUp, done, usable
from firstright.errors import BadConfiguration, Refused
from firstright.intake.strict import Field
from firstright.storage import users
from firstright.storage.users import UserRow
from firstright.web.console.form import TOKEN, Form, Posted, is_wrong, judged, problems_of, refused, sentence
from firstright.web.console.gate import Session
from firstright.web.console.room import Room
from firstright.web.problems import away
from firstright.web.request import caller, queried, read_head

log = logging.getLogger("firstright.console")
LONG = 2_000  # characters of a password that are read: 1,024 bytes are taken, and more is refused with the reason
WRONG = "This address and password do not go together."
_SIGN_IN = {
    "email": Field(required=True, most=320),
    "password": Field(required=True, most=LONG),
    "next": Field(),
}
_CODE = {
    "ticket": Field(required=True, most=2_000),
    "code": Field(required=True, most=20),
    "next": Field(),
}
NEW_PASSWORD = {"password": Field(required=True, most=LONG), "again": Field(required=True, most=LONG)}
_FIRST = {"name": Field(required=True, most=100), "email": Field(required=True, most=254), **NEW_PASSWORD}


class Doors:
    """What the pages about users share: hashing, sessions and their cookie, and the password asked for again."""

    def __init__(
        self, room: Room, hasher: Hasher, signing: SigningIn, factor: SecondFactor | None = None
    ) -> None:
        self.room = room
        self.hasher = hasher
        self.signing = signing
        self.factor = factor

    def let_in(
        self, request: Request, user: UserRow, to: str, said: str = "", *, coded: bool = False
    ) -> Response:
        """A new session for somebody who has just proved who they are; who has a second factor gives the code first.

        Raises WrongPassword when they may not come in any more.
        """
        if user.totp is not None and not coded:
            return self._asked_for_code(request, user, to)
        before = self.room.gate.who(request)
        token = self.signing.begin(user, agent=agent_of(request), before=before.digest if before else b"")
        return self.with_cookie(self.room.done(to, said), token)

    def _asked_for_code(self, request: Request, user: UserRow, to: str) -> Response:
        try:
            if self.factor is None:
                raise BadConfiguration(("there is no key for second factors",))
            ticket = self.factor.ticket(user)
        except BadConfiguration as amiss:
            log.error("user.code-not-asked", extra={"said": "; ".join(amiss.problems)})
            raise away(
                503, "key.amiss", "codes cannot be checked now: whoever runs the server finds why in its log"
            ) from None
        return self.room.alone(request, "code.html", form=Form({"ticket": ticket, "next": to}))

    def with_cookie(self, response: Response, token: str) -> Response:
        gate = self.room.gate
        gate.forget()
        age = int(ABSOLUTE.total_seconds())
        response.set_cookie(
            gate.cookie, token, max_age=age, path="/", secure=gate.secure, httponly=True, samesite="lax"
        )
        return response

    def hashed(self, given: dict[str, object], *own: str) -> str | dict[str, str]:
        """The hash of a new password, or what is wrong with it by field. Raises Crowded."""
        password, again = str(given["password"]), str(given["again"])
        if wrong := objection(password, *own):
            return {"password": wrong}
        if password != again:
            return {"again": "is not the same"}
        return self.hasher.hash(password)

    def asked_again(
        self, request: Request, session: Session, given: dict[str, str], right: Right
    ) -> Response | None:
        """A page that asks for the password and then sends the same form again, unless it was given lately."""
        password = given.pop("_password", "")
        if self.room.gate.fresh(session):
            return None
        wrong, status = "", 200
        if password:
            try:
                self.signing.prove(session.actor.user, session.digest, password, origin=caller(request))
                self.room.gate.forget()
                return None
            except (WrongPassword, TooSoon, Crowded) as refusal:
                wrong, status = said_of(refusal, "is not your password"), status_of(refusal)
        visit = self.room.enter(request, right)
        back = "/users" if request.url.path.startswith("/users") else "/account"
        fields = {name: value for name, value in given.items() if name != "_csrf"}
        form = Form(problems={"_password": wrong} if wrong else {})
        return self.room.page(
            visit, "prove.html", status=status, action=request.url.path, fields=fields, form=form, back=back
        )


def signing_pages(doors: Doors) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    room = doors.room

    @router.get("/sign-in")
    def sign_in_page(request: Request) -> Response:
        read_head(request.scope, frozenset({"next"}))
        room.gate.must_know_host(request)
        wanted = local(queried(request.scope).get("next", ""))
        if room.gate.who(request) is not None:
            return room.done(wanted or "/")
        return _sign_in(room, request, Form({"next": wanted}))

    @router.post("/sign-in")
    def sign_in(request: Request, given: Posted) -> Response:
        read_head(request.scope)
        room.gate.must_be_ours(request)
        form = Form({**given, "password": ""})
        read = judged(given, _SIGN_IN)
        if is_wrong(read):
            return _sign_in(room, request, form.refused(problems_of(read)), 422)
        try:
            user = doors.signing.known(given["email"], given["password"], origin=caller(request))
            return doors.let_in(request, user, local(given.get("next", "")) or "/")
        except (WrongPassword, TooSoon, Crowded) as refusal:
            form = form.refused({"": said_of(refusal, WRONG)})
            return _waiting(_sign_in(room, request, form, status_of(refusal)), refusal)

    _code_and_leave(router, doors)
    return router


def _code_and_leave(router: APIRouter, doors: Doors) -> None:
    room = doors.room

    @router.post("/sign-in/code")
    def give_code(request: Request, given: Posted) -> Response:
        read_head(request.scope)
        room.gate.must_be_ours(request)
        form = Form({**given, "code": ""})
        read = judged(given, _CODE)
        if is_wrong(read):
            return room.alone(request, "code.html", status=422, form=form.refused(problems_of(read)))
        try:
            if doors.factor is None:
                raise Refused(["start again with your password"])
            user = doors.factor.proved(given["ticket"], given["code"])
            return doors.let_in(request, user, local(given.get("next", "")) or "/", coded=True)
        except (WrongPassword, TooSoon) as refusal:
            form = form.refused({"code": said_of(refusal, "is not what your device shows now")})
            page = room.alone(request, "code.html", status=status_of(refusal), form=form)
            return _waiting(page, refusal)
        except Refused as over:
            form = Form({"next": local(given.get("next", ""))}, {"": sentence(over.reasons[0])})
            return _sign_in(room, request, form, 403)

    @router.post("/sign-out")
    def sign_out(request: Request, given: Posted) -> Response:
        room.gate.must_be_ours(request)
        session = room.session(request)
        room.gate.must_match(session, given.get(TOKEN, ""))
        doors.signing.sign_out(session.digest, session.actor.user)
        room.gate.forget()
        response = room.done("/sign-in")
        response.delete_cookie(
            room.gate.cookie, path="/", secure=room.gate.secure, httponly=True, samesite="lax"
        )
        return response


def link_pages(doors: Doors) -> APIRouter:
    """Where an invitation, a set-up link or a reset link leads."""
    router = APIRouter(include_in_schema=False)
    room = doors.room

    @router.get("/set-up/{token}")
    def link_page(request: Request, token: str) -> Response:
        read_head(request.scope)
        room.gate.must_know_host(request)
        try:
            return _link(room, request, token, Form())
        except LinkGone as gone:
            return _gone(room, request, gone)

    @router.post("/set-up/{token}")
    def follow_link(request: Request, token: str, given: Posted) -> Response:
        read_head(request.scope)
        room.gate.must_be_ours(request)
        try:
            return _followed(doors, request, token, given)
        except LinkGone as gone:
            return _gone(room, request, gone)

    return router


def _sign_in(room: Room, request: Request, form: Form, status: int = 200) -> Response:
    with room.desk.read() as tx:
        empty = not users.any_user(tx)
    return room.alone(request, "sign-in.html", status=status, form=form, empty=empty)


def _link(room: Room, request: Request, token: str, form: Form, status: int = 200) -> Response:
    """Raises LinkGone."""
    with room.desk.read() as tx:
        link = usable(tx, token, room.now())
        user = users.user(tx, link.user) if link.user else None
    return room.alone(request, "set-up.html", status=status, form=form, link=link, user=user)


def _gone(room: Room, request: Request, gone: LinkGone) -> Response:
    values: dict[str, Any] = {"title": "This link lets nobody in", "reasons": [sentence(gone.reasons[0])]}
    return room.alone(request, "refused-alone.html", status=410, **values)


def _followed(doors: Doors, request: Request, token: str, given: dict[str, str]) -> Response:
    room = doors.room
    with room.desk.read() as tx:
        link = usable(tx, token, room.now())  # before anything is hashed for somebody without a link
        user = users.user(tx, link.user) if link.user else None
    form = Form({**given, "password": "", "again": ""})
    read = judged(given, _FIRST if user is None else NEW_PASSWORD)
    if is_wrong(read):
        return _link(room, request, token, form.refused(problems_of(read)), 422)
    name, email = (user.name, user.email) if user else (given["name"], given["email"])
    try:
        kept = doors.hashed(dict(read), name, email)
        if isinstance(kept, dict):
            return _link(room, request, token, form.refused(kept), 422)
        change = SetUp(token, email, name, kept) if user is None else Follow(token, kept)
        return doors.let_in(request, done(room.desk.writer, change), "/", "Your password is set.")
    except Crowded as crowded:
        form = form.refused({"": said_of(crowded, "")})
        return _waiting(_link(room, request, token, form, 503), crowded)
    except LinkGone:
        raise
    except Refused as refusal:
        return _link(room, request, token, refused(form.given, refusal.reasons), 422)


def said_of(refusal: Exception, wrong: str) -> str:
    return wrong if isinstance(refusal, WrongPassword) else sentence(str(refusal))


def status_of(refusal: Exception) -> int:
    return 429 if isinstance(refusal, TooSoon) else 503 if isinstance(refusal, Crowded) else 403


def _waiting(response: Response, refusal: Exception) -> Response:
    if isinstance(refusal, TooSoon | Crowded):
        response.headers["retry-after"] = str(getattr(refusal, "seconds", 1))
    return response


def local(path: str) -> str:
    """A path of ours to go to; empty for everything that could lead elsewhere, or round in circles."""
    fine = path.startswith("/") and not path.startswith(("//", "/\\", "/sign-", "/set-up"))
    return path if fine and path.isprintable() and "\\" not in path and len(path) <= 200 else ""


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def agent_of(request: Request) -> str:
    """Browser and system in a few words; what is neither is "a program"."""
    said = request.headers.get("user-agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in said), "")
    system = next((name for mark, name in _SYSTEMS if mark in said), "")
    return " on ".join(part for part in (browser, system) if part) or "a program"
