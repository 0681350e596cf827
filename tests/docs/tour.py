"""Walks the steps of a page in a browser: a step is an item of a numbered list that begins with one of five verbs, and what stands
in bold in it is clicked, filled in or looked for. What it does not understand is a mistake of the page.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Locator, Page, expect

from patience import PATIENCE

ITEM = re.compile(r"^\d+\. (.*(?:\n   .*)*)", re.MULTILINE)
BOLD = re.compile(r"\*\*(.+?)\*\*")
VERBS = {
    "open": re.compile(r"Open the link of \*\*(?P<what>.+?)\*\*"),
    "file": re.compile(r"Choose the file `(?P<given>.+?)` as \*\*(?P<what>.+?)\*\*"),
    "choose": re.compile(r"Choose `(?P<given>.+?)` as \*\*(?P<what>.+?)\*\*"),
    "enter": re.compile(r"Type `(?P<given>.+?)` into \*\*(?P<what>.+?)\*\* and press Enter"),
    "type": re.compile(r"Type `(?P<given>.+?)` into \*\*(?P<what>.+?)\*\*"),
    "click": re.compile(r"Click \*\*(?P<what>.+?)\*\*"),
    "see": re.compile(r"See \*\*(?P<what>.+?)\*\*"),
}
A_WHILE = 1000 * PATIENCE  # ms


class Step(NamedTuple):
    """`seen` is everything else that must be there afterwards."""

    text: str
    verb: str
    what: str
    given: str
    seen: tuple[str, ...]


class NoStep(Exception):
    """An item of a numbered list that no verb begins."""


def steps(text: str) -> list[Step]:
    """Of a page's part, in order."""
    return [_step(" ".join(item.split())) for item in ITEM.findall(text)]


def _step(text: str) -> Step:
    for verb, pattern in VERBS.items():
        if found := pattern.match(text):
            parts = found.groupdict()
            seen = tuple(BOLD.findall(text[found.end() :]))
            return Step(text, verb, parts["what"], parts.get("given", ""), seen)
    raise NoStep(text)


class Walk:
    """`window` opens one in which nobody is signed in; `links` are by who they are for; files are found in `folder`."""

    def __init__(self, window: Callable[[], Page], links: dict[str, str], folder: Path) -> None:
        self._window = window
        self._links = links
        self._folder = folder
        self._page: Page | None = None

    def take(self, step: Step) -> None:
        if step.verb == "open":
            self._page = self._window()
            self._page.goto(self._links[step.what])
        else:
            assert self._page is not None, f"nothing is open: {step.text}"
            self._do(self._page, step)
        for text in step.seen:
            expect(_shown(self._page, text), step.text).to_be_visible(timeout=A_WHILE)

    def _do(self, page: Page, step: Step) -> None:
        match step.verb:
            case "click":
                _action(page, step.what).click(timeout=A_WHILE)
            case "see":
                expect(_shown(page, step.what), step.text).to_be_visible(timeout=A_WHILE)
            case "file":
                _field(page, step.what).set_input_files(self._folder / step.given)
            case "choose":
                field = _field(page, step.what)
                labels = [
                    text
                    for text in field.locator("option").all_text_contents()
                    if text.startswith(step.given)
                ]
                assert labels, f"{step.text}: {field.locator('option').all_text_contents()[:12]}"
                field.select_option(label=labels[0])
            case _:
                field = _field(page, step.what)
                field.fill(step.given)
                if step.verb == "enter":
                    field.press("Enter")


def _action(page: Page, name: str) -> Locator:
    """A link, a button or a fold that says this, and more at most behind it."""
    begins = re.compile(rf"^\s*{re.escape(name)}")
    links, buttons = page.get_by_role("link", name=begins), page.get_by_role("button", name=begins)
    folds = page.locator("summary", has_text=begins)
    return links.or_(buttons).or_(folds).locator("visible=true").first


def _field(page: Page, label: str) -> Locator:
    """By its label, to which "(optional)" may be added; of several only one can be seen."""
    return (
        page.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$")).locator("visible=true").first
    )


def _shown(page: Page, text: str) -> Locator:
    return page.get_by_text(text).locator("visible=true").first
