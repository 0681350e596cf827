"""Asks a provider about one thing: a GET, or a POST of JSON, whose answer is JSON. What an answer means for the question is said here; which of it is used
is not."""

from datetime import datetime, timedelta
from typing import assert_never
from urllib.parse import quote

import msgspec

from firstright.outbound.channel import detail
from firstright.outbound.http import Broken, Client, Got, Reply, Unanswered, Unsendable
from firstright.outbound.judging import retry_after

LARGEST = 256 * 1024  # bytes
LONGEST_WAIT = timedelta(hours=24)


class Found(msgspec.Struct, frozen=True):
    """They know something: the JSON as it came."""

    answer: object


class Unknown(msgspec.Struct, frozen=True):
    """They answered, and know nothing of it. It will be the same tomorrow."""

    why: str


class Again(msgspec.Struct, frozen=True):
    """No answer this time. `throttled`: they are there, and ask to be left alone for `wait`."""

    why: str
    wait: timedelta | None = None
    throttled: bool = False


class Refused(msgspec.Struct, frozen=True):
    """They do not talk to us (`us`), or not about this: asking again changes nothing."""

    why: str
    us: bool = False


Came = Found | Unknown | Again | Refused


class Question(msgspec.Struct, frozen=True):
    """What is asked, and with what. The address has a place for it: "https://api.example/companies/{domain}"; or the body, which
    is the text of a JSON document that is posted, has it in one of its strings."""

    url: str
    headers: dict[str, str]
    ask: str  # the fact that is sent
    key: str  # and what it is
    body: str = ""  # without one it is a GET

    def __repr__(self) -> str:
        return f"Question({self.ask})"  # addresses and headers hold secrets, and the key may be somebody's address


async def lookup(client: Client, question: Question, now: datetime) -> Came:
    """One try. Never raises for what the other side does."""
    place = f"{{{question.ask}}}"
    if place not in question.url and place not in question.body:
        return Refused(f"neither its address nor its body has a place for {place}", us=True)
    # Whatever a lead typed, it stays within its place: no slash, question mark or blank of it means anything.
    url = question.url.replace(place, quote(question.key, safe=""))
    body = filled(question.body, place, question.key) if question.body else None
    kind = {} if body is None else {"content-type": "application/json"}
    theirs = {name.lower(): value for name, value in question.headers.items()}
    return judged(
        await client.ask(url, body, {"accept": "application/json", **kind, **theirs}, most=LARGEST), now
    )


def filled(body: str, place: str, key: str) -> bytes:
    """The JSON with what is asked in its strings: whatever a lead typed, it stays within the string it stands in."""
    return msgspec.json.encode(_filled(msgspec.json.decode(body), place, key))


def _filled(part: object, place: str, key: str) -> object:
    match part:
        case str():
            return part.replace(place, key)
        case list():
            return [_filled(each, place, key) for each in part]
        case dict():
            return {name: _filled(each, place, key) for name, each in part.items()}
        case _:
            return part


def judged(got: Got, now: datetime) -> Came:
    match got:
        case Reply() as reply:
            return _of(reply, now)
        case Unanswered(why) | Broken(why):
            return Again(why)
        case Unsendable(why):
            return Refused(why, us=True)
        case never:
            assert_never(never)


def _of(reply: Reply, now: datetime) -> Came:
    status = reply.status
    if status == 200:
        return _read(reply)
    if status in (204, 404):
        return Unknown(f"HTTP {status}: they do not know it")
    wait = retry_after(reply.headers.get("retry-after", ""), now)
    if status == 429:
        return Again("HTTP 429: they ask us to wait", wait, throttled=True)
    if status in (401, 402, 403, 410):
        return Refused(f"HTTP {status}: {_MEANING[status]}", us=True)
    if 300 <= status < 400:
        return Refused(f"HTTP {status}: it is elsewhere, and redirects are not followed", us=True)
    if 400 <= status < 500 and status not in (408, 425):
        return Refused(f"HTTP {status}: they do not take this question")
    if status == 202:
        return Again("HTTP 202: they are looking it up", wait)
    return Again(f"HTTP {status}", wait)


_MEANING = {
    401: "they ask who we are",
    402: "it is not paid for",
    403: "we may not ask",
    410: "it is gone",
}


def _read(reply: Reply) -> Came:
    packing = reply.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("", "identity"):
        return Again(detail(f"came packed ({packing[:40]}), which was not asked for"))
    try:
        answer = msgspec.json.decode(reply.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Again("what came is no JSON")
    if not isinstance(answer, dict | list):
        return Again("what came is JSON, and no object")
    return Found(answer) if answer else Unknown("they sent an empty object")
