"""What is refused before a body is looked at, and what is refused before it is HTTP."""

import json
import socket

import pytest

from firstright.web import intake, protocol, request
from firstright.web.protocol import MOST_HEADER_BYTES, MOST_HEADERS
from patience import PATIENCE
from web.houses import House, codes

BODY = json.dumps({"email": "ada@contoso.example"}).encode()


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "multipart/form-data; boundary=x",
    ],
)
def test_only_json_is_read(house: House, content_type: str) -> None:
    answer = house.send(BODY, Content_Type=content_type)
    assert (answer.status_code, codes(answer)) == (415, [("", "content_type.unsupported")])


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-16", "application/json;charset=latin1"]
)
def test_only_utf_8_is_read(house: House, content_type: str) -> None:
    answer = house.send(BODY, Content_Type=content_type)
    assert (answer.status_code, codes(answer)) == (415, [("", "encoding.unsupported")])


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"'],
)
def test_json_may_say_that_it_is_utf_8(house: House, content_type: str) -> None:
    assert house.send(BODY, Content_Type=content_type).status_code in (200, 201)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
def test_nothing_is_unpacked(house: House, encoding: str) -> None:
    answer = house.send(b"\x1f\x8b" + b"\x00" * 100, Content_Encoding=encoding)
    assert (answer.status_code, codes(answer)) == (415, [("", "content_encoding.unsupported")])


@pytest.mark.parametrize("size", [256 * 1024 + 1, 1024 * 1024 + 1, 5_000_000])
def test_a_body_that_is_too_large_is_refused_and_the_connection_closed(house: House, size: int) -> None:
    answer = house.send(b'{"message": "' + b"m" * size + b'"}')
    assert (answer.status_code, codes(answer)) == (413, [("", "body.too_large")])
    assert answer.headers["connection"] == "close"


def test_a_chunked_body_that_grows_too_large_is_refused_too(house: House) -> None:
    with house.client() as client:
        chunks = (b"m" * 65_536 for _ in range(20))
        answer = client.post("/v1/leads", content=chunks, headers={"Content-Type": "application/json"})
    assert (answer.status_code, codes(answer)) == (413, [("", "body.too_large")])


@pytest.mark.parametrize("key", ["k" * 256, "\u00e4", "a\tb"])
def test_an_idempotency_key_is_short_printable_ascii(house: House, key: str) -> None:
    said = post(house, f"Idempotency-Key: {key}\r\n".encode())
    assert status(said) == 400 and b'"idempotency.key_invalid"' in said


def test_an_empty_idempotency_key_is_refused(house: House) -> None:
    said = post(house, b"Idempotency-Key:\r\n")
    assert status(said) == 400 and b'"idempotency.key_invalid"' in said


def test_an_idempotency_key_of_255_characters_is_taken(house: House) -> None:
    assert house.send(BODY, Idempotency_Key="k" * 255).status_code in (200, 201)


def test_all_faults_of_a_header_are_told_at_once(house: House) -> None:
    said = post(house, b"Idempotency-Key: \xff\r\nContent-Type: text/plain\r\n", path="/v1/leads?a=1&token=2")
    errors = json.loads(said.partition(b"\r\n\r\n")[2])["errors"]
    assert [error["code"] for error in errors] == [
        "header.duplicate",
        "idempotency.key_invalid",
        "query.unknown",
        "auth.in_query",
    ]


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "TRACE"])
def test_other_methods_are_not_offered(house: House, method: str) -> None:
    with house.client() as client:
        answer = client.request(method, "/v1/leads", headers={"X-HTTP-Method-Override": "POST"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "OPTIONS, POST")
    assert codes(answer) == [("", "method.not_allowed")]


@pytest.mark.parametrize(
    "path", ["/v1/leads/", "//v1/leads", "/v1/leads/..;/admin", "/v1/leads%2f", "/V1/LEADS"]
)
def test_other_spellings_of_the_address_are_not_there(house: House, path: str) -> None:
    assert status(post(house, b"", path=path)) in (400, 404)


def test_an_absolute_address_is_understood(house: House) -> None:
    assert status(post(house, b"", path=f"{house.url}/v1/leads")) in (200, 201)


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_a_request_without_a_host_is_refused(house: House, version: str) -> None:
    said = house.raw(
        f"POST /v1/leads HTTP/{version}\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{{}}".encode()
    )
    assert status(said) == 400 and b'"host.missing"' in said


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"Transfer-Encoding: chunked, identity\r\n\r\nhello",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: 5\r\n Folded: yes\r\n\r\nhello",
        b"Bad Header: x\r\n\r\n",
    ],
)
def test_what_two_servers_might_read_differently_is_refused_and_closed(house: House, lines: bytes) -> None:
    said = house.raw(b"POST /v1/leads HTTP/1.1\r\nHost: x\r\n" + lines)
    assert status(said) == 400 and said.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "lines",
    [b"X-Long: " + b"x" * (MOST_HEADER_BYTES + 1) + b"\r\n", b"X-Many: 1\r\n" * (MOST_HEADERS + 1)],
)
def test_a_header_that_is_too_large_is_refused_and_closed(house: House, lines: bytes) -> None:
    assert status(house.raw(b"POST /v1/leads HTTP/1.1\r\nHost: x\r\n" + lines + b"\r\n")) == 431


def test_a_body_that_does_not_arrive_is_given_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request, "BODY_SECONDS", 0.2)
    head = f"POST /v1/leads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {house.key}\r\nContent-Type: application/json\r\n"
    said = house.raw(f"{head}Content-Length: 100\r\n\r\n{{".encode())
    assert status(said) == 408 and b'"body.slow"' in said


def test_a_body_behind_an_upgrade_is_refused_for_what_it_is_and_not_as_empty(house: House) -> None:
    """Java's client offers HTTP/2 with each request, and the parser then drops the body."""
    head = f"POST /v1/leads HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {house.key}\r\nContent-Type: application/json\r\n"
    offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAA\r\n"
    said = house.raw(f'{head}{offer}Content-Length: 25\r\n\r\n{{"email":"a@hill.example"}}'.encode())
    assert status(said) == 400 and b'"upgrade.unsupported"' in said and b"connection: close" in said


def test_a_header_that_does_not_arrive_is_given_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "HEADER_SECONDS", 0.2)
    with socket.create_connection(("127.0.0.1", house.port), timeout=PATIENCE) as connection:
        connection.sendall(b"POST /v1/leads HTTP/1.1\r\nHost:")
        assert connection.recv(100) == b""  # closed; a TimeoutError would say that it was not


def test_too_many_requests_at_once_are_told_to_come_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_WAITING", 0)
    answer = house.send(BODY)
    assert (answer.status_code, codes(answer), answer.headers["retry-after"]) == (
        503,
        [("", "overload")],
        "1",
    )


def status(said: bytes) -> int:
    return int(said.split(b" ", 2)[1])


def post(house: House, lines: bytes, path: str = "/v1/leads") -> bytes:
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {house.key}\r\nContent-Length: {len(BODY)}\r\n"
    return house.raw(
        head.encode() + b"Content-Type: application/json\r\nConnection: close\r\n" + lines + b"\r\n" + BODY
    )
