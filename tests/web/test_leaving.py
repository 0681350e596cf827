"""Whoever leaves before their request is whole is answered nothing, has nothing done, and is no defect of ours in the log."""

import logging
import socket

import pytest

from web.houses import House

COMMAND = "POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/leads/{lead}/accept",
        "/v1/leads/{lead}/facts",
        "/v1/duplicates/distinct",
        "/v1/clocks/excuse",
        "/v1/reps/kim/pause",
        "/v1/meetings/replies",
    ],
)
def test_who_leaves_in_the_middle_is_no_defect(
    house: House, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    lead = house.send({"email": "mara@leaves.example", "country": "DE"}).json()["lead"]
    key = house.new_key("all", scopes=("leads:act", "leads:assign", "reviews:work", "roster:write"))
    kind = "text/calendar" if path.endswith("replies") else "application/json"
    head = COMMAND.format(path=path.format(lead=lead), key=key).replace("application/json", kind)
    with caplog.at_level(logging.WARNING), socket.create_connection(("127.0.0.1", house.port), 20) as line:
        line.sendall(head.encode() + b'{"rep": ')
        line.shutdown(socket.SHUT_WR)
        assert line.recv(4096) == b""
        house.get("/healthz")  # the server has gone on
    assert [each.getMessage() for each in caplog.records if each.levelno >= logging.ERROR] == []
