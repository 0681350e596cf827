"""Visits to the console over HTTP, without a browser: a client that is signed in, its forms, and what a page says."""

import html
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlencode

import httpx2

from console.seats import token_for
from firstright.core.authority import Role
from firstright.desk.errands import carry_out
from firstright.storage import errands
from firstright.storage.statement import Statement
from firstright.web.console.gate import PLAIN_COOKIE, csrf_of
from firstright.wiring import now
from patience import PATIENCE
from web.houses import House

PAGE = {"accept": "text/html"}
_TAG = re.compile(r"<[^>]*>")
_BLOCK = re.compile(
    r"<(?!/?(?:a|b|code|em|span|strong|time|wbr|mark)\b)[^>]*>"
)  # what stands apart from what is before it


def errand_done(house: House, kind: str) -> None:
    """The last errand of a kind, until it is over: here, or by the worker of the house."""
    with house.desk.read() as tx:
        [last] = errands.latest(tx, kind, 1)
    carry_out(house.desk, last.id, now, lambda done, of: None)


class Visitor:
    """Somebody who is signed in."""

    def __init__(self, client: httpx2.Client, token: str) -> None:
        self._client = client
        self.csrf = csrf_of(token)

    def see(self, path: str, **headers: str) -> httpx2.Response:
        return self._client.get(path, headers=headers)

    def page(self, path: str) -> str:
        answer = self.see(path)
        assert answer.status_code == 200, (path, answer.status_code, words(answer.text)[-300:])
        return answer.text

    def post(self, path: str, fields: Mapping[str, str] = {}, *, csrf: str | None = None) -> httpx2.Response:
        """A form of a page of ours; an empty `csrf` leaves its token out."""
        token = self.csrf if csrf is None else csrf
        given = {**fields, **({"_csrf": token} if token else {})}
        headers = {"sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded"}
        return self._client.post(path, content=urlencode(given), headers=headers)

    def told(self, answer: httpx2.Response) -> str:
        """What the page says to which a posted form led."""
        assert answer.status_code == 303, (answer.status_code, words(answer.text)[-300:])
        found = notices(self.page(answer.headers["location"]))
        assert found, "nothing was said"
        return found[0]


@contextmanager
def visitor(house: House, role: Role, rep: str = "") -> Iterator[Visitor]:
    token = token_for(house.desk, role, rep)
    with httpx2.Client(base_url=house.url, headers=PAGE, timeout=PATIENCE, trust_env=False) as client:
        client.cookies.set(PLAIN_COOKIE, token)
        yield Visitor(client, token)


def words(page: str) -> str:
    """The text of a page, tags left out and blanks told once."""
    text = _TAG.sub("", _BLOCK.sub(" ", page))
    return " ".join(html.unescape(text).split())


def notices(page: str) -> list[str]:
    found = re.findall(r'<div class="notice[^"]*"[^>]*>(.*?)</div>', page, re.DOTALL)
    return [words(each) for each in found]


def stored(house: House, query: str, *values: str) -> list[tuple[object, ...]]:
    with house.desk.read() as tx:
        return tx.all(Statement(query), values)
