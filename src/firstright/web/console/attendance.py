"""Being away, being there, leaving: forms on one's own page and on that of one's people. Who may say what, the desk judges."""

from collections.abc import Callable
from datetime import date, timedelta

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Right
from firstright.core.world import Presence
from firstright.desk.assigning import LONGEST_REASON
from firstright.desk.staff.absences import AbsenceAsked, AbsenceEnded
from firstright.desk.staff.attending import HoursAsked, OnAsked
from firstright.desk.staff.presence import PresenceAsked
from firstright.desk.staff.repasked import RepAsked, staffed
from firstright.desk.staff.staffing import LeaveAsked
from firstright.errors import NoPolicy, Refused
from firstright.intake.strict import Field, Fields
from firstright.web.console.form import Form, Posted, refused
from firstright.web.console.pauses import must_be_theirs
from firstright.web.console.person import PersonPage, myself
from firstright.web.console.room import Room
from firstright.web.console.visit import Visit
from firstright.web.problems import away

REASON: Fields = {"reason": Field(required=True, most=LONGEST_REASON)}
DAY = Field(most=40)
ABSENCE: Fields = {
    "type": Field(required=True, most=40),
    "from": Field(required=True, most=40),
    "until": DAY,
    "backup": Field(most=64),
    **REASON,
}
ENDED: Fields = {"from": Field(required=True, most=40)}
ON: Fields = {"until": Field("instant", required=True), **REASON}
LEAVE: Fields = {"at": Field(required=True, most=40), **REASON}
HOURS: Fields = {"date": Field(required=True, most=10), "hours": Field("names", most=10), **REASON}
NOTHING: Fields = {}
PRESENCE: Fields = {"state": Field(required=True, among=tuple(Presence))}
LASTS = {Presence.ONLINE: 4 * 3600, Presence.AWAY: 15 * 60, Presence.OFFLINE: 24 * 3600}

Values = dict[str, object]
Build = Callable[[str, Values], RepAsked]
Act = tuple[str, str, Fields, Build, str]  # path, which form it is, its fields, what is asked, what is said


def attendance(room: Room) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    pages = PersonPage(room)

    def done(visit: Visit, rep: str, given: Posted, act: Act, *, me: bool) -> Response:
        _, name, fields, build, said = act
        values = room.values(visit, given, fields, name)
        if isinstance(values, Form):
            return pages.show(visit, rep, me=me, form=values, status=422)
        try:
            changed = staffed(room.desk, build(rep, values), visit.actor)
        except Refused as refusal:
            form = refused(given, refusal.reasons, name)
            return pages.show(visit, rep, me=me, form=form, status=422)
        except NoPolicy as error:
            raise away(404, "not_found", str(error)) from None
        room.desk.warm()  # the page after this one knows of it
        return room.done("/me" if me else f"/team/{rep}", said if changed.changed else "It was so already.")

    for act in ACTS:
        _routes(router, room, pages, act, done)

    @router.post("/me/presence")
    def presence(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.WORK_LEADS)
        rep = myself(visit)
        values = room.values(visit, given, PRESENCE, "presence")
        if isinstance(values, Form):
            return pages.show(visit, rep, me=True, form=values, status=422)
        state = Presence(str(values["state"]))
        try:
            room.desk.act(PresenceAsked(rep, state, LASTS[state]).work(visit.actor))
        except (Refused, NoPolicy) as error:
            raise away(404, "not_found", str(error)) from None
        return room.done("/me", PRESENT[state])

    return router


def _routes(
    router: APIRouter, room: Room, pages: PersonPage, act: Act, done: Callable[..., Response]
) -> None:
    """The same form on one's own page and on that of somebody else; nobody leaves by themselves."""
    path = act[0]

    def mine(request: Request, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.WORK_LEADS)
        return done(visit, myself(visit), given, act, me=True)

    def theirs(request: Request, rep_id: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, Right.SEE_TEAM)
        must_be_theirs(pages, visit, rep_id)
        return done(visit, rep_id, given, act, me=False)

    if not path.startswith("leave"):
        router.post(f"/me/{path}")(mine)
    router.post(f"/team/{{rep_id}}/{path}")(theirs)


def _absence(rep: str, values: Values) -> RepAsked:
    """Back the day after, where nothing else is said."""
    starts, ends = str(values["from"]), str(values.get("until", ""))
    if not ends:
        ends = _day_after(starts)
    return AbsenceAsked(
        rep, str(values["reason"]), str(values["type"]), starts, ends, str(values.get("backup", ""))
    )


def _day_after(day: str) -> str:
    """The same text for what is no day: it is refused as it was typed."""
    try:
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return day


def _ended(rep: str, values: Values) -> RepAsked:
    return AbsenceEnded(rep, "by hand", str(values["from"]))


def _hours(rep: str, values: Values) -> RepAsked:
    """None at all is a day off. Pages write a longer dash between two hours than a roster does."""
    spans = values.get("hours")
    hours = tuple(each.replace("–", "-") for each in spans) if isinstance(spans, tuple) else ()
    return HoursAsked(rep, str(values["reason"]), _day(str(values["date"]), "date"), hours)


def _as_usual(rep: str, values: Values) -> RepAsked:
    return HoursAsked(rep, "by hand", _day(str(values["from"]), "from"))


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused([f"{field}: is a day such as 2026-12-24"]) from None


def _on(rep: str, values: Values) -> RepAsked:
    until = values["until"]
    return OnAsked(
        rep, str(values["reason"]), until.isoformat() if hasattr(until, "isoformat") else str(until)
    )


def _off(rep: str, values: Values) -> RepAsked:
    return OnAsked(rep, "by hand")


def _leave(rep: str, values: Values) -> RepAsked:
    return LeaveAsked(rep, str(values["reason"]), str(values["at"]))


def _stay(rep: str, values: Values) -> RepAsked:
    return LeaveAsked(rep, "by hand", stays=True)


ACTS: tuple[Act, ...] = (
    ("absences", "absence", ABSENCE, _absence, "Written down. Leads in hand stay where they are."),
    ("absences/end", "end", ENDED, _ended, "That absence is ended."),
    ("hours", "hours", HOURS, _hours, "Written down for that day."),
    ("hours/end", "end", ENDED, _as_usual, "That day is as the calendar says again."),
    ("on", "on", ON, _on, "Leads come until then."),
    ("on/end", "end", NOTHING, _off, "Leads come as the calendar says again."),
    ("leave", "leave", LEAVE, _leave, "Written down: open leads go to others at that moment."),
    ("leave/end", "end", NOTHING, _stay, "They stay."),
)
PRESENT = {
    Presence.ONLINE: "You are at your desk.",
    Presence.AWAY: "You are away for a moment.",
    Presence.OFFLINE: "You are not there.",
}
