"""A second factor of one's own: a picture for a device, the first code that proves it works, and taking it away again."""

import segno
from fastapi import APIRouter, Request, Response

from firstright import wiring
from firstright.core.authority import Right
from firstright.desk.access.secondfactor import DropFactor, SecondFactor, SetFactor, is_secret, new_uri
from firstright.desk.access.users import done
from firstright.errors import BadConfiguration, Refused
from firstright.intake.strict import Field
from firstright.web.console.form import Form, Posted, is_wrong, judged, problems_of
from firstright.web.console.signing import Doors
from firstright.web.console.visit import Visit
from firstright.web.problems import away

_SET = {"secret": Field(required=True, most=64), "code": Field(required=True, most=20)}


def factor_pages(doors: Doors) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    room = doors.room

    @router.post("/account/factor/begin")
    def begin(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.SEE_LEADS)
        _offered(doors)
        if page := doors.asked_again(request, room.session(request), given, Right.SEE_LEADS):
            return page
        judged(given, {})
        return _shown(doors, visit, wiring.new_factor(), Form())

    @router.post("/account/factor")
    def set_up(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.SEE_LEADS)
        factor = _offered(doors)
        if page := doors.asked_again(request, room.session(request), given, Right.SEE_LEADS):
            return page
        read = judged(given, _SET)
        secret = given.get("secret", "")
        if not is_secret(secret):
            raise away(400, "form.invalid", "this is no secret of ours")
        if is_wrong(read):
            return _shown(doors, visit, secret, Form(problems=problems_of(read)), 422)
        step = factor.first_step(secret, given["code"])
        if step is None:
            said = "is not what the device shows now; its clock may be wrong"
            return _shown(doors, visit, secret, Form(problems={"code": said}), 422)
        try:
            sealed = factor.seal(visit.actor.user, secret)
        except BadConfiguration as amiss:
            return _shown(doors, visit, secret, Form(problems={"": "; ".join(amiss.problems)}), 503)
        done(room.desk.writer, SetFactor(visit.actor.user, sealed, step))
        room.gate.forget()
        return room.done("/account", "From now on you give a code after your password.")

    @router.post("/account/factor/off")
    def take_away(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.SEE_LEADS)
        if page := doors.asked_again(request, room.session(request), given, Right.SEE_LEADS):
            return page
        judged(given, {})
        try:
            done(room.desk.writer, DropFactor(visit.actor.user, visit.actor))
        except Refused:
            return room.done("/account", "There was none any more.", "")
        room.gate.forget()
        return room.done("/account", "Your password alone is enough again.", "warn")

    return router


def _offered(doors: Doors) -> SecondFactor:
    if doors.factor is None:
        raise away(404, "not_found", "second factors are not offered here")
    return doors.factor


def _shown(doors: Doors, visit: Visit, secret: str, form: Form, status: int = 200) -> Response:
    picture = segno.make(new_uri(secret, visit.email), error="m").svg_data_uri(
        scale=5, border=4, light="white"
    )
    spaced = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return doors.room.page(
        visit,
        "factor.html",
        status=status,
        here="/account",
        form=form,
        secret=secret,
        spaced=spaced,
        picture=picture,
    )
