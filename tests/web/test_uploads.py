"""A file on its way in: kept whole or not at all, and only for whom it is allowed."""

import asyncio
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from starlette.requests import Request

from firstright.desk.files.spool import Spool
from firstright.errors import Refused
from firstright.web.problems import Message, TurnedAway, away
from firstright.web.uploads import received
from routing import MONDAY

EDGE = "----edge"


def body(*parts: tuple[str, bytes], end: bool = True) -> bytes:
    """Parts by what stands in their Content-Disposition behind form-data."""
    said = b"".join(
        f"--{EDGE}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + data + b"\r\n"
        for head, data in parts
    )
    return said + (f"--{EDGE}--\r\n".encode() if end else b"")


TOKEN = ('name="_csrf"', b"token")
FILE = ('name="file"; filename="fair.csv"', b"a,b\r\n1,2\r\n")


def send(
    spool: Spool,
    sent: bytes,
    *,
    cut: int = 7,
    leaves: bool = False,
    seen: list[Mapping[str, str]] | None = None,
) -> tuple[str, int, dict[str, str]]:
    """Name, size and fields of what was kept; the body comes in pieces of `cut` bytes."""
    pieces = [sent[at : at + cut] for at in range(0, len(sent), cut)]

    async def receive() -> Message:
        if not pieces:
            return {"type": "http.disconnect"}
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces) or leaves}

    headers = [(b"host", b"x"), (b"content-type", f"multipart/form-data; boundary={EDGE}".encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers}

    def check(fields: Mapping[str, str]) -> None:
        assert threading.current_thread() is not threading.main_thread()
        if seen is not None:
            seen.append(fields)
        if fields.get("_csrf") != "token":
            raise away(403, "csrf", "no")

    kept, fields = asyncio.run(received(Request(scope, receive), spool, check))
    return kept.name, kept.size, fields


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", lambda: MONDAY, largest=2**20)


@pytest.mark.parametrize("cut", [1, 7, 10_000])
def test_a_file_is_kept_with_the_fields_around_it(spool: Spool, cut: int) -> None:
    seen: list[Mapping[str, str]] = []
    sent = body(TOKEN, FILE, ('name="lane"', "früh".encode()))
    assert send(spool, sent, cut=cut, seen=seen) == ("fair.csv", 10, {"_csrf": "token", "lane": "früh"})
    assert seen == [{"_csrf": "token"}]
    assert sorted(path.suffix for path in spool.folder.iterdir()) == [".csv", ".name"]


def test_nothing_is_kept_for_whom_it_is_not_allowed(spool: Spool) -> None:
    for parts in ((FILE,), (FILE, TOKEN), (('name="_csrf"', b"guess"), FILE)):
        with pytest.raises(TurnedAway) as refused:
            send(spool, body(*parts))
        assert refused.value.status == 403
    assert not spool.folder.exists()


@pytest.mark.parametrize(
    "sent",
    [
        body(TOKEN, FILE, end=False),
        body(TOKEN, FILE)[:-20],
        body(TOKEN, FILE, FILE),
        b"no multipart at all",
        b"",
        body(("filename=x", b"")),
        body(TOKEN, FILE) .replace(b"form-data", b"attachment"),
    ],
)  # fmt: skip
def test_what_is_no_whole_form_is_turned_away_and_leaves_nothing(spool: Spool, sent: bytes) -> None:
    with pytest.raises(TurnedAway) as refused:
        send(spool, sent)
    assert refused.value.status == 400
    assert not spool.folder.exists() or list(spool.folder.iterdir()) == []


def test_a_sender_who_leaves_half_way_leaves_nothing(spool: Spool) -> None:
    with pytest.raises(TurnedAway):
        send(spool, body(TOKEN, FILE)[:-60], leaves=True)
    assert not spool.folder.exists() or list(spool.folder.iterdir()) == []


def test_a_file_that_is_too_large_empty_or_not_chosen_is_refused_in_words(spool: Spool) -> None:
    large = ('name="file"; filename="a.csv"', b"x" * (2**20 + 1))
    for parts, reason in (
        ((TOKEN, large), "1 MiB"),
        ((TOKEN, ('name="file"; filename="a.csv"', b"")), "empty"),
        ((TOKEN, ('name="file"; filename=""', b"")), "no file was chosen"),
        ((TOKEN,), "no file was chosen"),
    ):
        with pytest.raises(Refused, match=reason):
            send(spool, body(*parts), cut=65_536)
    assert list(spool.folder.iterdir()) == []


def test_fields_have_a_limit(spool: Spool) -> None:
    with pytest.raises(TurnedAway) as refused:
        send(spool, body(('name="x"', b"y" * 70_000)), cut=65_536)
    assert refused.value.status == 413
    with pytest.raises(TurnedAway) as refused:
        send(spool, body(*[(f'name="x{n}"', b"") for n in range(201)]), cut=65_536)
    assert refused.value.status == 413


@pytest.mark.parametrize("parts", [(('name="file"; filename=""', b"x" * 2**21),), ()])
def test_a_body_without_an_end_is_broken_off_where_nobody_else_counts(
    spool: Spool, parts: tuple[tuple[str, bytes], ...]
) -> None:
    with pytest.raises(TurnedAway) as refused:
        send(spool, body(*parts) + b"x" * 2**21, cut=65_536)
    assert (refused.value.status, spool.folder.exists()) == (413, False)


def test_a_disk_that_takes_nothing_is_no_defect(spool: Spool) -> None:
    spool.folder.write_text("where the folder should be")
    with pytest.raises(TurnedAway) as refused:
        send(spool, body(TOKEN, FILE))
    assert (refused.value.status, refused.value.errors[0].code) == (503, "storage.failed")
