"""/p/{token}: where a partner reads what is shared with them and says yes or no. No account, no script; whoever has the link is
whoever it was sent to, and it answers that very offer and nothing else.
"""

import asyncio

from fastapi import APIRouter, Request, Response

from firstright.core.lead import Fact
from firstright.core.policy import DECLINE_REASONS, Policy
from firstright.core.rules.phrases import label
from firstright.core.why.moments import Moments
from firstright.desk import Desk
from firstright.desk.acting import OnLead
from firstright.desk.handover import AcceptOffer, DeclineOffer
from firstright.desk.sharing import Shared, shared_by
from firstright.web.booking.pages import BookingPages, company_of
from firstright.web.booking.seen import SharedPage
from firstright.web.booking.visitors import Visitors
from firstright.web.console.form import Posted
from firstright.web.console.spelling import spelt
from firstright.web.request import read_head

CHOOSE = "Please choose why you do not take it."
REASONS = tuple([(reason, reason.replace("-", " ").capitalize()) for reason in DECLINE_REASONS])
OVER = {
    "accepted": ("It is yours", "You have taken it. Thank you."),
    "declined": ("Declined", "You do not take it: it is with us again. Thank you for telling us."),
    "expired": ("Too late", "The time to answer is over: it is with us again."),
    "withdrawn": ("Taken back", "It is not shared with you any more."),
}


def sharing(desk: Desk) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    door = _Door(desk)

    @router.get("/p/{token}")
    async def page(request: Request, token: str) -> Response:
        read_head(request.scope)
        return await door.show(request, token)

    @router.post("/p/{token}")
    async def answer(request: Request, token: str, given: Posted) -> Response:
        return await door.do(request, token, given)

    return router


class _Door:
    """An event loop's own."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._pages = BookingPages(company_of(desk))
        self._visitors = Visitors(desk, self._pages)

    async def show(self, request: Request, token: str) -> Response:
        if wait := self._visitors.looks(request):
            return wait
        found = await asyncio.to_thread(self._found, token)
        return self._pages.shared(found[1]) if found else self._unknown()

    async def do(self, request: Request, token: str, given: dict[str, str]) -> Response:
        """A form that is sent twice does it once; a page of somebody else answers nothing in a visitor's name."""
        origin = request.headers.get("origin", "")
        if origin and origin.partition("://")[2] != request.headers.get("host", ""):
            return self._pages.sorry(403)
        if wait := self._visitors.does(request):
            return wait
        found = await asyncio.to_thread(self._found, token)
        if found is None:
            return self._unknown()
        shared, page = found
        work = _work(shared, given)
        if page.open and work is None:
            return self._pages.shared(page, said=CHOOSE, status=422)
        if page.open and work is not None:
            await self._visitors.done(work)
        return Response(status_code=303, headers={"location": f"/p/{token}"})  # which says how it stands now

    def _found(self, token: str) -> tuple[Shared, SharedPage] | None:
        if self._desk.policy is None:
            return None
        policy = self._desk.policy.policy
        with self._desk.read() as tx:
            found = shared_by(tx, policy, token)
        return (found, _page(token, found, policy)) if found else None

    def _unknown(self) -> Response:
        return self._pages.told(
            "This link is not whole", "Please open the link in the message once more, all of it.", 404
        )


def _work(shared: Shared, given: dict[str, str]) -> OnLead | None:
    offer = shared.offer
    if given.get("do") == "accept":
        return AcceptOffer(offer.lead_id, offer.rep_id, offer=offer.id, partner=True)
    reason = given.get("reason", "")
    if given.get("do") == "decline" and reason in DECLINE_REASONS:
        return DeclineOffer(offer.lead_id, offer.rep_id, reason, offer=offer.id, partner=True)
    return None


def _page(token: str, found: Shared, policy: Policy) -> SharedPage:
    offer = found.offer
    told = [(name, spelt(name, _text(value), found.facts)) for name, value in found.facts.items()]
    facts = tuple([(_called(name, policy), text) for name, text in told])
    if offer.state != "offered":
        over = "withdrawn" if offer.state == "accepted" and not facts else offer.state
        title, said = OVER[over]
        return SharedPage(f"/p/{token}", title, said, facts)
    ends = offer.expires_at.replace(second=0, microsecond=0) if offer.expires_at else None
    until = Moments(policy.zone, offer.offered_at).abbreviated(ends) if ends else ""
    said = f"Please say yes or no by {until}." if until else "Please say yes or no."
    return SharedPage(
        f"/p/{token}",
        f"A lead for you from {policy.company}" if policy.company else "A lead for you",
        said,
        facts,
        REASONS,
        open=True,
    )


def _called(name: str, policy: Policy) -> str:
    known = policy.catalogue.lookup(name)
    text = known.label if known else label(name)
    return text[:1].upper() + text[1:]


def _text(value: Fact) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
