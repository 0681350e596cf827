"""What people do to a lead by a form on its page, whatever it is: the form is read, the work done, and where they stand told.

A form that is refused comes back with the reason beside its field; who is too late is told who has the lead. Which forms there are
`leadacts` and its neighbours say, what is allowed the desk judges.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from fastapi import APIRouter, Request, Response

from firstright.core.authority import Actor, Right
from firstright.core.identifiers import is_id
from firstright.desk import Desk
from firstright.desk.acting import Acted
from firstright.desk.writer import Work
from firstright.errors import FirstrightError, NoPolicy, NotFound, Refused, Superseded
from firstright.intake.strict import Field, Fields
from firstright.storage.leadview import Seen
from firstright.web.console.form import Form, Posted, refused
from firstright.web.console.lead import LeadPage
from firstright.web.console.room import Room
from firstright.web.console.statusseen import words
from firstright.web.console.visit import Visit
from firstright.web.problems import away

EPOCH: Fields = {"epoch": Field("integer", required=True, most=2**31)}
WITH_BACK: Fields = {**EPOCH, "back": Field(most=200)}  # the list they came from


class Asked(NamedTuple):
    """A form that was filled in rightly: who sent it, about which lead as they saw it, and what it says."""

    desk: Desk
    visit: Visit
    lead: str
    seen: Seen
    values: dict[str, object]

    @property
    def actor(self) -> Actor:
        return self.visit.actor

    @property
    def rep(self) -> str:
        return self.actor.rep

    @property
    def by(self) -> str:
        """Who is noted: the rep they are, else the user."""
        return self.actor.rep or self.actor.user

    @property
    def epoch(self) -> int:
        epoch = self.values["epoch"]
        assert isinstance(epoch, int)
        return epoch

    def text(self, name: str) -> str:
        return str(self.values.get(name, ""))

    def whole(self, name: str) -> int | None:
        value = self.values.get(name)
        return value if isinstance(value, int) else None

    def instant(self, name: str) -> datetime | None:
        value = self.values.get(name)
        return value if isinstance(value, datetime) else None

    def act(self, work: Work[Acted | FirstrightError]) -> Acted:
        return self.desk.act(work)


def home(asked: Asked, acted: Acted | None) -> str:
    """The list they came from, else the lead while it is theirs to see."""
    back, actor = asked.text("back"), asked.actor
    if back.startswith("/inbox"):
        return back
    if acted is None:
        return f"/leads/{asked.lead}"
    return f"/leads/{acted.lead}" if actor.sees_all or acted.owner in (actor.rep, *actor.team) else "/inbox"


def anybody(visit: Visit, seen: Seen) -> None:
    """Whoever sees the lead may try; the desk says whether it is theirs."""


def holders(visit: Visit, seen: Seen) -> None:
    """Only who has it, or whose people have it: to be asked whether one takes it is not enough."""
    if not visit.actor.sees(seen.holder, visit.queues):
        raise Superseded(seen.holder.id, seen.row.epoch)


def _no_warning(asked: Asked, acted: Acted | None) -> str:
    return ""


class Act(NamedTuple):
    """One kind of act. In `said`, `{owner}` and `{status}` are what they are then; a warning is told in its place."""

    name: str  # of its path and its form
    fields: Fields | Callable[[Visit], Fields]
    does: Callable[[Asked], Acted | None]
    said: str
    right: Right = Right.WORK_LEADS
    called: Mapping[str, str] = {}  # what the form calls what the desk names
    apart: str = ""  # the field by which forms of this name on one page are told apart
    may: Callable[[Visit, Seen], None] = anybody  # raises Superseded or TurnedAway
    onward: Callable[[Asked, Acted | None], str] = home
    warns: Callable[[Asked, Acted | None], str] = _no_warning


def on_lead(room: Room, acts: Iterable[Act]) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    pages = LeadPage(room)
    for act in acts:
        router.post(f"/leads/{{lead_id}}/{act.name}")(_posted(room, pages, act))
    return router


def _posted(room: Room, pages: LeadPage, act: Act) -> Callable[..., Response]:
    def posted(request: Request, lead_id: str, given: Posted) -> Response:
        visit = room.enter_to_change(request, given, act.right)
        if not is_id(lead_id):
            raise away(404, "not_found", "this lead is not there")
        with room.desk.read() as tx:
            seen = pages.seen(tx, visit, lead_id)
        form = f"{act.name}-{given.get(act.apart, '')}" if act.apart else act.name
        try:
            act.may(visit, seen)
            values = room.values(
                visit, given, act.fields(visit) if callable(act.fields) else act.fields, form
            )
            if isinstance(values, Form):
                return pages.show(visit, lead_id, form=values, status=422)
            asked = Asked(room.desk, visit, lead_id, seen, values)
            return _told(room, act, asked, act.does(asked))
        except Superseded as now:
            holder = visit.rep(now.owner) if now.owner else now.where or "nobody"
            return room.done("/inbox", f"Too late: it is with {holder} by now. Nothing was changed.", "warn")
        except Refused as refusal:
            wrong = refused(given, refusal.reasons, form, act.called)
            return pages.show(visit, lead_id, form=wrong, status=422)
        except (NotFound, NoPolicy) as error:
            raise away(404, "not_found", str(error)) from None

    return posted


def _told(room: Room, act: Act, asked: Asked, acted: Acted | None) -> Response:
    to = act.onward(asked, acted)
    if warning := act.warns(asked, acted):
        return room.done(to, warning, "warn")
    owner = asked.visit.rep(acted.owner) or acted.outcome if acted else ""
    return room.done(to, act.said.format(owner=owner, status=words(acted.status) if acted else ""))
