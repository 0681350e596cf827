"""The script of the pictures runs, and the pictures that docs/design.md shows are there, small, and all of those that are kept."""

import re
from pathlib import Path

from playwright.sync_api import Browser

from console.pages import PAGES
from console.pictures import KEPT, LARGEST, OF_METHODS, kept, name_of, taken
from console.seats import DESK_WIDTH, PHONE_WIDTH
from web.houses import House

DOCS = Path(__file__).parents[2] / "docs"


def test_a_page_is_taken_in_each_size_and_theme(browser: Browser, house: House) -> None:
    (inbox,) = (looked for looked in PAGES if looked.route == "/inbox")
    whole = taken(browser, house, inbox, width=PHONE_WIDTH, dark=True)
    assert whole is not None
    assert whole.startswith(b"\x89PNG")
    small = kept(browser, house, inbox, width=DESK_WIDTH, dark=False)
    assert small.startswith(b"\xff\xd8")
    assert len(small) <= LARGEST
    assert name_of(inbox, 3_000, PHONE_WIDTH, True) == "inbox-rep-3000-390-dark.png"


def test_docs_show_the_pictures_that_are_kept_and_no_others() -> None:
    shown = re.findall(r"\(pictures/([a-z-]+)\.jpg\)", (DOCS / "design.md").read_text("utf-8"))
    there = {path.stem: path.stat().st_size for path in (DOCS / "pictures").glob("*.jpg")}
    assert sorted(shown) == sorted(there) == sorted(each[0] for each in (*KEPT, *OF_METHODS))
    assert max(there.values()) <= LARGEST
