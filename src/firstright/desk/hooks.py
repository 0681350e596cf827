"""Hooks by which foreign systems report activity: registered under the turn, audited, secrets sealed and shown once.

It takes no event: that is `hooking`.
"""

import re
from collections.abc import Callable
from datetime import datetime
from typing import assert_never

import msgspec

from firstright.core.clean.places import country_code
from firstright.desk.asked import operator
from firstright.desk.batch import Batch
from firstright.desk.desk import Desk
from firstright.desk.destinations import Sealing
from firstright.desk.hooking import Taken, replay_event
from firstright.desk.rereading import RereadAsked, StartRereading
from firstright.errors import Refused
from firstright.intake.activity import map_faults
from firstright.storage import audit, hooks
from firstright.storage.hooks import HookRow, HookSettings

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)


class HookAdd(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="add"):
    """`map` is TOML; `source` is whose external ids its events name; `country` where phone numbers without a prefix are from."""

    name: str
    map: str = ""
    source: str = ""
    country: str = ""


class HookChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="change"):
    """All of it anew, but for its secrets."""

    name: str
    map: str = ""
    source: str = ""
    country: str = ""


class HookRotate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="rotate"):
    """Events may be signed with a new secret or the one before it, until the rotation is finished."""

    name: str
    finish: bool = False


class HookSwitch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="switch"):
    name: str
    on: bool


class HookRemove(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="remove"):
    name: str


class HookReplay(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="replay"):
    """What is in quarantine, read again with today's map: one event, or all of a hook."""

    name: str = ""
    event: str = ""


HookAsked = HookAdd | HookChange | HookRotate | HookSwitch | HookRemove | HookReplay


class HookNow(msgspec.Struct, frozen=True):
    """A hook as it is now. `secret` is there once: when it was made. `replayed` is what became of an event read again, `errand` what
    reads all of them."""

    name: str
    enabled: bool = True
    secret: str = ""
    replayed: tuple[Taken, ...] = ()
    errand: str = ""


class Hooks:
    """What changes hooks. `new_secret` makes one; `sealing` keeps them."""

    def __init__(self, desk: Desk, sealing: Sealing, new_secret: Callable[[], str]) -> None:
        self._desk = desk
        self._sealing = sealing
        self._new_secret = new_secret

    def change(self, asked: HookAsked, by: str) -> HookNow:
        """Raises Refused with every reason, NotFound for an event that never was."""
        if isinstance(asked, HookReplay):
            if bool(asked.name) == bool(asked.event):
                raise Refused(
                    ["replay: name one event, or the hook all of whose events are to be read again"]
                )
            return self._replayed(asked, by)
        if isinstance(asked, HookAdd | HookChange):
            _judge(asked)
        secret = self._new_secret() if _makes_one(asked) else ""
        return self._desk.writer.submit(_Change(asked, secret, self._sealing, by)).result()

    def _replayed(self, asked: HookReplay, by: str) -> HookNow:
        if asked.event:
            return HookNow(asked.name, replayed=(replay_event(self._desk, asked.event),))
        begun = self._desk.act(StartRereading(RereadAsked(hook=asked.name), operator(by)))
        return HookNow(asked.name, errand=begun.errand)


def opened(row: HookRow, sealing: Sealing) -> tuple[str, ...]:
    """The secrets of a hook, newest first. Whatever `open` raises when they were sealed with another key."""
    return hooks.secrets_of(sealing.open(row.secret, hooks.sealed_about(row.name)))


def _makes_one(asked: HookAsked) -> bool:
    return isinstance(asked, HookAdd) or (isinstance(asked, HookRotate) and not asked.finish)


def _judge(asked: HookAdd | HookChange) -> None:
    wrong = []
    if not _NAME.fullmatch(asked.name):
        wrong.append("name: has small letters, digits, dots, dashes and underscores, 64 at most")
    if asked.country and country_code(asked.country) != asked.country:
        wrong.append("country: is no country of two capital letters")
    if len(asked.source) > 100 or not asked.source.isprintable():
        wrong.append("source: has 100 characters at most, all of which can be seen")
    wrong += map_faults(asked.map) if asked.map else []
    if wrong:
        raise Refused(wrong)


class _Change:
    lane = "person"

    def __init__(self, asked: HookAsked, secret: str, sealing: Sealing, by: str) -> None:
        self.asked = asked
        self.secret = secret
        self.sealing = sealing
        self.by = by

    def needs(self, batch: Batch) -> None:
        """Nothing is looked up before."""

    def rescue(self, batch: Batch, failure: Exception) -> HookNow:
        raise failure

    def perform(self, batch: Batch) -> HookNow:
        asked = self.asked
        row = hooks.one(batch.tx, asked.name)
        if isinstance(asked, HookAdd):
            if row is not None:
                raise Refused([f"{asked.name}: there is a hook of this name already"])
            row = HookRow(asked.name, b"", HookSettings(), True, batch.turn.now)
            self._seal(row, (self.secret,), batch.turn.now)
            row.settings = _said(asked, row.settings)
            hooks.add(batch.tx, row)
            return self._audited(batch, row, "add-hook")
        if row is None:
            raise Refused([f"{asked.name[:80]}: is no hook; firstright hook list shows all"])
        match asked:
            case HookChange():
                row.settings, action = _said(asked, row.settings), "change-hook"
            case HookRotate():
                self._rotate(row, asked, batch.turn.now)
                action = "rotate-hook-secret"
            case HookSwitch():
                row.enabled, action = asked.on, "switch-hook"
            case HookRemove():
                hooks.remove(batch.tx, row.name)
                return self._audited(batch, row, "remove-hook")
            case HookReplay():
                raise AssertionError("a replay changes no hook")
            case _:
                assert_never(asked)
        hooks.change(batch.tx, row)
        return self._audited(batch, row, action)

    def _rotate(self, row: HookRow, asked: HookRotate, now: datetime) -> None:
        before = opened(row, self.sealing)
        if not asked.finish and len(before) > 1:
            raise Refused([f"{row.name}: a rotation is under way; finish it first, with --finish"])
        if asked.finish and len(before) < 2:
            raise Refused([f"{row.name}: no rotation is under way"])
        made = row.settings.sealed_at or row.created_at
        self._seal(row, before[:1] if asked.finish else (self.secret, *before), made if asked.finish else now)

    def _seal(self, row: HookRow, secrets: tuple[str, ...], made: datetime) -> None:
        row.secret = self.sealing.seal(hooks.secrets_text(secrets), hooks.sealed_about(row.name))
        ends = tuple(secret.rstrip("=")[-4:] for secret in secrets)
        row.settings = msgspec.structs.replace(row.settings, ends=ends, sealed_at=made)

    def _audited(self, batch: Batch, row: HookRow, action: str) -> HookNow:
        now, turn, said = batch.turn.now, batch.turn.n, row.settings
        about = {"on": row.enabled, "source": said.source, "country": said.country, "secrets": said.ends}
        audit.append(batch.tx, batch.new_id(), now, turn, self.by, action, "hook", row.name, about)
        return HookNow(row.name, row.enabled, self.secret)


def _said(asked: HookAdd | HookChange, before: HookSettings) -> HookSettings:
    return msgspec.structs.replace(before, map=asked.map, source=asked.source, country=asked.country)
