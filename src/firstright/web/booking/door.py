"""What the booking pages do: slots for a lead's link or for somebody new, and a slot that becomes a meeting.

A lead's link shows when its rep is free and its own meetings, nothing else. Somebody new is told the same whoever they are.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

import msgspec
from fastapi import Request, Response

from firstright.core.causes.booking import OVER
from firstright.core.lead import Facts, HolderKind
from firstright.core.meetings import THE_LEAD, MeetingType
from firstright.core.policy import Policy
from firstright.core.roster import Roster
from firstright.desk import Arrival, Desk
from firstright.desk.acting import OnLead
from firstright.desk.arrival import Source, cleaned
from firstright.desk.bookable import offer
from firstright.desk.links import lead_of
from firstright.desk.meetings import BookMeeting, CancelMeeting, MoveMeeting
from firstright.errors import DatabaseError, FirstrightError, NotFound, Refused, for_log
from firstright.storage import leads, meetings
from firstright.storage.meetings import MeetingRow
from firstright.storage.rows import LeadRow
from firstright.storage.transactions import Tx
from firstright.web.booking import seen
from firstright.web.booking.answering import SAID, answering, choices, mark
from firstright.web.booking.pages import TAKEN, BookingPages
from firstright.web.booking.seen import Asked, Page
from firstright.web.booking.visitors import PATIENCE, Visitors
from firstright.web.problems import unavailable

SOURCE = Source("booking")
THANKS = "Thank you. The invitation goes to your mail: it says when, and holds the link to move the meeting or call it off."
MISSING = {"name": "Please say who you are.", "email": "This is no e-mail address that we can write to."}
DONE = {
    "book": "Done: it is booked.",
    "move": "Done: it is at another time.",
    "cancel": "It is called off.",
    "answer": "Noted.",
}

log = logging.getLogger("firstright.web")


class Guest(msgspec.Struct, frozen=True):
    """Whoever has a link, and what stands behind it."""

    token: str
    lead: LeadRow
    facts: Facts
    meeting: MeetingRow | None
    n: str
    type: MeetingType
    types: tuple[MeetingType, ...]
    slots: tuple[datetime, ...]
    rep: str
    zone: str


class BookingDoor:
    """An event loop's own."""

    def __init__(self, desk: Desk, now: Callable[[], datetime], pages: BookingPages) -> None:
        self._desk = desk
        self._now = now
        self._pages = pages
        self._visitors = Visitors(desk, pages)

    async def show(self, request: Request, token: str, given: dict[str, str]) -> Response:
        """GET of a lead's link."""
        if wait := self._visitors.looks(request):
            return wait
        asked = seen.asked(given)
        guest = await asyncio.to_thread(self._guest, token, asked)
        if guest is None:
            return self._pages.sorry(404)
        return self._shown(guest, asked, DONE.get(given.get("done", ""), ""))

    async def do(self, request: Request, token: str, given: dict[str, str]) -> Response:
        """POST of a lead's link: book, move, or call off. A form that is sent twice does it once."""
        if barred := self._barred(request):
            return barred
        asked = seen.asked(given)
        guest = await asyncio.to_thread(self._guest, token, asked)
        if guest is None:
            return self._pages.sorry(404)
        work = _work(guest, asked, given)
        if work is None:
            return self._pages.sorry(400)
        done = await self._visitors.done(work)
        if isinstance(done, FirstrightError):
            again = await asyncio.to_thread(self._guest, token, asked)
            return self._not_done(again or guest, asked, done)
        there = urlencode({"done": given["do"], "zone": guest.zone})
        return Response(status_code=303, headers={"location": f"/b/{token}?{there}"})

    async def show_pool(self, request: Request, name: str, given: dict[str, str]) -> Response:
        if wait := self._visitors.looks(request):
            return wait
        page = await asyncio.to_thread(self._pool_page, name, seen.asked(given))
        return self._pages.slots(page, new=True) if page else self._pages.sorry(404)

    async def do_pool(self, request: Request, name: str, given: dict[str, str]) -> Response:
        """POST by somebody new: an arrival like any other, then the slot."""
        if barred := self._barred(request):
            return barred
        asked = seen.asked(given)
        page = await asyncio.to_thread(self._pool_page, name, asked)
        if page is None or asked.at is None:
            return self._pages.sorry(404)
        if given.get("website"):
            return self._pages.told("Thank you", THANKS)
        arrival, wrong = self._arrival(given, page, asked.at)
        if wrong:
            return self._pages.slots(page, status=422, new=True, given=given, wrong=wrong)
        came = await self._received(arrival)
        work = BookMeeting(
            came, THE_LEAD, page.type.id, asked.at, zone=page.zone, key=f"{arrival.fingerprint[:32]}"
        )
        done = await self._visitors.done(work) if came else None
        if isinstance(done, Refused) and any(reason.startswith("starts:") for reason in done.reasons):
            fresh = await asyncio.to_thread(self._pool_page, name, msgspec.structs.replace(asked, at=None))
            return self._pages.slots(fresh or page, status=409, said=TAKEN, bad=True, new=True, given=given)
        return self._pages.told("Thank you", THANKS)

    def _barred(self, request: Request) -> Response | None:
        """A page of somebody else's books nothing in a visitor's name. A browser names its page; a program need not."""
        origin = request.headers.get("origin", "")
        if origin and origin.partition("://")[2] != request.headers.get("host", ""):
            return self._pages.sorry(403)
        return self._visitors.does(request)

    async def _received(self, arrival: Arrival) -> str:
        """The lead it became; empty where it became none."""
        try:
            async with asyncio.timeout(PATIENCE):
                reply = await self._desk.receive(arrival)
        except TimeoutError:
            raise unavailable("turn.slow", "this could not be stored in time; send it again") from None
        except DatabaseError as error:
            log.warning("booking.not-taken", extra=for_log(error))
            raise
        told = msgspec.json.decode(reply.body, type=dict[str, object])
        return str(told.get("lead") or "")

    def _guest(self, token: str, asked: Asked) -> Guest | None:
        """None for what is no link of ours, and where nothing can be booked (any more)."""
        policy, roster = self._desk.policy, self._desk.roster
        if policy is None or roster is None or not policy.policy.meetings:
            return None
        with self._desk.read() as tx:
            row = _standing(tx, lead_of(meetings.secret(tx), token))
            if row is None or row.outcome in OVER:
                return None
            now = self._desk.instant(tx, self._now())
            return self._of(tx, token, row, asked, policy.policy, roster, now)

    def _of(
        self, tx: Tx, token: str, row: LeadRow, asked: Asked, policy: Policy, roster: Roster, now: datetime
    ) -> Guest | None:
        facts = leads.as_lead(row).facts
        every = meetings.of_lead(tx, row.id)
        live = next((each for each in every if each.state == "booked" and each.ends_at > now), None)
        owner = row.holder_id if row.holder_kind == HolderKind.REP else ""
        types = tuple(each for each in policy.meetings.values() if owner or each.pool)
        name = live.type if live else asked.what
        type = policy.meetings.get(name) or (types[0] if types else None)
        if type is None:
            return None
        with_ = live.rep_id if live else owner
        found = offer(tx, policy, roster, type, with_, facts, now, moving=live.id if live else "")
        rep = roster.reps.get(live.rep_id if live else found.rep)
        zone = asked.zone or (live.zone if live else "") or found.zone
        n = f"{len(every)}.{sum(each.sequence for each in every)}{mark(live)}"
        called = (rep.name or rep.id) if rep else ""
        return Guest(token, row, facts, live, n, type, types, found.slots, called, zone)

    def _shown(
        self, guest: Guest, asked: Asked, said: str = "", *, bad: bool = False, status: int = 200
    ) -> Response:
        page = _page(guest, asked, self._now())
        if guest.meeting is not None and not asked.move:
            return self._pages.booked(page, said=said, bad=bad, status=status)
        return self._pages.slots(page, said=said, bad=bad, status=status)

    def _not_done(self, guest: Guest, asked: Asked, why: FirstrightError) -> Response:
        if isinstance(why, Refused) and any(reason.startswith("starts:") for reason in why.reasons):
            move = guest.meeting is not None
            again = msgspec.structs.replace(asked, at=None, move=move)
            return self._shown(guest, again, TAKEN, bad=True, status=409)
        if isinstance(why, NotFound):
            return self._pages.sorry(404)
        fresh = msgspec.structs.replace(asked, at=None, move=False)
        return self._shown(
            guest, fresh, "Somebody was faster: this is how it stands now.", bad=True, status=409
        )

    def _pool_page(self, name: str, asked: Asked) -> Page | None:
        policy, roster = self._desk.policy, self._desk.roster
        if policy is None or roster is None:
            return None
        known = policy.policy.meetings
        type = known.get(name) or next((each for each in known.values() if each.pool == name), None)
        if type is None or not type.pool:
            return None
        with self._desk.read() as tx:
            now = self._desk.instant(tx, self._now())
            found = offer(tx, policy.policy, roster, type, "", {}, now)
        return _fields(f"/b/pool/{name}", type, "", asked.zone or found.zone, found.slots, asked)

    def _arrival(self, given: dict[str, str], page: Page, at: datetime) -> tuple[Arrival, dict[str, str]]:
        raw = {name: given.get(name, "").strip()[:200] for name in ("name", "email")}
        facts = cleaned({**raw, "zone": page.zone}, SOURCE, self._desk.policy, texts=True)
        wrong = {name: MISSING[name] for name in raw if not raw[name]}
        if "email" not in facts.facts:
            wrong["email"] = MISSING["email"]
        told = msgspec.json.encode({**raw, "booking": page.type.id, "at": seen.carried(at)})
        mark = hashlib.sha256(told).hexdigest()
        return Arrival(SOURCE.name, f"body:{mark}", mark, told, facts.facts, facts.problems), wrong


def _standing(tx: Tx, lead_id: str) -> LeadRow | None:
    """The lead, or the one it was merged into."""
    row = leads.rows(tx, [lead_id]).get(lead_id) if lead_id else None
    while row is not None and row.merged_into is not None:
        row = leads.rows(tx, [row.merged_into]).get(row.merged_into)
    return row


def _work(guest: Guest, asked: Asked, given: dict[str, str]) -> OnLead | None:
    """What the form wants. Its name says how the meetings stood: sent twice it is done once, later it is another."""
    stood = "".join(c for c in given.get("n", "")[:40] if c in "0123456789.")
    key = f"{stood}:{seen.carried(asked.at) if asked.at else ''}"
    lead = guest.lead.id
    match given.get("do"):
        case "book" if asked.at:
            return BookMeeting(lead, THE_LEAD, guest.type.id, asked.at, zone=guest.zone, key=key)
        case "move" if asked.at:
            return MoveMeeting(lead, THE_LEAD, asked.at, key=key)
        case "answer":
            email = str(guest.facts.get("email") or "")
            return answering(guest.meeting, given.get("answer", ""), email, stood)
        case "cancel":
            return CancelMeeting(lead, THE_LEAD, reason=given.get("why", "")[:300], key=key)
    return None


def _page(guest: Guest, asked: Asked, now: datetime) -> Page:
    action = f"/b/{guest.token}"
    page = _fields(action, guest.type, guest.rep, guest.zone, guest.slots, asked)
    live, zone = guest.meeting, guest.zone
    return msgspec.structs.replace(
        page,
        others=guest.types,
        n=guest.n,
        booked=seen.said(live.starts_at, zone) if live else "",
        until=seen.clock(live.ends_at, zone) if live else "",
        began=bool(live and live.starts_at <= now),
        move=asked.move and live is not None,
        answered=SAID.get(live.answer, "") if live else "",
        answers=choices(live, now),
    )


def _fields(
    action: str, type: MeetingType, rep: str, zone: str, slots: tuple[datetime, ...], asked: Asked
) -> Page:
    days = seen.days_of(slots, zone)
    at = asked.at if asked.at in slots else None
    return Page(
        action,
        type,
        seen.minutes(type.length),
        rep,
        zone,
        days,
        seen.day_of(days, asked.day),
        chosen=seen.said(at, zone) if at else "",
        at=seen.carried(at) if at else "",
    )
