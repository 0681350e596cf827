"""Pictures of every page with no, three and three thousand leads, on a desk and on a phone, in light and the main ones in dark:

    .venv/bin/python tests/console/pictures.py [FOLDER] [--kept docs/pictures] [--rows 0 3] [--routes /inbox]

With --kept the few that docs/design.md shows are written there, too, small enough to be kept.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from playwright.sync_api import Browser, Page

from console.everymethod import varied
from console.examples import furnished
from console.pages import PAGES, PUBLIC, UNDER_WAY, Looked
from console.seats import DESK_WIDTH, PHONE_WIDTH, browsing, seat_of
from web.houses import House

ROWS = (0, 3, 3_000)
WIDTHS = (DESK_WIDTH, PHONE_WIDTH)
DARK = (
    "/inbox",
    "/leads/{lead_id}",
    "/team",
    "/policy",
    "/review",
    "/duplicates",
    "/duplicates/{one}/{other}",
    "/sign-in",
    "/leads/{lead_id} draft",
    "/leads/{lead_id} offered",
    "/p/{link}",
)  # main pages, in dark as well
LARGEST = 70_000  # bytes of a picture that is kept
# What docs/design.md shows: name, route, who, rows, width, dark.
KEPT = (
    ("inbox", "/inbox", "rep", 200, DESK_WIDTH, False),
    ("inbox-dark", "/inbox", "rep", 200, DESK_WIDTH, True),
    ("inbox-empty", "/inbox", "rep", 0, DESK_WIDTH, False),
    ("inbox-phone", "/inbox", "rep", 200, PHONE_WIDTH, False),
    ("lead", "/leads/{lead_id}", "rep", 200, DESK_WIDTH, False),
    ("lead-phone", "/leads/{lead_id}", "rep", 200, PHONE_WIDTH, True),
    ("review", "/review", "manager", 200, DESK_WIDTH, False),
    ("team", "/team", "manager", 200, DESK_WIDTH, False),
    ("fairness", "/pools/{pool_id}", "operations", 200, DESK_WIDTH, False),
    ("policy", "/policy", "rep", 200, DESK_WIDTH, False),
    ("import-map", "/imports/map/{sha256}", "operations", 3, DESK_WIDTH, False),
    ("sign-in", "/sign-in", "", 3, PHONE_WIDTH, False),
)


# The same of a house with a pool of nearly every method; its path instead of a route.
OF_METHODS = (
    ("my-turn", "/me", "rep", PHONE_WIDTH, False),
    ("take-the-next", "/inbox/queues", "rep", PHONE_WIDTH, False),
    ("limits", "/policy#limits", "rep", PHONE_WIDTH, False),
)


def taken(
    browser: Browser, house: House, looked: Looked, *, width: int, dark: bool, whole: bool = True
) -> bytes | None:
    """A picture as PNG; None where there is no such page yet, because there is no such lead."""
    try:
        path = looked.path(house)
    except IndexError:
        return None
    with seat_of(browser, house, looked.who, width=width, dark=dark) as page:
        _opened(page, path)
        return page.screenshot(full_page=whole and _height(page) < 6_000)


def kept(browser: Browser, house: House, looked: Looked, *, width: int, dark: bool) -> bytes:
    """The first screen as JPEG, as sharp as fits."""
    return _kept(browser, house, looked.who, looked.path(house), width=width, dark=dark)


def _kept(browser: Browser, house: House, who: str, path: str, *, width: int, dark: bool) -> bytes:
    with seat_of(browser, house, who, width=width, dark=dark) as page:
        _opened(page, path)
        for quality in (80, 70, 60, 50, 40, 30):
            found = page.screenshot(type="jpeg", quality=quality, scale="css")
            if len(found) <= LARGEST:
                break
        return found


def _opened(page: Page, path: str) -> None:
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200, f"{path}: {answer.status}"
    page.wait_for_timeout(150)


def _height(page: Page) -> int:
    height: int = page.evaluate("() => document.documentElement.scrollHeight")
    return height


def houses(rows: int) -> Iterator[House]:
    """One house with that many leads, gone when the loop over it ends."""
    with TemporaryDirectory(prefix="firstright-pictures-") as folder:
        yield from furnished(Path(folder), rows)


def name_of(looked: Looked, rows: int, width: int, dark: bool) -> str:
    place = re.sub(r"[^a-z0-9]+", "-", f"{looked.route}-{looked.who or 'nobody'}").strip("-")
    return f"{place}-{rows}-{width}{'-dark' if dark else ''}.png"


def all_of(
    folder: Path, pages: Iterable[Looked], sizes: Iterable[int] = ROWS, widths: Iterable[int] = WIDTHS
) -> list[str]:
    """The names of those that were taken."""
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    with browsing() as browser:
        for rows in sizes:
            for house in houses(rows):
                for looked, width, dark in _looks(pages, widths):
                    found = taken(browser, house, looked, width=width, dark=dark)
                    if found:
                        names.append(name_of(looked, rows, width, dark))
                        (folder / names[-1]).write_bytes(found)
    return names


def _looks(pages: Iterable[Looked], widths: Iterable[int]) -> Iterator[tuple[Looked, int, bool]]:
    for looked in pages:
        for width in widths:
            yield looked, width, False
            if looked.route in DARK:
                yield looked, width, True


def keep(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    by_route = {(looked.route, looked.who): looked for looked in reversed(PAGES)}
    chosen = [(each, by_route[each[1], each[2]]) for each in KEPT]
    with browsing() as browser:
        for rows in sorted({each[3] for each in KEPT}):
            for house in houses(rows):
                for (name, _, _, _, width, dark), looked in (each for each in chosen if each[0][3] == rows):
                    found = kept(browser, house, looked, width=width, dark=dark)
                    (folder / f"{name}.jpg").write_bytes(found)
        with TemporaryDirectory(prefix="firstright-pictures-") as at:
            for house in varied(Path(at), 200):
                for name, path, who, width, dark in OF_METHODS:
                    found = _kept(browser, house, who, path, width=width, dark=dark)
                    (folder / f"{name}.jpg").write_bytes(found)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("folder", type=Path, nargs="?")
    asked.add_argument("--kept", type=Path)
    asked.add_argument("--rows", type=int, nargs="*", default=ROWS)
    asked.add_argument("--routes", nargs="*", default=[])
    given = asked.parse_args()
    if given.folder:
        pages = [
            each for each in (*PAGES, *PUBLIC, *UNDER_WAY) if not given.routes or each.route in given.routes
        ]
        print(f"{len(all_of(given.folder, pages, given.rows))} pictures in {given.folder}")
    if given.kept:
        keep(given.kept)


if __name__ == "__main__":
    main()
