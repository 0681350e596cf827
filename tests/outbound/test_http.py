"""The one HTTP client against a real server that is slow, lies, resets, redirects and sends too much."""

import asyncio
import gc
import gzip
import random
import resource
import socket
from collections.abc import Callable, Sequence
from ipaddress import ip_network

import pytest

from firstright.outbound.egress import Egress
from firstright.outbound.http import MOST_BYTES, Client, Outcome, Reply, Unanswered, Unsendable
from outbound import certificates, sink
from outbound.moments import Moments
from outbound.outside import LOOPBACK, SHORT, loopback
from outbound.sink import Sink
from patience import PATIENCE


def post(
    *urls: str,
    egress: Egress = LOOPBACK,
    seconds: float = PATIENCE,
    loop: Callable[[], asyncio.AbstractEventLoop] | None = None,
    **headers: str,
) -> list[Outcome]:
    async def run() -> list[Outcome]:
        client = Client(egress, seconds=seconds, trust=certificates.trusting)
        try:
            return [await client.post(url, b"{}", headers) for url in urls]
        finally:
            await client.aclose()

    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(run())


def test_a_name_is_resolved_once_a_connection_and_rebinding_gains_nothing() -> None:
    """A resolver that gives a permitted address first and then a denied one, with a server at each."""
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.2"] if len(asked) == 1 else ["127.0.0.1"]

    with Sink() as inside, Sink(address=("127.0.0.2", inside.port)) as outside:
        policy = Egress(allow=(ip_network("127.0.0.2/32"),), resolve=rebinding)
        (outcome,) = post(inside.url(host="crm.example"), egress=policy)
        assert isinstance(outcome, Reply) and asked == ["crm.example"]
        (outcome,) = post(inside.url(host="crm.example"), egress=policy)
        assert outcome == Unsendable("egress.scheme: http, only https is permitted")
        assert (inside.connections, outside.connections, len(asked)) == (0, 1, 2)


def test_loopback_is_denied_before_any_connection_is_made() -> None:
    with Sink() as server:
        outcomes = post(server.url(), f"https://127.0.0.1:{server.port}/", egress=Egress())
        assert outcomes == [
            Unsendable("egress.scheme: http, only https is permitted"),
            Unsendable(f"egress.port: {server.port}, https is permitted on 443, 8443"),
        ]
        assert server.connections == 0


def test_sni_and_host_stay_the_names_while_the_socket_goes_to_the_checked_address() -> None:
    with Sink(tls=certificates.server("crm.example")) as server:
        (outcome,) = post(server.url(host="crm.example"), egress=loopback(crm__example="127.0.0.1"))
        assert isinstance(outcome, Reply) and outcome.status == 200
        assert server.received[0].headers["host"] == f"crm.example:{server.port}"


def test_a_certificate_of_another_name_ends_it() -> None:
    with Sink(tls=certificates.server("other.example")) as server:
        (outcome,) = post(server.url(host="crm.example"), egress=loopback(crm__example="127.0.0.1"))
        assert isinstance(outcome, Unanswered)
        assert "crm.example" in outcome.detail
        assert server.received == []


def test_an_authority_nobody_trusts_ends_it() -> None:
    stranger = certificates.trustme.CA()
    context = certificates.server("127.0.0.1")
    stranger.issue_cert("127.0.0.1").configure_cert(context)
    with Sink(tls=context) as server:
        (outcome,) = post(server.url())
        assert isinstance(outcome, Unanswered) and "verify failed" in outcome.detail
        assert server.received == []


def test_one_connection_carries_one_request_after_another() -> None:
    with Sink() as server:
        post(*[server.url()] * 5)
        assert (server.connections, len(server.received)) == (1, 5)


def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sink() as proxy, Sink() as server:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        post(server.url())
        assert (proxy.connections, len(server.received)) == (0, 1)


def test_no_cookie_comes_back_to_who_set_it() -> None:
    with Sink() as server:
        server.script(sink.ok(Set_Cookie="session=1; Path=/"))
        post(server.url(), server.url())
        assert ["cookie" in request.headers for request in server.received] == [False, False]


@pytest.mark.parametrize("step", [sink.hang(), sink.dribble()])
def test_no_answer_within_the_time_is_no_answer(step: sink.Step) -> None:
    with Sink() as server:
        server.script(step)
        assert post(server.url(), seconds=SHORT) == [Unanswered("no answer within 0.4 s")]


def test_a_tls_handshake_that_hangs_is_given_up_and_its_socket_closed() -> None:
    """Nobody accepts: the kernel takes the connection and no hello is ever answered. An unclosed socket would warn, and fail."""
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        (outcome,) = post(f"https://127.0.0.1:{nobody.getsockname()[1]}/", seconds=SHORT)
        assert outcome == Unanswered("no answer within 0.4 s")
    gc.collect()


@pytest.mark.parametrize(
    "step", [sink.reset_before_body(), sink.reset_after_body(), sink.accept_then_lose(), sink.garbage()]
)
def test_a_connection_lost_before_a_status_line_is_no_answer(step: sink.Step) -> None:
    with Sink() as server:
        server.script(step)
        (outcome,) = post(server.url())
        assert isinstance(outcome, Unanswered) and outcome.detail


def test_a_status_line_is_the_answer_whatever_breaks_after_it() -> None:
    with Sink() as server:
        server.script(sink.reset_in_reply())
        (outcome,) = post(server.url())
        assert isinstance(outcome, Reply) and outcome.status == 200


def test_a_status_line_is_the_answer_when_the_time_is_up_before_its_body_ends() -> None:
    with Sink() as server:
        server.script(sink.dribble_body())
        (outcome,) = post(server.url(), seconds=SHORT, loop=Moments)
        assert isinstance(outcome, Reply) and outcome.status == 200 and outcome.body.startswith(b"xxx")


def test_of_fifty_megabytes_64_kib_are_read() -> None:
    with Sink() as server:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        server.script(sink.huge(50))
        (outcome,) = post(server.url())
        assert isinstance(outcome, Reply) and outcome.body == bytes(MOST_BYTES)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000  # KiB


def test_a_gzip_bomb_is_not_unpacked_and_not_asked_for() -> None:
    bomb = gzip.compress(bytes(64 << 20))
    with Sink() as server:
        server.script(sink.gzip_bomb(bomb))
        (outcome,) = post(server.url())
        assert isinstance(outcome, Reply)
        assert (outcome.body, outcome.text()) == (bomb[:MOST_BYTES], "")
        assert server.received[0].headers["accept-encoding"] == "identity"


def test_random_bytes_for_an_answer_never_raise() -> None:
    dice = random.Random(20270301)
    starts = (
        b"",
        b"HTTP/1.1 ",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: ",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    )
    with Sink() as server:
        server.script(
            *(
                sink.raw(dice.choice(starts) + dice.randbytes(dice.randrange(60)) + b"\r\n\r\n")
                for _ in range(200)
            )
        )
        outcomes = post(*[server.url()] * 200)
        assert {type(outcome) for outcome in outcomes} <= {Reply, Unanswered}
        assert len(server.received) == 200


@pytest.mark.parametrize(
    "url",
    [
        "",
        "crm.example/hook",
        "ftp://crm.example/",
        "https://",
        "https://crm.example:port/",
        "https://[::1/",
        "file:///etc/passwd",
    ],
)
def test_what_is_no_web_address_is_never_sent(url: str) -> None:
    (outcome,) = post(url)
    assert isinstance(outcome, Unsendable) and outcome.detail


def test_a_header_that_would_split_the_request_is_never_sent() -> None:
    with Sink() as server:
        (outcome,) = post(server.url(), **{"webhook-id": "a\r\nX-Evil: 1"})
        assert isinstance(outcome, Unsendable)
        assert server.received == []


def test_many_hanging_requests_keep_nobody_else_waiting() -> None:
    async def run(server: Sink) -> Outcome:
        client = Client(LOOPBACK, seconds=PATIENCE, trust=certificates.trusting)
        hanging = [asyncio.create_task(client.post(server.url("/slow"), b"{}", {})) for _ in range(150)]
        await asyncio.to_thread(server.wait, 150)
        outcome = await client.post(server.url("/good"), b"{}", {})
        assert [task.result() for task in hanging if task.done()] == []
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)
        await client.aclose()
        return outcome

    with Sink() as server:
        server.script(*[sink.hang()] * 150, path="/slow")
        assert isinstance(asyncio.run(run(server)), Reply)
