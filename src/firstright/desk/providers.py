"""Registering whom facts are asked of: under the turn, audited, address and headers sealed and never shown again. It asks nobody."""

import re
from typing import assert_never

import msgspec

from firstright.core.providers import ASKS
from firstright.desk import Desk, addresses
from firstright.desk.alarming import silence, sound
from firstright.desk.asking import OFF
from firstright.desk.batch import Batch
from firstright.desk.destinations import Sealing
from firstright.errors import Refused
from firstright.outbound.egress import Egress
from firstright.storage import audit, providers
from firstright.storage.providers import Access, ProviderRow

MOST_HEADERS = 20
LONGEST_HEADER = 4_000  # characters
LONGEST_BODY = 16_000
NO_PLACE = "url: has no place for what is asked, and no body has one: {domain}, {email}, {phone} or {company}"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OURS = frozenset(
    {"host", "content-length", "connection", "transfer-encoding", "accept-encoding", "user-agent"}
)
_encode = msgspec.json.Encoder().encode


class AddProvider(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="add"):
    """`url` has a place for what is asked: https://api.example/companies/{domain}; or `body` has, JSON that is posted then."""

    name: str
    url: str
    headers: dict[str, str] = {}
    body: str = ""

    def __repr__(self) -> str:
        return f"AddProvider({self.name})"


class ChangeProvider(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="change"):
    """Another address, other headers in place of all there are, or another body: an empty one makes it a GET. An address that is
    empty stays, and so do headers and a body that are null."""

    name: str
    url: str = ""
    headers: dict[str, str] | None = None
    body: str | None = None

    def __repr__(self) -> str:
        return f"ChangeProvider({self.name})"


class SwitchProvider(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="switch"):
    """On, with a clean slate, or off: what is due to be asked ends with the reason."""

    name: str
    on: bool


class RemoveProvider(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="remove"):
    """With its headers and with everything it ever answered."""

    name: str


ProviderChange = AddProvider | ChangeProvider | SwitchProvider | RemoveProvider


class ProviderNow(msgspec.Struct, frozen=True):
    """A provider as registered now."""

    name: str
    url: str
    enabled: bool
    headers: tuple[str, ...] = ()


class Providers:
    """What changes them: the key that seals, and where this program may go."""

    def __init__(self, desk: Desk, sealing: Sealing, egress: Egress) -> None:
        self._desk = desk
        self._sealing = sealing
        self._egress = egress

    def change(self, asked: ProviderChange, by: str) -> ProviderNow:
        """Raises Refused with everything that is wrong with it; nothing is changed then."""
        if isinstance(asked, AddProvider):
            judged(asked.name, asked.url, asked.headers, self._egress, asked.body)
        elif isinstance(asked, ChangeProvider):
            judged(asked.name, asked.url, asked.headers or {}, self._egress, asked.body or "", whole=False)
        return self._desk.writer.submit(RegisterProvider(asked, by, self._sealing)).result()


def judged(
    name: str, url: str, headers: dict[str, str], egress: Egress, body: str = "", *, whole: bool = True
) -> None:
    """Raises Refused with everything that can be seen to be wrong. Without `whole` the address may be empty."""
    wrong = []
    if not _NAME.fullmatch(name):
        wrong.append(f"name: {name[:80]!r} has letters, digits, dots, dashes and underscores, 64 at most")
    if url or whole:
        wrong += [f"url: {each}" for each in addresses.faults("provider", _plain(url), egress)]
        if "{" in url.split("://", 1)[-1].split("/", 1)[0]:  # else a lead could say where we connect to
            wrong.append("url: has its place in the host; what is asked stands in the path or the query")
    wrong += _body_faults(body) if body else []
    if whole and not _has_place(url, body):
        wrong.append(NO_PLACE)
    if len(headers) > MOST_HEADERS:
        wrong.append(f"headers: are {MOST_HEADERS} at most")
    for header, value in headers.items():
        if not _TOKEN.fullmatch(header) or header.lower() in _OURS:
            wrong.append(f"headers: {header[:80]!r} cannot be sent")
        elif not (value.isascii() and value.isprintable() and 0 < len(value) <= LONGEST_HEADER):
            wrong.append(f"headers: {header}: has 1 to {LONGEST_HEADER:,} ASCII characters that can be seen")
    if wrong:
        raise Refused(wrong)


def _body_faults(body: str) -> list[str]:
    if len(body) > LONGEST_BODY:
        return [f"body: has at most {LONGEST_BODY:,} characters"]
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        return [f"body: is no JSON: {error}"]
    return [] if isinstance(found, dict | list) else ["body: is a JSON object, or a list"]


def _has_place(url: str, body: str) -> bool:
    return any(f"{{{ask}}}" in url or f"{{{ask}}}" in body for ask in ASKS)


def _plain(url: str) -> str:
    """The address as it may be asked, so that its places are judged as what stands in them."""
    for ask in ASKS:
        url = url.replace(f"{{{ask}}}", "x")
    return url


class RegisterProvider:
    """One change of one provider."""

    lane = "person"

    def __init__(self, asked: ProviderChange, by: str, sealing: Sealing) -> None:
        self.asked = asked
        self.by = by
        self.sealing = sealing

    def needs(self, batch: Batch) -> None: ...

    def perform(self, batch: Batch) -> ProviderNow:
        match self.asked:
            case AddProvider(name, url, headers, body):
                return self._add(batch, name, Access(url, headers, body))
            case ChangeProvider(name) as changed:
                return self._change(batch, self._row(batch, name), changed)
            case SwitchProvider(name, on):
                return self._switch(batch, self._row(batch, name), on)
            case RemoveProvider(name):
                row = self._row(batch, name)
                providers.remove(batch.tx, name)
                silence(batch, OFF, name, self.by)
                return self._audited(batch, "remove-provider", row)
            case _:
                assert_never(self.asked)

    def rescue(self, batch: Batch, failure: Exception) -> ProviderNow:
        raise failure

    def _row(self, batch: Batch, name: str) -> ProviderRow:
        row = providers.one(batch.tx, name)
        if row is None:
            raise Refused([f"{name[:80]}: is no provider; firstright provider list shows all"])
        return row

    def _add(self, batch: Batch, name: str, access: Access) -> ProviderNow:
        if providers.one(batch.tx, name) is not None:
            raise Refused([f"{name}: is registered already; change it or remove it first"])
        row = ProviderRow(name, "", b"", "[]", True, "", batch.turn.now)
        self._put(row, access)
        providers.add(batch.tx, row)
        return self._audited(batch, "add-provider", row)

    def _change(self, batch: Batch, row: ProviderRow, asked: ChangeProvider) -> ProviderNow:
        before = providers.opened(row, self.sealing.open)
        headers = before.headers if asked.headers is None else asked.headers
        body = before.body if asked.body is None else asked.body
        now = Access(asked.url or before.url, headers, body)
        if not _has_place(now.url, now.body):
            raise Refused([NO_PLACE])
        self._put(row, now)
        providers.change(batch.tx, row)
        return self._audited(batch, "change-provider", row)

    def _switch(self, batch: Batch, row: ProviderRow, on: bool) -> ProviderNow:
        row.enabled, row.off_reason = on, "" if on else f"switched off by {self.by}"
        providers.switch(batch.tx, row.name, on, row.off_reason)
        if on:
            silence(batch, OFF, row.name, self.by)
        else:
            sound(batch, OFF, row.name, f"Provider {row.name} was {row.off_reason}.", severity="note")
        return self._audited(batch, "switch-provider", row)

    def _put(self, row: ProviderRow, access: Access) -> None:
        row.url = addresses.shown("provider", access.url)
        row.headers = _encode(sorted(access.headers)).decode()
        row.sealed = self.sealing.seal(_encode(access), providers.sealed_about(row.name))

    def _audited(self, batch: Batch, action: str, row: ProviderRow) -> ProviderNow:
        told = {"url": row.url, "on": row.enabled}
        audit.append(
            batch.tx,
            batch.new_id(),
            batch.turn.now,
            batch.turn.n,
            self.by,
            action,
            "provider",
            row.name,
            told,
        )
        return ProviderNow(
            row.name, row.url, row.enabled, tuple(msgspec.json.decode(row.headers, type=list[str]))
        )
