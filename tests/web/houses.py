"""A house: one workspace with a real server on loopback, and short ways to talk to it."""

import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any  # whatever a Door takes

import httpx2

from firstright import wiring
from firstright.desk import Desk
from firstright.desk.access.keys import NewKey
from firstright.desk.files.spool import Spool
from firstright.desk.files.uploads import Uploads
from firstright.desk.staff.feeds import Feeds
from firstright.outbound.egress import Egress
from firstright.storage.database import open_database
from firstright.web.app import Door
from firstright.web.serving import listening, server
from patience import PATIENCE, until

EXAMPLES = Path(__file__).parents[2] / "examples"


class OpenBox:
    """Seals nothing, but keeps what belongs to whom."""

    def seal(self, secret: bytes, about: str) -> bytes:
        return f"{about}|".encode() + secret

    def open(self, sealed: bytes, about: str) -> bytes:
        owner, _, secret = sealed.partition(b"|")
        assert owner.decode() == about
        return secret


class House:
    """One workspace with its server. Northwind's policy and roster are published."""

    def __init__(self, desk: Desk, database: str, port: int, uploads: Uploads | None = None) -> None:
        self.desk = desk
        self.uploads = uploads
        self.database = database
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.key = self.new_key("web")
        self._line = httpx2.Client(base_url=self.url, timeout=PATIENCE, trust_env=False)

    def new_key(self, source: str, **settings: object) -> str:
        wanted = NewKey(f"key of {source}", source, **settings)  # type: ignore[arg-type]  # settings of several types
        return wiring.make_key(self.desk, wanted, by="test")

    def client(self, key: str | None = None) -> httpx2.Client:
        headers = {"Authorization": f"Bearer {key or self.key}"}
        return httpx2.Client(base_url=self.url, headers=headers, timeout=PATIENCE, trust_env=False)

    def send(self, body: object, *, key: str | None = None, **headers: str) -> httpx2.Response:
        """One lead as JSON, or the very bytes. Header names are given with _ for -."""
        given = {"Content-Type": "application/json"} | {k.replace("_", "-"): v for k, v in headers.items()}
        given.setdefault("Authorization", f"Bearer {key or self.key}")
        sent = {"content": body} if isinstance(body, bytes) else {"json": body}
        return self._line.post("/v1/leads", headers=given, **sent)  # type: ignore[arg-type]  # one of both

    def get(self, path: str, **headers: str) -> httpx2.Response:
        given = {"Authorization": f"Bearer {self.key}"} | {k.replace("_", "-"): v for k, v in headers.items()}
        return self._line.get(path, headers={k: v for k, v in given.items() if v})

    def close(self) -> None:
        self._line.close()

    def raw(self, request: bytes) -> bytes:
        """What the server says to these very bytes until it closes: a busy machine may take seconds."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as connection:
            connection.sendall(request)
            said = b""
            while part := connection.recv(65536):
                said += part
            return said


def codes(answer: httpx2.Response) -> list[tuple[str, str]]:
    """(pointer, code) of every error of a problem."""
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def publish_examples(desk: Desk, extra: str = "") -> None:
    """Northwind's roster and policy; `extra` is put behind the policy."""
    for kind, publish, more in (
        ("rosters", desk.publish_roster, ""),
        ("policies", desk.publish_policy, extra),
    ):
        text = (EXAMPLES / kind / "inbound.toml").read_text() + more
        publish(text, file=kind, by="test", reason="test")


def running(
    url: str,
    *,
    published: bool = True,
    now: Callable[[], datetime] = wiring.now,
    spool: Path | None = None,
    feeds: Callable[[Desk], Feeds] = lambda desk: Feeds(desk, OpenBox(), Egress()),
    **how: Any,
) -> Iterator[House]:
    """`now` is the clock of its doors, `spool` a folder for uploaded files, `how` as for a `Door`."""
    desk = wiring.desk_over(open_database(url, node="ada"), "ada")
    if published:
        publish_examples(desk)
    uploads = Uploads(desk, Spool(spool, now)) if spool else None
    bound = listening("127.0.0.1", 0)
    door = server(Door(desk, now=now, uploads=uploads, feeds=feeds(desk), **how))
    thread = threading.Thread(target=door.run, kwargs={"sockets": [bound]})
    thread.start()
    until(lambda: door.started)
    house = House(desk, url, bound.getsockname()[1], uploads)
    try:
        yield house
    finally:
        house.close()
        door.should_exit = True
        thread.join()
        if uploads:
            uploads.close()
        desk.close()
