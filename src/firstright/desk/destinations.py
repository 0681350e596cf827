"""Registering where deliveries go: under the turn, audited, secrets sealed. It sends nothing and shows no secret twice."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Protocol, assert_never

import msgspec

from firstright.desk import addresses
from firstright.desk.batch import Batch
from firstright.desk.writer import Work
from firstright.errors import Refused
from firstright.outbound.egress import Egress
from firstright.storage import audit, destinations
from firstright.storage.destinations import DestinationRow, Secrets

_NAME = re.compile(r"(webhook|slack|email):[A-Za-z0-9][A-Za-z0-9._-]{0,63}|slack|email")
LONGEST_PASSWORD = 500
_encode = msgspec.json.Encoder().encode


class Sealing(Protocol):
    """What seals and opens secrets; `about` names whose they are."""

    def seal(self, secret: bytes, about: str) -> bytes: ...

    def open(self, sealed: bytes, about: str) -> bytes: ...


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a destination is. `password` is the mail server's."""

    name: str
    url: str
    password: str = ""


class Add(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="add"):
    wanted: Wanted


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="change"):
    """Another address or password. What is empty stays as it is; a password stays while the user does."""

    wanted: Wanted


class Rotate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="rotate"):
    """A webhook signs with a new secret and the one before it, too, until the rotation is finished."""

    name: str
    finish: bool = False


class Switch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="switch"):
    """On, with a clean slate, or off: what is due to it dies with the reason, and can be sent once more."""

    name: str
    on: bool


class Remove(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="remove"):
    name: str


Asked = Add | Change | Rotate | Switch | Remove


class Registered(msgspec.Struct, frozen=True):
    """A destination as it is now. `secret` is there once: when it was made."""

    name: str
    kind: str
    url: str
    enabled: bool
    secret: str = ""


class Ends(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the row's settings say of its secrets: enough to tell them apart, too little to use them."""

    secrets: tuple[str, ...] = ()  # the last four characters of each, newest first
    password: bool = False


def kind_of(name: str) -> str:
    return name.partition(":")[0]


def judged(wanted: Wanted, egress: Egress) -> Wanted:
    """The same again when it can be registered. Raises Refused with everything that is wrong with it."""
    kind = kind_of(wanted.name)
    wrong = []
    if not _NAME.fullmatch(wanted.name):
        wrong.append(
            f"name: {wanted.name[:80]!r} is none of webhook:ID, slack:ID, slack, email:ID, email"
            " (an ID has letters, digits, dots, dashes and underscores, 64 at most)"
        )
    wrong += [f"url: {each}" for each in addresses.faults(kind, wanted.url, egress)]
    if wanted.password and kind != "email":
        wrong.append("password: is for mail servers only")
    elif wanted.password and not addresses.user(wanted.url):
        wrong.append("password: needs a user name in the URL: smtp://USER@HOST:587?from=ADDRESS")
    elif not wanted.password.isprintable() or len(wanted.password) > LONGEST_PASSWORD:
        wrong.append(f"password: has {LONGEST_PASSWORD} characters at most, all of which can be seen")
    if wrong:
        raise Refused(wrong)
    return wanted


def work(
    asked: Asked, *, by: str, sealing: Sealing, egress: Egress, new_secret: Callable[[], str]
) -> Work[Registered]:
    """What the writer does for a request. Raises Refused with everything that can be seen to be wrong before a turn."""
    match asked:
        case Add(wanted):
            judged(wanted, egress)
            secret = new_secret() if kind_of(wanted.name) == "webhook" else ""
            return AddDestination(wanted, secret, by, sealing)
        case Change(wanted):
            return ChangeDestination(wanted, by, sealing, egress)
        case Rotate(name, finish):
            return RotateSecret(name, "" if finish else new_secret(), by, sealing)
        case Switch(name, on):
            return SwitchDestination(name, on, by)
        case Remove(name):
            return RemoveDestination(name, by)
        case _:
            assert_never(asked)


class _Change:
    """What all of them share: a person's lane, one row, one line in the audit trail."""

    lane = "person"
    action = ""

    def __init__(self, name: str, by: str) -> None:
        self.name = name
        self.by = by

    def needs(self, batch: Batch) -> None:
        """Nothing is looked up before."""

    def rescue(self, batch: Batch, failure: Exception) -> Registered:
        raise failure

    def _row(self, batch: Batch) -> DestinationRow:
        row = destinations.one(batch.tx, self.name)
        if row is None:
            raise Refused([f"{self.name[:80]}: is no destination; firstright destination list shows all"])
        return row

    def _audited(self, batch: Batch, row: DestinationRow, secret: str = "", **about: object) -> Registered:
        now, turn = batch.turn.now, batch.turn.n
        told = {"url": row.url, **about}
        audit.append(batch.tx, batch.new_id(), now, turn, self.by, self.action, "destination", row.name, told)
        return Registered(row.name, row.kind, row.url, row.enabled, secret)


class _Sealed(_Change):
    def __init__(self, name: str, by: str, sealing: Sealing) -> None:
        super().__init__(name, by)
        self.sealing = sealing

    def _put(self, row: DestinationRow, url: str, secrets: tuple[str, ...], password: str) -> None:
        shown = addresses.shown(row.kind, url)
        kept = Secrets(secrets, password, url if url != shown else "")
        row.url = shown
        row.settings = _encode(Ends(tuple(s.rstrip("=")[-4:] for s in secrets), bool(password))).decode()
        about = destinations.sealed_about(row.name)
        row.secret = self.sealing.seal(_encode(kept), about) if kept != Secrets() else None


class AddDestination(_Sealed):
    """`wanted` is judged; `secret` is what a webhook will sign with, made in the wiring, else empty."""

    action = "add-destination"

    def __init__(self, wanted: Wanted, secret: str, by: str, sealing: Sealing) -> None:
        super().__init__(wanted.name, by, sealing)
        self.wanted = wanted
        self.secret = secret

    def perform(self, batch: Batch) -> Registered:
        if destinations.one(batch.tx, self.name) is not None:
            raise Refused([f"{self.name}: is registered already; change it or remove it first"])
        row = _fresh(self.wanted, batch.new_id(), batch.turn.now)
        self._put(row, self.wanted.url, (self.secret,) if self.secret else (), self.wanted.password)
        destinations.add(batch.tx, row)
        return self._audited(batch, row, self.secret)


class ChangeDestination(_Sealed):
    action = "change-destination"

    def __init__(self, wanted: Wanted, by: str, sealing: Sealing, egress: Egress) -> None:
        super().__init__(wanted.name, by, sealing)
        self.wanted = wanted
        self.egress = egress

    def perform(self, batch: Batch) -> Registered:
        row = self._row(batch)
        before = destinations.opened(row, self.sealing.open)
        earlier, was = before.url or row.url, row.url
        url = self.wanted.url or earlier
        judged(Wanted(row.name, url, self.wanted.password), self.egress)
        same = addresses.user(url) == addresses.user(earlier)
        self._put(row, url, before.secrets, self.wanted.password or (before.password if same else ""))
        destinations.change(batch.tx, row)
        return self._audited(batch, row, was=was)


class RotateSecret(_Sealed):
    """`secret` empty finishes: only the newest one is left."""

    action = "rotate-secret"

    def __init__(self, name: str, secret: str, by: str, sealing: Sealing) -> None:
        super().__init__(name, by, sealing)
        self.secret = secret

    def perform(self, batch: Batch) -> Registered:
        row = self._row(batch)
        if row.kind != "webhook":
            raise Refused([f"{row.name}: only webhooks have a secret to sign with"])
        before = destinations.opened(row, self.sealing.open)
        if self.secret and len(before.secrets) > 1:
            raise Refused([f"{row.name}: a rotation is under way; finish it first, with --finish"])
        if not self.secret and len(before.secrets) < 2:
            raise Refused([f"{row.name}: no rotation is under way"])
        secrets = (self.secret, *before.secrets) if self.secret else before.secrets[:1]
        self._put(row, before.url or row.url, secrets, before.password)
        destinations.change(batch.tx, row)
        return self._audited(batch, row, self.secret, step="begin" if self.secret else "finish")


class SwitchDestination(_Change):
    action = "switch-destination"

    def __init__(self, name: str, on: bool, by: str) -> None:
        super().__init__(name, by)
        self.on = on

    def perform(self, batch: Batch) -> Registered:
        row = self._row(batch)
        destinations.switch(batch.tx, row.name, self.on, "" if self.on else f"switched off by {self.by}")
        row.enabled = self.on
        return self._audited(batch, row, on=self.on)


class RemoveDestination(_Change):
    action = "remove-destination"

    def perform(self, batch: Batch) -> Registered:
        row = self._row(batch)
        destinations.remove(batch.tx, row.name)
        return self._audited(batch, row)


def _fresh(wanted: Wanted, name: str, now: datetime) -> DestinationRow:
    return DestinationRow(
        id=name,
        name=wanted.name,
        kind=kind_of(wanted.name),
        url=wanted.url,
        settings="{}",
        secret=None,
        enabled=True,
        failing_since=None,
        created_at=now,
    )
