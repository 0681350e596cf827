"""The API as a page: everything the document says is there, in groups, with anchors that lead somewhere and commands that work."""

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import httpx2
import pytest

import firstright
from console.visiting import visitor, words
from firstright.core.authority import Role
from firstright.web.console.apibook import OTHER, book
from firstright.web.console.problemcodes import is_told
from web.houses import House, running

SOURCE = Path(firstright.__file__).parent
_SAID = re.compile(
    r'\b(away|unavailable|Problem|Refusal)\(\s*(?:(\d{3}),\s*)?(?:[^",()]*,\s*)?(?:f?"[^"]*",\s*)?"([a-z_]+(?:\.[a-z_]+)*)"'
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Northwind's; nothing here depends on the kind of database."""
    yield from running(f"sqlite:///{tmp_path_factory.mktemp('reference') / 'workspace.db'}")


@pytest.fixture(scope="module")
def page(house: House) -> str:
    with visitor(house, Role.MANAGER, "ada") as seen:
        return seen.page("/reference")


def test_every_operation_of_the_document_is_on_the_page(house: House, page: str) -> None:
    document = house.get("/openapi.json").json()
    told = book(document, house.url)
    assert OTHER not in [group.title for group in told.groups]
    operations = [each for group in told.groups for each in group.operations]
    assert sorted((each.verb.lower(), each.path) for each in operations) == sorted(
        (verb, path) for path, verbs in document["paths"].items() for verb in verbs
    )
    assert len({each.id for each in operations}) == len(operations)
    text = words(page)
    for each in operations:
        assert f'<section class="sheet" id="{each.id}"' in page
        assert f"{each.summary} {each.verb} {each.path}" in text


def test_every_link_within_the_page_leads_somewhere(page: str) -> None:
    links = set(re.findall(r'(?:href|data-copies)="#([^"]+)"', page))
    assert len(links) > 80
    assert [link for link in links if f'id="{link}"' not in page] == []


def test_fields_of_a_lead_are_those_of_the_policy_in_force(page: str) -> None:
    text = words(page)
    told = re.search(r"(\d+) fields: first_name, last_name, name, email, phone, company", text)
    assert told is not None and int(told[1]) == 45
    assert "product text or list product asked about; such as arm, rover, vision" in text
    assert "Idempotency-Key text, in the header printable ASCII; makes a repeat a repeat" in text


def test_the_command_that_sends_a_lead_works_as_it_is_printed(house: House) -> None:
    told = book(house.get("/openapi.json").json(), house.url)
    [send] = [each for group in told.groups for each in group.operations if each.id == "post-v1-leads"]
    words_of = shlex.split(send.command.replace("\\\n", " "))
    assert words_of[:4] == ["curl", "-X", "POST", f"{house.url}/v1/leads"]
    headers = dict(value.split(": ", 1) for flag, value in pairwise(words_of) if flag == "-H")
    assert headers.pop("Authorization") == "Bearer $FIRSTRIGHT_KEY"
    with httpx2.Client(trust_env=False) as client:
        given = {**headers, "Authorization": f"Bearer {house.key}"}
        answer = client.post(words_of[3], headers=given, content=words_of[-1].encode())
    assert (answer.status_code, words_of[-2]) == (201, "-d")
    assert answer.json()["problems"] == []


def test_every_code_that_a_door_says_is_explained() -> None:
    missing = []
    for path in sorted(SOURCE.rglob("*.py")):
        room = path.relative_to(SOURCE).parts
        if room[0] in ("web", "intake") or room[:2] == ("core", "clean"):
            for kind, status, code in _SAID.findall(path.read_text()):
                if not is_told(code, int(status) if kind == "away" else None):
                    missing.append((status, code, "/".join(room)))
    assert missing == []


def test_a_rep_does_not_see_it_and_nobody_without_signing_in(house: House) -> None:
    with visitor(house, Role.REP, "lena") as seen:
        assert seen.see("/reference").status_code == 403
        assert 'href="/reference"' not in seen.page("/inbox")
    assert house.get("/reference", accept="text/html").headers["location"] == "/sign-in?next=%2Freference"


def test_a_name_that_is_not_ours_is_not_printed_into_commands(house: House) -> None:
    with visitor(house, Role.ADMIN) as seen:
        answer = seen.see("/reference", host='evil.example";rm')
    assert answer.status_code == 400
    assert "evil" not in answer.text
