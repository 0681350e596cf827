"""Booking pages as HTML: the slots, the one to confirm, the meeting there is, thanks, and what went wrong."""

import hashlib
from collections.abc import Callable
from http import HTTPStatus
from importlib import resources

import jinja2
from fastapi import Request, Response

from firstright.desk import Desk
from firstright.web.booking.seen import ZONE_NAMES, Page, SharedPage
from firstright.web.forms.script import sent

CSP = (
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none';"
    " frame-ancestors 'none'"
)
TAKEN = "Somebody was faster: that time is taken by now. Here is what is free next."
GONE = "Nothing can be booked by this link any more. Write to us, and we find a time."
SORRY = {
    403: "That page may not book here.",
    429: "That was a lot at once. Please try again in a minute.",
    503: "This could not be stored just now. Please try again in a minute.",
}


def company_of(desk: Desk) -> Callable[[], str]:
    """Who speaks, by the policy that counts; empty where it names nobody."""
    return lambda: desk.policy.policy.company if desk.policy else ""


class BookingPages:
    """`company` is asked at every page: a policy may name another one."""

    def __init__(self, company: Callable[[], str]) -> None:
        self._company = company
        self._style = (resources.files("firstright.web") / "static" / "booking.css").read_bytes()
        self._mark = hashlib.sha256(self._style).hexdigest()[:12]
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("firstright.web.booking", "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def style(self, request: Request) -> Response:
        return sent(request, self._style, "text/css; charset=utf-8")

    def slots(
        self,
        page: Page,
        *,
        status: int = HTTPStatus.OK,
        said: str = "",
        bad: bool = False,
        new: bool = False,
        given: dict[str, str] | None = None,
        wrong: dict[str, str] | None = None,
    ) -> Response:
        """Days and slots, or the one slot to confirm. `new`: whoever books is asked who they are."""
        return self._page(
            "slots.html",
            status,
            page=page,
            said=said,
            bad=bad,
            new=new,
            given=given or {},
            wrong=wrong or {},
            zones=ZONE_NAMES,
        )

    def booked(self, page: Page, *, said: str = "", bad: bool = False, status: int = 200) -> Response:
        return self._page("booked.html", status, page=page, said=said, bad=bad)

    def shared(self, page: SharedPage, *, said: str = "", status: int = 200) -> Response:
        return self._page("shared.html", status, page=page, said=said)

    def told(self, title: str, text: str, status: int = 200) -> Response:
        return self._page("told.html", status, title=title, text=text)

    def sorry(self, status: int) -> Response:
        return self.told("That did not work", SORRY.get(status, GONE), status)

    def _page(self, template: str, status: int, **values: object) -> Response:
        given = {"css": f"/booking.css?v={self._mark}", "company": self._company(), **values}
        body = self._templates.get_template(template).render(given)
        headers = {
            "content-security-policy": CSP,
            "referrer-policy": "same-origin",
            "x-robots-tag": "noindex",
        }
        return Response(body, status, media_type="text/html; charset=utf-8", headers=headers)
