"""The tour of docs/quickstart.md, walked in a browser through the very demo that it starts."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page

from console.seats import NoBrowser, browsing, seated
from docs.tour import NoStep, Walk, steps
from patience import PATIENCE, until
from ports import free_port

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "quickstart.md").read_text("utf-8")
TOUR = PAGE[PAGE.index("## Look at it") : PAGE.index("## The same by hand")]
LINK = re.compile(r"^  (.+): (http://\S+)$", re.MULTILINE)
PEOPLE = ["Robin Ray, admin", "Ada Krüger, manager", "Lena Huber, rep"]


@pytest.fixture(scope="module")
def links(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What the demo printed, by whom each is for; it runs meanwhile."""
    folder = tmp_path_factory.mktemp("tour")
    said = folder / "said.txt"
    env = {k: v for k, v in os.environ.items() if not k.startswith("FIRSTRIGHT_")}
    command = [
        sys.executable,
        "-m",
        "firstright",
        "demo",
        "--folder",
        str(folder / "demo"),
        "--port",
        str(free_port()),
    ]
    with said.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, env=env) as demo:
        until(lambda: "Ctrl+C stops everything." in said.read_text("utf-8") or demo.poll() is not None)
        assert demo.poll() is None, said.read_text("utf-8")
        yield dict(LINK.findall(said.read_text("utf-8")))
        demo.send_signal(signal.SIGINT)
        demo.wait(PATIENCE)
    assert "stopped: every lead that was acknowledged is stored" in said.read_text("utf-8")


def test_the_page_shows_the_links_that_the_demo_prints(links: dict[str, str]) -> None:
    assert list(links) == PEOPLE
    assert [line for line in PEOPLE if f"  {line}: http://127.0.0.1:8080/set-up/..." not in TOUR] == []


def test_every_step_of_the_tour_leads_where_it_says(links: dict[str, str]) -> None:
    found = steps(TOUR)
    assert len(found) > 30
    with ExitStack() as stack:
        try:
            browser = stack.enter_context(browsing())
        except NoBrowser as problem:
            pytest.skip(f"NOT TESTED IN A BROWSER: {problem}")

        def window() -> Page:
            return stack.enter_context(seated(browser, links[PEOPLE[0]], ""))

        walk = Walk(window, links, ROOT)
        for step in found:
            walk.take(step)


def test_a_step_nobody_can_take_is_a_mistake_of_the_page() -> None:
    assert [
        (step.verb, step.what, step.given) for step in steps("1. Type `x` into **Search** and press Enter.")
    ] == [("enter", "Search", "x")]
    with pytest.raises(NoStep):
        steps("1. Look around.")
