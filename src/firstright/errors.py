"""Every error that crosses a room's door, in one small tree, each with its data. Sentences for people are made in `web` and `cli`.

FirstrightError
  DatabaseError
    DatabaseUnavailable   not reachable, full or read-only: nothing was changed, try again later
    DatabaseBusy          a lock or time limit was hit: nothing was changed, try again now
    CommitUnknown         the answer to COMMIT was lost: it happened or it did not
    Conflict              a unique or check constraint said no: nothing was changed
    BadValue              a value this database cannot hold: nothing was changed
    UnsafeDatabase        a setting under which acknowledged rows can be lost: refused at start
    SchemaMismatch        the tables are newer than this program, or a migration was edited
  AlreadyServing          another process owns the SQLite file
  BadConfiguration        settings that contradict themselves or the machine: refused at start
  NoPolicy                the workspace has no published policy or roster yet
  NotFound                there is nothing under this name
  Superseded              somebody else was faster: the lead has another holder by now
  InHand                  somebody else has claimed it
  KeyReused               the same idempotency key came before with other content
"""

import re
from collections.abc import Sequence
from datetime import datetime

_NAMES = re.compile(r"[\w.]+(, [\w.]+)*")  # of a constraint or of columns; what is no name may be a row


class FirstrightError(Exception):
    """Something this program knows how to explain."""


class DatabaseError(FirstrightError):
    """The database refused or was not there. `detail` is the driver's text, for the log and never for a caller."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class DatabaseUnavailable(DatabaseError):
    """The database cannot be reached, is full or read-only; the transaction did not happen."""


class DatabaseBusy(DatabaseError):
    """A lock or a statement took too long; the transaction did not happen and may be tried again."""


class CommitUnknown(DatabaseError):
    """The connection broke while COMMIT was on its way: look before you try again."""


class Conflict(DatabaseError):
    """A constraint refused a row. `constraint` is its name, or on SQLite the columns "table.a, table.b"."""

    def __init__(self, constraint: str, detail: str) -> None:
        super().__init__(detail)
        self.constraint = constraint


class BadValue(DatabaseError):
    """A value of the wrong shape for its column, such as a NUL character in a text."""


class UnsafeDatabase(DatabaseError):
    """A setting that can lose acknowledged rows; this program does not start on it."""

    def __init__(self, setting: str, value: str) -> None:
        super().__init__(f"{setting} is {value}")
        self.setting = setting
        self.value = value


class SchemaMismatch(DatabaseError):
    """Migration `name` of this database is not known here, or was applied with other text."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(f"{name}: {detail}")
        self.name = name


class AlreadyServing(FirstrightError):
    """Another process owns the database file. `holder` says who, as that process wrote it down."""

    def __init__(self, path: str, holder: str) -> None:
        super().__init__(f"{path} is served by {holder}")
        self.path = path
        self.holder = holder


class BadConfiguration(FirstrightError):
    """The settings are wrong; `problems` lists every one of them."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class NoPolicy(FirstrightError):
    """Nothing can be decided before a policy and a roster are published. `missing` names which."""

    def __init__(self, missing: str) -> None:
        super().__init__(f"no {missing} is published")
        self.missing = missing


class Refused(FirstrightError):
    """A document was judged and refused. `reasons` are sentences, one for everything that is wrong with it."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = tuple(reasons)


def for_log(error: Exception) -> dict[str, str]:
    """What a log may say about an error. A driver's details quote the values of rows; its first line does so only where a
    value is what is wrong.
    """
    said = {"error": type(error).__name__}
    if isinstance(error, Conflict):
        return {**said, "constraint": error.constraint} if _NAMES.fullmatch(error.constraint) else said
    if isinstance(error, DatabaseUnavailable | DatabaseBusy | CommitUnknown):
        said["said"] = (error.detail.strip().splitlines() or [""])[0]
    return said


class NotFound(FirstrightError):
    """`what` says which thing was looked for: "lead 0190-…"."""

    def __init__(self, what: str) -> None:
        super().__init__(f"there is no {what}")
        self.what = what


class Superseded(FirstrightError):
    """Compare-and-set on the holder failed: it is `owner` (a rep, or empty) in `epoch` by now; nothing was changed.

    `where` says where a lead is that is with no rep: "queue desk", "review incomplete", "nurture".
    """

    def __init__(self, owner: str, epoch: int, where: str = "") -> None:
        found = f"with {owner}" if owner else f"with no rep, but in {where}" if where else "with nobody"
        super().__init__(f"it is {found} by now (epoch {epoch})")
        self.owner = owner
        self.epoch = epoch
        self.where = where


class InHand(FirstrightError):
    """Somebody (`by`, a user) has had it in hand since then. From `free_at` on it may be taken over."""

    def __init__(self, by: str, since: datetime, free_at: datetime) -> None:
        super().__init__(
            f"somebody has had it in hand since {since:%Y-%m-%d %H:%M} UTC; "
            f"it may be taken over from {free_at:%Y-%m-%d %H:%M} UTC on"
        )
        self.by = by
        self.since = since
        self.free_at = free_at


class NothingWaits(FirstrightError):
    """Somebody asked for the next lead of a pool, and there is none."""

    def __init__(self, pool: str) -> None:
        super().__init__(f"nothing waits in {pool}")
        self.pool = pool


class KeyReused(FirstrightError):
    """An idempotency key that came before with other content; nothing was changed."""

    def __init__(self) -> None:
        super().__init__("this key came before with other content; nothing was changed")
