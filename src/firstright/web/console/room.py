"""What the pages share: who may enter, how a page is made from a template, what is said after something was done.

It knows templates and the gate; what a page shows is its own file's to fetch.
"""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any  # what a template is given is of any type
from urllib.parse import quote

import jinja2
import msgspec
from fastapi import Request, Response
from markupsafe import Markup

from firstright.core.authority import RIGHTS, Right, Role
from firstright.core.clean.problem import Problem
from firstright.desk import Desk
from firstright.desk.explain.explaining import Versions
from firstright.desk.files.uploads import Uploads
from firstright.desk.staff.feeds import Feeds
from firstright.intake.strict import Fields
from firstright.storage import turns, users
from firstright.web.console import saying
from firstright.web.console.form import NOTHING_TYPED, TOKEN, Form, is_wrong, judged, problems_of
from firstright.web.console.gate import Gate, Session
from firstright.web.console.static import Static
from firstright.web.console.visit import Said, Visit
from firstright.web.problems import TITLES, TurnedAway, away
from firstright.web.request import header_url

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
SAID = "firstright-said"  # a cookie: what the next page says, once
THEMES = ("light", "dark")
OWN = "/account"  # pages about oneself
MOST_SAID = 1_000  # characters


class NotSignedIn(Exception):
    """Nobody is signed in, or not any more. `wanted` is where they were going."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted


class FactorFirst(Exception):
    """An admin whose password alone is too little. Their own account is open to them, and nothing else."""


class Room:
    """Threads may share it."""

    def __init__(
        self,
        desk: Desk,
        gate: Gate,
        now: Callable[[], datetime],
        uploads: Uploads | None = None,
        feeds: Feeds | None = None,
    ) -> None:
        """Without `uploads` this process takes no files of leads, without `feeds` no addresses of calendars."""
        self.uploads = uploads
        self.feeds = feeds
        self.desk = desk
        self.gate = gate
        self.now = now
        self.static = Static()
        self.versions = Versions()  # one memory for all pages: a large policy takes seconds to compile
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("firstright.web", "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=400,
        )
        self._templates.globals["static"] = self.static.url
        self._templates.globals["icon"] = self._icon
        self._templates.globals["form"] = self._templates.globals["no_form"] = NOTHING_TYPED
        self._templates.filters["initials"] = saying.initials
        self._templates.filters["several"] = saying.several

    def _icon(self, name: str, label: str = "") -> Markup:
        """A picture from icons.svg; with a label it is read out, else the text beside it says the same."""
        told = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
        form = Markup('<svg class="icon" {}><use href="{}#{}"></use></svg>')
        return form.format(told, self.static.url("icons.svg"), name)

    # -- Who looks --

    def enter(self, request: Request, right: Right) -> Visit:
        """Raises NotSignedIn, FactorFirst, or TurnedAway for a page that is not theirs."""
        self.gate.must_know_host(request)
        if self.gate.wants_factor(self.session(request)) and not request.url.path.startswith(OWN):
            raise FactorFirst
        visit = self._visit(request)
        if not visit.actor.may(right):
            raise away(403, "auth.role", f"a {visit.actor.role} may not {right}")
        return visit

    def enter_to_change(self, request: Request, given: Mapping[str, str], right: Right) -> Visit:
        """The same for a form that was posted: it came from a page of ours, for this very session."""
        self.gate.must_be_ours(request)
        self.gate.must_match(self.session(request), given.get(TOKEN, ""))
        return self.enter(request, right)

    def session(self, request: Request) -> Session:
        found = self.gate.who(request)
        if found is None:
            raise NotSignedIn(_wanted(request))
        return found

    def _visit(self, request: Request) -> Visit:
        found = self.session(request)
        return Visit(
            actor=found.actor,
            email=found.email,
            csrf=found.csrf,
            zone=found.zone,
            now=self.now(),
            turn=self.turn(),
            theme=theme_of(request),
            said=_said(request),
            policy=self.desk.policy,
            roster=self.desk.roster,
            keeping=self.desk.keeping,
        )

    def still_may(self, user: str, right: Right) -> bool:
        """For what goes on by itself: whether whoever began it may still do so."""
        with self.desk.read() as tx:
            found = users.user(tx, user)
        return found is not None and found.state == "active" and right in RIGHTS[Role(found.role)]

    def turn(self) -> int:
        """The last turn anybody took; on PostgreSQL another node may have."""
        with self.desk.read() as tx:
            return turns.peek(tx).n

    def values(
        self, visit: Visit, given: Mapping[str, str], fields: Fields, name: str = ""
    ) -> dict[str, object] | Form:
        """The values of a form, or the form with what is wrong with it. `name` tells a page's forms apart."""
        found = judged(given, fields, visit.zone)
        if is_wrong(found):
            return Form(given, problems_of(found), name)
        return {k: v for k, v in found.items() if not isinstance(v, Problem)}

    # -- What they see --

    def page(
        self, visit: Visit, template: str, *, status: int = 200, here: str = "", **values: Any
    ) -> Response:
        """A page with the navigation; `here` is its entry there."""
        body = self._templates.get_template(template).render(visit=visit, here=here, **values)
        response = self._html(body, status)
        if visit.said:
            response.delete_cookie(SAID, path="/")
        return response

    def alone(self, request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
        """A page for whoever is not signed in."""
        body = self._templates.get_template(template).render(theme=theme_of(request), **values)
        return self._html(body, status)

    def _html(self, body: str, status: int) -> Response:
        return Response(body, status, media_type="text/html; charset=utf-8", headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        strict = (
            {"strict-transport-security": "max-age=31536000; includeSubDomains"} if self.gate.secure else {}
        )
        return {
            "content-security-policy": CSP,
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            **strict,
        }

    def done(self, to: str, text: str = "", tone: str = "good") -> Response:
        """After something was done: on to a page, which says so. `to` is a path of ours, with any characters in it."""
        headers = {"location": header_url(to), **self.headers}
        response = Response(status_code=HTTPStatus.SEE_OTHER, headers=headers)
        if text:
            packed = base64.urlsafe_b64encode(msgspec.json.encode([text[:MOST_SAID], tone])).decode()
            response.set_cookie(
                SAID, packed, max_age=60, path="/", httponly=True, samesite="lax", secure=self.gate.secure
            )
        return response

    # -- What goes wrong --

    def refused(self, request: Request, refusal: TurnedAway) -> Response:
        """A refusal as a page."""
        reasons = [error.reason for error in refusal.errors]
        title = PAGE_TITLES.get(refusal.status, TITLES.get(refusal.status, "This did not work"))
        try:
            visit = self._visit(request)
        except Exception:  # nobody is signed in, or the database is away: there is a page for that, too
            return self.alone(
                request, "refused-alone.html", status=refusal.status, title=title, reasons=reasons
            )
        return self.page(visit, "refused.html", status=refusal.status, title=title, reasons=reasons)

    def factor_first(self) -> Response:
        return self.done(
            OWN, "Admins give a code after their password here: set up your second factor.", "warn"
        )

    def sign_in_first(self, request: Request, wanted: str) -> Response:
        to = f"/sign-in?next={quote(wanted, safe='')}" if wanted not in ("", "/") else "/sign-in"
        if request.headers.get("hx-request"):
            return Response(status_code=401, headers={"hx-redirect": to, **self.headers})
        return Response(status_code=HTTPStatus.SEE_OTHER, headers={"location": to, **self.headers})


PAGE_TITLES = {
    400: "That did not work",
    403: "This is not yours to see",
    404: "There is nothing here",
    405: "That is not possible here",
    500: "Something went wrong here",
    503: "Not right now",
}


def theme_of(request: Request) -> str:
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else ""


def _wanted(request: Request) -> str:
    if request.method != "GET":
        return ""
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def _said(request: Request) -> tuple[Said, ...]:
    """Whatever is in the cookie is text to be shown, and nothing more."""
    packed = request.cookies.get(SAID, "")
    if not packed or request.headers.get("hx-request"):
        return ()
    try:
        text, tone = msgspec.json.decode(base64.urlsafe_b64decode(packed), type=tuple[str, str])
    except (ValueError, msgspec.DecodeError):
        return ()
    return (Said(text[:MOST_SAID], tone if tone in ("good", "warn", "bad") else ""),)
