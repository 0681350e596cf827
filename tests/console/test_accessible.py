"""Every page in light and dark, on a desk and on a phone: axe finds nothing serious, nothing is wider than the phone, the console
logs no error, Tab reaches what can be done, and without script the page shows the same.
"""

from collections.abc import Iterator, Sequence
from functools import cache, partial
from typing import Any  # what axe finds

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi import APIRouter
from fastapi.routing import APIRoute
from playwright.sync_api import Browser, Page

from console.conftest import Seat
from console.everymethod import varied
from console.pages import BESIDE, PAGES, PUBLIC, UNDER_WAY, Looked
from console.seats import DESK_WIDTH, PHONE_WIDTH, seat_of
from firstright.web.console.gate import Gate
from firstright.web.console.house import console
from firstright.wiring import now
from web.houses import House

GRAVE = ("serious", "critical")
CONTRAST: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"]}
# Looked at once, on a desk in light; another theme and width change nothing from one row of a kind to the next.
ALIKE = ["tbody tr:nth-child(n+7)", ".story li:nth-child(n+7)", ".book section:nth-of-type(n+7)"]
ACTIONS = "a[href], button, input:not([type=hidden]), select, textarea, summary"


@pytest.fixture(scope="module")
def methods(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield from varied(tmp_path_factory.mktemp("methods"), 60)


def test_every_page_has_an_entry(house: House) -> None:
    gate = Gate(house.desk, now, secure=False, own_hosts=frozenset())
    _, routers = console(house.desk, gate, now)
    assert {path for router in routers for path in _pages(router)} - BESIDE == {each.route for each in PAGES}


def _pages(router: APIRouter) -> Iterator[str]:
    """What can be opened; of routers inside another one, too."""
    for route in router.routes:
        if inner := getattr(route, "original_router", None):
            yield from _pages(inner)
        elif isinstance(route, APIRoute) and "GET" in route.methods:
            yield route.path


@pytest.mark.parametrize("page", (*PAGES, *PUBLIC, *UNDER_WAY), ids=lambda page: page.name)
def test_a_page_is_for_everybody(page: Looked, house: House, seat: Seat) -> None:
    assert list(_amiss(seat, page.who, page.path(house))) == []


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("operations", "/policy"),
        ("operations", "/team"),
        ("rep", "/me"),
        ("manager", "/team/astrid"),
        ("rep", "/inbox/queues"),
        ("operations", "/inbox/waiting"),
        ("operations", "/pools/dach-ae"),
    ],
)
def test_so_is_one_that_shows_every_method(who: str, path: str, methods: House, browser: Browser) -> None:
    assert list(_amiss(partial(seat_of, browser, methods), who, path)) == []


def _amiss(seat: Seat, who: str, path: str) -> Iterator[str]:
    """Whatever keeps somebody out, in either theme and width, with script or without."""
    with seat(who) as seen:
        answer = seen.goto(path)
        assert answer is not None
        assert answer.status == 200
        seen.evaluate(_axe())
        found = [*_graves(seen, EVERYTHING), *_out_of_reach(seen)]
        seen.emulate_media(color_scheme="dark")
        found += _graves(seen, CONTRAST, ALIKE)
        seen.set_viewport_size({"width": PHONE_WIDTH, "height": 844})
        found += _graves(seen, EVERYTHING, ALIKE)
        found += _too_wide(seen)
        seen.emulate_media(color_scheme="light")
        found += _graves(seen, CONTRAST, ALIKE)
        told = _said(seen)
    with seat(who, script=False) as seen:
        seen.goto(path)
        assert _said(seen) == told
    yield from found


def test_the_check_finds_what_is_wrong(seat: Seat) -> None:
    with seat("rep") as seen:
        seen.goto("/inbox")
        seen.evaluate(_axe())
        seen.evaluate(
            """() => {
              document.querySelector('main').insertAdjacentHTML('beforeend',
                '<img src="/static/mark.svg"><button tabindex="-1">Gone</button>');
              document.querySelector('h1').style.color = '#eee';
              document.querySelector('h1').style.minWidth = '2000px';
            }"""
        )
        assert {finding.partition(":")[0] for finding in _graves(seen, EVERYTHING)} >= {
            "image-alt",
            "color-contrast",
        }
        assert _out_of_reach(seen) == ["Gone"]
        seen.set_viewport_size({"width": PHONE_WIDTH, "height": 844})
        assert _too_wide(seen) != []


def test_tab_walks_through_every_action_of_the_inbox(seat: Seat) -> None:
    with seat("rep", width=DESK_WIDTH) as seen:
        seen.goto("/inbox")
        wanted = seen.evaluate(
            f"""() => [...document.querySelectorAll('{ACTIONS}')].filter((e) => e.checkVisibility())
                 .map((e, n) => (e.dataset.walked = n) && 1).length"""
        )
        walked = set()
        for _ in range(wanted + 2):
            seen.keyboard.press("Tab")
            walked.add(seen.evaluate("() => document.activeElement.dataset.walked"))
        assert walked >= {str(n) for n in range(wanted)}


@cache
def _axe() -> str:
    script: str = Axe().axe_script
    return script


def _graves(page: Page, options: dict[str, Any], but: Sequence[str] = ()) -> Iterator[str]:
    """`rule: where` of every finding that keeps somebody out."""
    found = page.evaluate(
        "([but, options]) => axe.run({ include: document, exclude: but }, options)", [list(but), options]
    )
    for violation in found["violations"]:
        if violation["impact"] in GRAVE:
            nodes = [node["html"][:120] for node in violation["nodes"][:3]]
            yield f"{violation['id']}: {nodes}"


def _too_wide(page: Page) -> list[str]:
    """What reaches beyond the right edge, when the page can be moved sideways."""
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
          [...document.querySelectorAll('main *')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
            .slice(-3).map((e) => `${document.documentElement.scrollWidth} px wide: ` + e.outerHTML.slice(0, 100))"""
    )
    return found


def _out_of_reach(page: Page) -> list[str]:
    """Actions that can be seen, and not be reached by Tab, or not in the order of the page."""
    found: list[str] = page.evaluate(
        f"""() => [...document.querySelectorAll('{ACTIONS}, [onclick], [role=button]')]
          .filter((e) => e.checkVisibility() && !e.disabled && e.tabIndex !== 0 && !e.matches('.unseen'))
          .map((e) => e.textContent.trim() || e.outerHTML.slice(0, 100))"""
    )
    return found


def _said(page: Page) -> list[str]:
    """Headings, rows and links of the page; not its clocks, which count."""
    found: list[str] = page.evaluate(
        """() => {
          const all = (what) => [...document.querySelectorAll(`main :is(${what})`)];
          return [...all('h1, h2, h3, th, td a').map((e) => e.textContent.trim()),
                  ...all('a[href]').map((e) => e.getAttribute('href')), `${all('tbody tr').length} rows`];
        }"""
    )
    return found
