"""A dialler and a mail system speak to /v1/hooks: signed or sent away, each event once, no API key."""

import base64
import hmac
import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

import httpx2
import pytest
from standardwebhooks.webhooks import Webhook

from firstright import wiring
from firstright.core.authority import Actor, Role
from firstright.desk.hooks import HookAdd, HookRotate, Hooks, HookSwitch
from firstright.storage import hooks, refusals, sourceview
from firstright.storage.inbox import Scope
from patience import PATIENCE
from web.houses import House, OpenBox, codes, running

OLGA = Actor("u", "Olga", Role.OPERATIONS)
_numbers = count(1)


class Dialler:
    """What stands at the other end: it has the secret."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.hooks = Hooks(house.desk, OpenBox(), wiring.new_secret)
        self.secret = self.hooks.change(HookAdd("dialler", source="web"), "test").secret

    def post(
        self,
        body: object,
        name: str = "",
        *,
        secret: str = "",
        at: datetime | None = None,
        sign: str = "",
        path: str = "dialler",
        **headers: str,
    ) -> httpx2.Response:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        name, at = name or f"evt-{next(_numbers)}", at or wiring.now()
        signature = sign or Webhook(secret or self.secret).sign(name, at, raw.decode("latin-1"))
        given = {
            "content-type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": signature,
        } | {k.replace("_", "-"): v for k, v in headers.items()}
        kept = {k: v for k, v in given.items() if v}
        url = f"{self.house.url}/v1/hooks/{path}"
        with httpx2.Client(timeout=PATIENCE, trust_env=False) as line:
            return line.post(url, content=raw, headers=kept)


@pytest.fixture
def dialler(database_url: str) -> Iterator[Dialler]:
    for house in running(database_url, sealing=OpenBox()):
        yield Dialler(house)


def lead(dialler: Dialler, name: str = "mara") -> str:
    body = {"email": f"{name}@{name}-works.example", "last_name": name.title(), "phone": "+493012345670"}
    made = dialler.house.send(body)
    assert made.status_code == 201
    return str(made.json()["lead"])


def test_a_signed_event_is_taken_once_and_seen_among_the_leads_activities(dialler: Dialler) -> None:
    mara = lead(dialler)
    click = {"data": {"email": "mara@mara-works.example", "kind": "click", "what": "/pricing"}}
    first = dialler.post(click, "evt-a")
    assert (first.status_code, first.json()["state"], first.json()["lead"]) == (200, "taken", mara)
    again = dialler.post(click, "evt-a")
    assert (again.status_code, again.json()) == (200, first.json() | {"repeat": True})
    assert again.headers["idempotent-replayed"] == "true"
    other = dialler.post({**click, "more": 1}, "evt-a")
    assert (other.status_code, other.json()["problems"][0]["code"]) == (202, "idempotency.mismatch")
    shown = dialler.house.get(f"/v1/leads/{mara}/activities").json()
    assert [(e["kind"], e["about"]["kind"], e["about"]["what"]) for e in shown["entries"]] == [
        ("engagement", "click", "/pricing")
    ]
    assert shown["entries"][0]["about"]["reported_by"] == "hook:dialler"


def test_pages_of_activities_end_where_the_next_begins(dialler: Dialler) -> None:
    mara = lead(dialler)
    for page in ("/a", "/b", "/c"):
        assert dialler.post({"lead": mara, "kind": "visit", "what": page}).status_code == 200
    seen, after = [], ""
    while True:
        answer = dialler.house.get(f"/v1/leads/{mara}/activities?limit=1{after}").json()
        seen += [each["about"]["what"] for each in answer["entries"]]
        if answer["next"] is None:
            break
        after = f"&after={answer['next']}"
    assert seen == ["/c", "/b", "/a"]


def test_who_does_not_have_the_secret_is_sent_away_and_nothing_is_kept(dialler: Dialler) -> None:
    foreign = f"whsec_{base64.b64encode(os.urandom(32)).decode()}"
    old, ahead = wiring.now() - timedelta(seconds=310), wiring.now() + timedelta(hours=1)
    said = {"email": "x@x.example"}
    for answer in (
        dialler.post(said, secret=foreign),
        dialler.post(said, sign="v1,AAAA"),
        dialler.post(said, sign="v2,AAAA"),
        dialler.post(said, webhook_signature=""),
        dialler.post(said, webhook_timestamp="soon"),
        dialler.post(said, at=old),
        dialler.post(said, at=ahead),
        dialler.post(b"\xff{}", sign="v1,AAAA"),
    ):
        assert (answer.status_code, codes(answer)) == (401, [("", "signature.invalid")])
    assert dialler.post(said, webhook_id="two words", sign="v1,AAAA").status_code == 400
    assert dialler.post(said, path="nobody").status_code == 404
    with dialler.house.desk.read() as tx:
        assert hooks.events(tx, "dialler", aside=False) == []


def test_a_signature_of_a_minute_ago_counts_and_both_secrets_do_during_a_rotation(dialler: Dialler) -> None:
    said, ago = {"email": "x@x.example", "kind": "reply"}, wiring.now() - timedelta(seconds=60)
    assert dialler.post(said, at=ago).status_code == 202  # nobody has this address: kept aside
    new = dialler.hooks.change(HookRotate("dialler"), "test").secret
    assert dialler.post(said).status_code == 202
    assert dialler.post(said, secret=new).status_code == 202
    dialler.hooks.change(HookRotate("dialler", finish=True), "test")
    assert dialler.post(said).status_code == 401
    assert dialler.post(said, secret=new).status_code == 202
    dialler.hooks.change(HookSwitch("dialler", False), "test")
    assert dialler.post(said, secret=new).status_code == 404


def test_signed_nonsense_is_kept_aside_and_told(dialler: Dialler) -> None:
    answer = dialler.post(b"{nonsense")
    assert answer.status_code == 202
    assert (answer.json()["state"], answer.json()["lead"]) == ("quarantined", None)
    assert answer.json()["problems"][0]["code"] == "json.syntax"
    latin, at = '{"note": "José"}'.encode("latin-1"), wiring.now()
    key = base64.b64decode(dialler.secret.removeprefix("whsec_"))
    mark = hmac.digest(key, f"old.{int(at.timestamp())}.".encode() + latin, "sha256")
    kept = dialler.post(latin, "old", at=at, sign=f"v1,{base64.b64encode(mark).decode()}")
    assert (kept.status_code, kept.json()["problems"][0]["code"]) == (202, "encoding.utf8")
    assert dialler.post(b"x" * 70_000).status_code == 413


def test_what_is_turned_away_is_counted_for_its_hook_and_for_no_source(dialler: Dialler) -> None:
    assert dialler.post({"kind": "click"}, sign="v1,nothing").status_code == 401
    assert dialler.post({"kind": "click"}, path="nobody").status_code == 404
    dialler.house.desk.refusals.close()
    with dialler.house.desk.read() as tx:
        found = refusals.of_hooks(tx, wiring.now() - timedelta(hours=2))
        assert sourceview.refused(tx, Scope(OLGA), wiring.now() - timedelta(hours=2)) == []
    said = "no signature is of a secret of this hook"
    assert [(each.hook, each.code, each.reason, each.n) for each in found] == [
        ("dialler", "", "requests turned away", 1), ("dialler", "signature.invalid", said, 1),
    ]  # fmt: skip
