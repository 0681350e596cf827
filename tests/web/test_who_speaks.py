"""Whoever comes to a public page is told who this is: where one books, opts out, and says yes to what is shared."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from console.visiting import words
from firstright.desk.links import token
from firstright.storage import meetings
from patience import PATIENCE
from routing import CALENDARS, CATCH_ALL, HEAD, TEAM, TO_SDR
from web.houses import House, running

KINDS = '\n[meetings.demo]\nwith = "pool:sdr"\ntitle = "Product demo"\n'
RULES = HEAD + KINDS + TO_SDR + CATCH_ALL
NAMED = RULES.replace("[policy]\n", '[policy]\ncompany = "Northwind Robotics"\n')


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    for each in running(f"sqlite:///{tmp_path / 'workspace.db'}", published=False):
        each.desk.publish_roster(CALENDARS + "".join(TEAM), file="r", by="test", reason="test")
        each.desk.publish_policy(NAMED, file="p", by="test", reason="test")
        yield each


def seen(house: House, path: str) -> tuple[int, str, str]:
    """(status, title, words)."""
    with httpx2.Client(base_url=house.url, trust_env=False, timeout=PATIENCE) as anybody:
        answer = anybody.get(path)
    title = answer.text.partition("<title>")[2].partition("</title>")[0]
    return answer.status_code, title, words(answer.text.partition("<main")[2])


def test_the_page_of_a_pool_and_a_leads_own_name_the_company(house: House) -> None:
    lead = house.send({"first_name": "Mara", "email": "mara@mara.example", "country": "DE"}).json()["lead"]
    with house.desk.read() as tx:
        link = f"/b/{token(meetings.secret(tx), lead)}"
    status, title, said = seen(house, "/b/pool/demo")
    assert (status, title) == (200, "Product demo · Northwind Robotics")
    assert "30 minutes with Northwind Robotics" in said
    status, title, said = seen(house, link)
    assert (status, title) == (200, "Product demo · Northwind Robotics")
    assert "30 minutes with " in said and said.count("Northwind Robotics") == 2


@pytest.mark.parametrize("path", ["/b/nobody", "/o/nobody", "/p/nobody"])
def test_so_does_a_page_of_a_link_that_leads_nowhere(house: House, path: str) -> None:
    status, title, said = seen(house, path)
    assert status == 404
    assert title.endswith(" · Northwind Robotics") and "Northwind Robotics" in said


def test_without_a_name_the_pages_are_as_they_were(house: House) -> None:
    house.desk.publish_policy(RULES, file="p", by="test", reason="test")
    assert seen(house, "/b/pool/demo")[1] == "Product demo"
    assert "of us" not in seen(house, "/b/pool/demo")[2]
