"""Asking for a calendar: what is sent along, what counts as an answer, and what of it is told to nobody."""

import asyncio
from datetime import timedelta

from firstright.outbound.calendar import Failed, Fresh, Looked, Same, look
from firstright.outbound.http import Client
from outbound import certificates
from outbound.outside import LOOPBACK, NOW
from outbound.sink import Sink, ok, redirect, status, throttled
from patience import PATIENCE

ICS = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
DATE = "Mon, 02 Mar 2026 09:00:00 GMT"


def looked(url: str, **marks: str) -> Looked:
    async def run() -> Looked:
        client = Client(LOOPBACK, seconds=PATIENCE, trust=certificates.trusting)
        try:
            return await look(client, url, NOW, **marks)
        finally:
            await client.aclose()

    return asyncio.run(run())


def test_what_came_along_is_sent_back_and_nothing_new_is_an_answer_to_that_alone() -> None:
    with Sink() as server:
        server.script(ok(ICS, ETag='W/"7"', Last_Modified=DATE), status(304), status(304))
        assert looked(server.url()) == Fresh(ICS, 'W/"7"', DATE)
        assert looked(server.url(), etag='W/"7"', modified=DATE) == Same()
        assert looked(server.url()) == Failed("HTTP 304: it says that nothing is new, and was not asked")
        first, second, third = (
            {k: v for k, v in r.headers.items() if k.startswith("if-")} for r in server.received
        )
        assert (first, second, third) == ({}, {"if-none-match": 'W/"7"', "if-modified-since": DATE}, {})


def test_a_mark_that_would_not_pass_as_a_header_is_not_kept() -> None:
    with Sink() as server:
        server.script(ok(ICS, ETag='"' + "x" * 600 + '"'), ok(ICS, ETag='"\xe9"'))
        assert [looked(server.url()), looked(server.url())] == [Fresh(ICS), Fresh(ICS)]


def test_where_a_redirect_leads_is_not_told_and_nobody_goes_there() -> None:
    with Sink() as server, Sink() as other:
        server.script(redirect(other.url("/secret")))
        came = looked(server.url())
        assert isinstance(came, Failed)
        assert came.why.startswith("HTTP 301: it is elsewhere") and "secret" not in came.why
        assert other.connections == 0


def test_how_long_to_wait_is_what_the_server_says() -> None:
    with Sink() as server:
        server.script(throttled("90"), status(503))
        assert looked(server.url()) == Failed("HTTP 429", timedelta(seconds=90))
        assert looked(server.url()) == Failed("HTTP 503")
