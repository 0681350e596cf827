"""Pausing and resuming: oneself, or one's people. Who may do it for how long, the desk judges."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.desk.assigning import LONGEST_REASON
from firstright.desk.staff.pausing import Pause, Resume
from firstright.errors import NoPolicy, Refused
from firstright.intake.strict import Field, Fields
from firstright.web.console.form import Form, Posted, refused
from firstright.web.console.gate import zone_of
from firstright.web.console.person import PersonPage, myself
from firstright.web.console.room import Room
from firstright.web.console.teamseen import may_pause
from firstright.web.console.visit import Visit
from firstright.web.problems import away

LENGTHS = {"15m": timedelta(minutes=15), "1h": timedelta(hours=1)}
RESUME: Fields = {"reason": Field(required=True, most=LONGEST_REASON)}
PAUSE: Fields = {
    **RESUME,
    "length": Field(required=True, among=(*LENGTHS, "day", "until")),
    "until": Field("instant"),
}


def pauses(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    pages = PersonPage(room)

    def done(visit: Visit, rep: str, given: Posted, fields: Fields, name: str, *, me: bool) -> Response:
        values = room.values(visit, given, fields, name)
        if isinstance(values, dict) and values.get("length") == "until" and "until" not in values:
            values = Form(given, {"until": "say until when"}, name)
        if isinstance(values, Form):
            return pages.show(visit, rep, me=me, form=values, status=422)
        reason = str(values["reason"])
        if name == "pause":
            work: Pause | Resume = Pause(rep, visit.actor, _until(visit, rep, values), reason)
        else:
            work = Resume(rep, visit.actor, reason)
        try:
            paused = room.desk.act(work)
        except Refused as refusal:
            form = refused(given, refusal.reasons, name)
            return pages.show(visit, rep, me=me, form=form, status=422)
        except NoPolicy as error:
            raise away(404, "not_found", str(error)) from None
        room.desk.warm()  # the page after this one knows of it
        to = "/me" if me else f"/team/{rep}"
        if name == "resume":
            return room.done(
                to, "Takes leads again, as of now." if not me else "You take leads again, as of now."
            )
        until = visit.moment(paused.until) if paused.until else ""
        return room.done(to, f"Paused until {until}. Leads in hand stay where they are.")

    @router.post("/me/pause")
    def pause_me(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.WORK_LEADS)
        return done(visit, myself(visit), given, PAUSE, "pause", me=True)

    @router.post("/me/resume")
    def resume_me(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.WORK_LEADS)
        return done(visit, myself(visit), given, RESUME, "resume", me=True)

    @router.post("/team/{rep_id}/pause")
    def pause(request: Request, rep_id: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.SEE_TEAM)
        must_be_theirs(pages, visit, rep_id)
        return done(visit, rep_id, given, PAUSE, "pause", me=False)

    @router.post("/team/{rep_id}/resume")
    def resume(request: Request, rep_id: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.SEE_TEAM)
        must_be_theirs(pages, visit, rep_id)
        return done(visit, rep_id, given, RESUME, "resume", me=False)

    return router


def must_be_theirs(pages: PersonPage, visit: Visit, rep: str) -> None:
    """Whom they see and may not pause gets no form, so a refusal has no page to come back to."""
    pages.known(visit, rep)
    if not may_pause(visit, rep):
        raise away(
            403, "auth.role", "you may pause yourself, and who is of your own team if you are a manager"
        )


def _until(visit: Visit, rep: str, values: dict[str, object]) -> datetime:
    """`day` ends at midnight where the rep is."""
    length, until = values["length"], values.get("until")
    if length == "until" and isinstance(until, datetime):
        return until
    if length == "day":
        local = visit.now.astimezone(ZoneInfo(zone_of(rep, visit.roster)))
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        return (midnight + timedelta(days=1)).astimezone(visit.now.tzinfo)
    return visit.now + LENGTHS[str(length)]
