"""Accounts in the browser: an extract is uploaded, looked at and brought in; reps see what is theirs."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from console.examples import furnished
from console.seats import token_for
from console.visiting import PAGE, Visitor, visitor, words
from firstright.core.authority import Role
from firstright.web.console.gate import PLAIN_COOKIE, csrf_of
from patience import PATIENCE
from web.houses import House

EDGE = "edge"
SHEET = (
    "Account ID,Name,Domains,Owner,Country\nA-1,Quill Works,quill.example,lena,DE\n"
    "A-2,<b>Quill</b> Group,quill.test,felix,Atlantis\n,Without id,,,\n"
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder: Path = tmp_path_factory.mktemp("accounts")
    yield from furnished(folder, 3)


def uploaded(house: House, text: str) -> httpx2.Response:
    token = token_for(house.desk, Role.OPERATIONS, "")
    parts = (
        f'--{EDGE}\r\ncontent-disposition: form-data; name="_csrf"\r\n\r\n{csrf_of(token)}\r\n'
        f'--{EDGE}\r\ncontent-disposition: form-data; name="file"; filename="quill.csv"\r\n'
        f"content-type: text/csv\r\n\r\n{text}\r\n--{EDGE}--\r\n"
    )
    headers = {"sec-fetch-site": "same-origin", "content-type": f"multipart/form-data; boundary={EDGE}"}
    with httpx2.Client(base_url=house.url, headers=PAGE, timeout=PATIENCE, trust_env=False) as client:
        client.cookies.set(PLAIN_COOKIE, token)
        return client.post("/accounts/files/new", content=parts.encode(), headers=headers)


def done(olga: Visitor) -> str:
    for _ in range(200):
        said = words(olga.page("/accounts/files"))
        if "quill.csv sheet account done" in said:
            return said
    raise AssertionError(said)


def test_an_extract_is_looked_at_brought_in_and_found(house: House) -> None:
    answer = uploaded(house, SHEET)
    assert answer.status_code == 303
    look = answer.headers["location"]
    with visitor(house, Role.OPERATIONS) as olga, visitor(house, Role.REP, "lena") as lena:
        assert "say whose they are with --system NAME" in words(olga.page(look))
        seen = words(olga.post(look, {"system": "sheet"}).text)
        assert "It holds sheet account records" in seen
        assert "Would be created 2 Would be refused 1 Rows with problems 2" in seen
        assert olga.told(olga.post(look, {"system": "sheet", "do": "start"})) == "The import has begun."
        assert "2 created, 1 refused" in done(olga)
        page = olga.page("/accounts?q=quill")
        assert (
            "Quill Works" in page and "&lt;b&gt;Quill&lt;/b&gt; Group" not in page
        )  # its name begins with a mark
        assert "&lt;b&gt;Quill&lt;/b&gt; Group" in olga.page("/accounts?q=quill.test")
        assert "Quill Works" in lena.page("/accounts?q=quill")
        assert "No account begins like this" in words(lena.page("/accounts?q=quill.test"))
