"""The check of a signature that the page shows takes what is sent, both secrets of a rotation, and nothing else."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from firstright import wiring
from firstright.desk.access.keys import SCOPES
from firstright.desk.acting import CHANNELS
from outbound.outside import attempt, hook, told
from outbound.sink import Received, Sink

PAGE = (Path(__file__).parents[2] / "docs" / "telling.md").read_text("utf-8")
Check = Callable[[str, dict[str, str], bytes], bool]


@pytest.fixture(scope="module")
def is_ours() -> Check:
    shown = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert shown is not None
    found: dict[str, Check] = {}
    exec(shown[1], found)
    return found["is_ours"]


def received(*secrets: str) -> Received:
    with Sink(secret=None) as sink:
        attempt(told(), hook(sink.url(), *secrets))
        [got] = sink.received
    return got


def test_what_we_send_passes_with_either_secret_of_a_rotation(is_ours: Check) -> None:
    new, old = wiring.new_secret(), wiring.new_secret()
    got = received(new, old)
    assert [is_ours(secret, dict(got.headers), got.body) for secret in (new, old)] == [True, True]


def test_what_was_changed_or_is_old_or_anothers_does_not_pass(is_ours: Check) -> None:
    secret = wiring.new_secret()
    got = received(secret)
    headers = dict(got.headers)
    late = {**headers, "webhook-timestamp": str(int(headers["webhook-timestamp"]) - 301)}
    assert [
        is_ours(wiring.new_secret(), headers, got.body),
        is_ours(secret, headers, got.body + b" "),
        is_ours(secret, {**headers, "webhook-id": "msg_2"}, got.body),
        is_ours(secret, late, got.body),
    ] == [False] * 4


def test_the_page_names_every_scope_that_is_not_usual() -> None:
    assert [scope for scope in SCOPES if scope.startswith("deliveries") and f"`{scope}`" not in PAGE] == []
    assert any(f"--channel {channel}" in PAGE for channel in CHANNELS)
