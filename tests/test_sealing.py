"""Secrets at rest: what is sealed opens with its key, about its thing, and in no other way."""

import base64
import os
import re
import threading
from pathlib import Path

import pytest

from firstright import wiring
from firstright.errors import BadConfiguration
from firstright.settings import Settings
from firstright.wiring import Sealer

ABOUT = "destination:webhook:crm"


def test_what_was_sealed_opens_again_in_another_process(tmp_path: Path) -> None:
    sealed = Sealer(tmp_path / "key").seal(b"whsec_1", ABOUT)
    assert b"whsec" not in sealed
    assert Sealer(tmp_path / "key").open(sealed, ABOUT) == b"whsec_1"


def test_the_same_secret_never_looks_the_same_twice(tmp_path: Path) -> None:
    sealer = Sealer(tmp_path / "key")
    assert sealer.seal(b"x", ABOUT) != sealer.seal(b"x", ABOUT)


def test_the_key_file_is_for_its_user_alone_and_made_at_first_need(tmp_path: Path) -> None:
    file = tmp_path / "new" / "key"
    sealer = Sealer(file)
    assert not sealer.is_there
    sealer.seal(b"x", ABOUT)
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o077) == (0o600, 0)
    assert len(base64.b64decode(file.read_bytes())) == 32
    assert [each.name for each in file.parent.iterdir()] == ["key"]


def test_two_that_make_the_key_at_once_end_with_one(tmp_path: Path) -> None:
    sealers = [Sealer(tmp_path / "key") for _ in range(8)]
    sealed: list[bytes] = []
    threads = [
        threading.Thread(target=lambda s=s: sealed.append(s.seal(b"x", ABOUT)))  # type: ignore[misc]  # bound early on purpose
        for s in sealers
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [Sealer(tmp_path / "key").open(each, ABOUT) for each in sealed] == [b"x"] * 8


def test_what_was_moved_or_changed_does_not_open(tmp_path: Path) -> None:
    sealer = Sealer(tmp_path / "key")
    sealed = sealer.seal(b"x", ABOUT)
    for wrong, about in (
        (sealed, "destination:webhook:other"),
        (sealed[:-1] + bytes([sealed[-1] ^ 1]), ABOUT),
        (sealed[:-8], ABOUT),
        (sealed[:5], ABOUT),
    ):
        with pytest.raises(BadConfiguration, match="does not open the secrets of destination:webhook:"):
            sealer.open(wrong, about)


def test_another_key_is_told_apart_from_damage(tmp_path: Path) -> None:
    sealed = Sealer(tmp_path / "key").seal(b"x", ABOUT)
    other = Sealer(tmp_path / "other")
    other.seal(b"y", ABOUT)
    with pytest.raises(BadConfiguration, match="is not the key that the secrets of destination:webhook:crm"):
        other.open(sealed, ABOUT)


@pytest.mark.parametrize(
    ("mode", "text", "said"),
    [
        (0o640, None, "may be read by others: chmod 600 "),
        (0o604, None, "may be read by others: chmod 600 "),
        (0o600, b"", "holds no key: 32 bytes as base64"),
        (0o600, b"c2hvcnQ=", "holds no key: 32 bytes as base64"),
        (0o600, b"\xff" * 40, "holds no key: 32 bytes as base64"),
    ],
)
def test_a_key_file_that_cannot_be_trusted_is_refused(
    tmp_path: Path, mode: int, text: bytes | None, said: str
) -> None:
    file = tmp_path / "key"
    file.write_bytes(base64.b64encode(bytes(32)) if text is None else text)
    file.chmod(mode)
    with pytest.raises(BadConfiguration, match=f"key file {re.escape(str(file))}: {said}"):
        Sealer(file).seal(b"x", ABOUT)


def test_a_missing_key_is_not_made_anew_to_open_with(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="is not there, and secrets are sealed with it: bring it back"):
        Sealer(tmp_path / "key").open(bytes(40), ABOUT)
    assert not (tmp_path / "key").exists()


def test_a_pipe_is_no_key_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "key", 0o600)
    with pytest.raises(BadConfiguration, match="is no file"):
        Sealer(tmp_path / "key").open(bytes(40), ABOUT)


def test_the_key_lies_beside_a_database_file_and_elsewhere_where_it_is_said(tmp_path: Path) -> None:
    file = tmp_path / "leads.db"
    assert Settings(database=f"sqlite:///{file}").key_path == tmp_path / "leads.db.key"
    assert Settings(database="postgresql://x/y").key_path == Path.home() / ".config/firstright/key"
    assert Settings(database="postgresql://x/y", key_file=tmp_path / "k").key_path == tmp_path / "k"


def test_secrets_of_webhooks_are_random_and_of_the_standard_form() -> None:
    one, two = wiring.new_secret(), wiring.new_secret()
    assert one != two and one.startswith("whsec_") and len(base64.b64decode(one[6:])) == 32
