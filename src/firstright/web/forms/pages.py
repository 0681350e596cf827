"""Pages for whoever fills in a form: the form itself, thanks, and what went wrong. They work without a script.

What they show comes from the source's settings and from what was typed; a lead is never shown.
"""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from urllib.parse import quote

import jinja2
import msgspec
from fastapi import Response

from firstright.core.clean.problem import Problem
from firstright.intake.form import TAGS
from firstright.intake.formsettings import FormField
from firstright.web.forms.known import Form
from firstright.web.forms.script import Files
from firstright.web.problems import TurnedAway

SORRY = {
    413: "That is more than this form takes.",
    429: "There are too many of these at the moment. Please try again in a minute.",
    503: "This could not be stored just now. Please try again in a minute.",
}
HIDDEN = (*TAGS, "utm_term", "utm_content", "gclid", "pages")
COMPLETE = {"email": "email", "tel": "tel", "url": "url", "first_name": "given-name", "last_name": "family-name",
            "name": "name", "company": "organization", "title": "organization-title", "city": "address-level2",
            "postcode": "postal-code", "country": "country-name"}  # fmt: skip


class Shown(msgspec.Struct, frozen=True):
    """One question as it stands on a page."""

    field: FormField
    id: str
    value: str
    wrong: str
    complete: str


class FormPages:
    def __init__(self, files: Files) -> None:
        self._files = files
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("firstright.web.forms", "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def thanks_path(self, form: Form) -> str:
        return f"/forms/{quote(form.source.name)}/thanks"

    def form(self, form: Form, query: Mapping[str, str], now: datetime) -> Response:
        """The form, to be filled in; what an advertisement's address says stands in its hidden fields."""
        return self._form(form, {name: query[name][:500] for name in HIDDEN if name in query}, (), now, 200)

    def again(
        self, form: Form, given: Mapping[str, str], wrong: tuple[Problem, ...], now: datetime
    ) -> Response:
        """The form once more, with what was typed and what is wrong with it."""
        return self._form(form, given, wrong, now, HTTPStatus.UNPROCESSABLE_ENTITY)

    def thanks(self, form: Form) -> Response:
        book = f"/b/pool/{quote(form.booking)}" if form.booking else ""
        said = {"title": "Thank you", "text": form.settings.thanks_text, "book": book}
        return self._page(form, "said.html", 200, **said)

    def sorry(self, form: Form, refusal: TurnedAway) -> Response:
        text = SORRY.get(refusal.status, "This was no form that we can read.")
        said = {"title": "That did not work", "text": text, "book": ""}
        return self._page(form, "said.html", refusal.status, **said)

    def _form(
        self,
        form: Form,
        given: Mapping[str, str],
        wrong: tuple[Problem, ...],
        now: datetime,
        status: int,
    ) -> Response:
        settings = form.settings
        said = {p.pointer.removeprefix("/").replace("~1", "/").replace("~0", "~"): p.reason for p in wrong}
        shown = [
            Shown(
                field,
                f"fr-{place}",
                given.get(field.name, field.value),
                said.get(field.name, ""),
                COMPLETE.get(field.name) or COMPLETE.get(field.kind, ""),
            )
            for place, field in enumerate(settings.fields)
        ]
        names = {field.name for field in settings.fields}
        return self._page(
            form,
            "form.html",
            status,
            shown=[each for each in shown if each.field.kind != "hidden"],
            hidden=[each for each in shown if each.field.kind == "hidden"],
            tags={name: given.get(name, "") for name in HIDDEN if name not in names},
            event=given.get("_event", ""),
            began=int(now.timestamp()),
            wrong=[each for each in shown if each.wrong],
            general=said.get("", ""),
            action=f"/v1/forms/{quote(form.source.name)}",
            script=self._files.script_url,
        )

    def _page(self, form: Form, template: str, status: int, **values: object) -> Response:
        body = self._templates.get_template(template).render(
            settings=form.settings, name=form.source.name, css=self._files.style_url, **values
        )
        headers = {
            "content-security-policy": policy(form),
            "referrer-policy": "strict-origin-when-cross-origin",
        }
        return Response(body, status, media_type="text/html; charset=utf-8", headers=headers)


def policy(form: Form) -> str:
    """Held by pages of the form's origins only; it may send to us, and go on to their page of thanks."""
    origins = " ".join(form.settings.origins)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; "
        f"base-uri 'none'; object-src 'none'; form-action 'self' {origins}; frame-ancestors 'self' {origins}"
    )
