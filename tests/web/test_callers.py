"""Whom a request is counted for: a proxy is believed only on this machine, and a household is one."""

import pytest
from starlette.requests import Request

from firstright.web.request import caller


@pytest.mark.parametrize(
    ("peer", "told", "counted"),
    [
        ("192.0.2.7", "", "192.0.2.7"),
        ("192.0.2.7", "203.0.113.9", "192.0.2.7"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("::1", "203.0.113.9", "203.0.113.9"),
        ("::ffff:127.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("::ffff:192.0.2.7", "", "192.0.2.7"),
        ("127.0.0.1", "::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ("127.0.0.1", "nobody", "unknown"),
        ("", "203.0.113.9", "unknown"),
    ],
)
def test_a_request_is_counted_for_the_address_that_can_be_believed(
    peer: str, told: str, counted: str
) -> None:
    headers = [(b"x-forwarded-for", told.encode())] if told else []
    client = (peer, 4711) if peer else None
    assert caller(Request({"type": "http", "headers": headers, "client": client})) == counted
