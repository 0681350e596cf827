"""Sources: who may send, how strictly it is read, what a form asks and how its answers are mapped. Judged whole, saved
under the turn, audited. It takes no lead.
"""

import re
from typing import Literal, assert_never

import msgspec

from firstright.core.authority import Actor, Right
from firstright.core.clean.places import country_code
from firstright.core.rules.fields import CATALOGUE, Catalogue
from firstright.desk.batch import Batch
from firstright.desk.desk import Desk
from firstright.errors import Refused
from firstright.intake.fieldmap import FieldMap, read_map, usable_map
from firstright.intake.form import whole_map
from firstright.intake.formsettings import FormSettings, faults, read_settings, stored
from firstright.intake.jsonbody import CONTACTS
from firstright.storage import access, audit
from firstright.storage.access import SourceRow

Kind = Literal["api", "form", "file"]
LONGEST = 100  # characters of a name: it is part of keys that an index must hold

_IN_URL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_encode = msgspec.json.Encoder().encode


class Described(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A source as people say it. `map` is TOML; `form` counts for kind "form" only."""

    name: str
    kind: Kind = "form"
    country: str = ""
    strict: bool = False
    allow_extra: bool = True
    map: str = ""
    form: FormSettings = FormSettings()
    enabled: bool = True


class Add(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="add"):
    source: Described


class Change(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="change"):
    """All of it anew, but for name and kind."""

    source: Described


class Switch(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="switch"):
    name: str
    on: bool


SourceAsked = Add | Change | Switch


def described(row: SourceRow) -> Described:
    settings = read_settings(row.settings) if row.kind == "form" else FormSettings()
    kind: Kind = row.kind if row.kind in ("api", "form", "file") else "api"  # type: ignore[assignment]  # mypy forgets it
    return Described(
        row.name, kind, row.country, row.strict, row.allow_extra, map_of(row), settings, row.enabled
    )


def map_of(row: SourceRow) -> str:
    """The map's text; empty when the source has none."""
    return _Map.read(row.field_map)


class _Map(msgspec.Struct, frozen=True, omit_defaults=True):
    """What stands in the row's field_map."""

    map: str = ""

    @staticmethod
    def read(text: str) -> str:
        return msgspec.json.decode(text, type=_Map).map


def judged(source: Described, catalogue: Catalogue = CATALOGUE) -> Described:
    """The same again when it can be saved. Raises Refused with everything that is wrong with it."""
    wrong = _head(source)
    if source.kind == "form":
        wrong += faults(source.form)
        wrong += _map_faults(source, catalogue)
    elif source.map:
        wrong.append("map: only a form keeps one; a file is imported under its own")
    if wrong:
        raise Refused(wrong)
    return source


def _head(source: Described) -> list[str]:
    wrong = []
    if source.kind == "form" and not _IN_URL.fullmatch(source.name):
        wrong.append("name: a form's name has letters, digits, dots, dashes and underscores, 64 at most")
    if not source.name.strip() or len(source.name) > LONGEST or not source.name.isprintable():
        wrong.append(f"name: has 1 to {LONGEST} characters, all of which can be seen")
    if source.country and country_code(source.country) != source.country:
        wrong.append("country: is no country of two capital letters")
    return wrong


def _map_faults(source: Described, catalogue: Catalogue) -> list[str]:
    _, found = read_map(source.map, catalogue=catalogue) if source.map else (None, ())
    own = usable_map(source.map, catalogue) if source.map else None
    # Fields that are called as ours are need no map: whether anybody can be reached is asked of the whole.
    wrong = [f for f in found if f.severity == "error" and f.code != "map.no_contact"]
    said = [f"map: line {f.line}: {f.text}" for f in wrong]
    if own is not None and own.source != source.name:
        said.append(f'map: is for the source "{own.source}"')
    if own is not None and own.lookups:
        said.append("map: a form has no other files to look things up in")
    if not said and not _reaches(own, source, catalogue):
        said.append(f"map: no field of this form fills {', '.join(CONTACTS)}: nobody could be reached")
    return said


def _reaches(own: FieldMap | None, source: Described, catalogue: Catalogue) -> bool:
    whole = whole_map(own, source.name, source.form, catalogue)
    return not {column.field for column in whole.fields}.isdisjoint(CONTACTS)


def change_sources(desk: Desk, asked: SourceAsked, *, by: str) -> Described:
    """Does what is asked; the source as it is now. Raises Refused with every reason."""
    catalogue = desk.policy.policy.catalogue if desk.policy else CATALOGUE
    match asked:
        case Add(source):
            work = SaveSource(judged(source, catalogue), by, new=True)
        case Change(source):
            work = SaveSource(judged(source, catalogue), by, new=False)
        case Switch(name, on):
            return desk.writer.submit(SwitchSource(name, on, by)).result()
        case _:
            assert_never(asked)
    return desk.writer.submit(work).result()


def change_as(desk: Desk, asked: SourceAsked, actor: Actor) -> Described:
    """The same for somebody at the console."""
    if not actor.may(Right.EDIT_SOURCES):
        raise Refused([f"{actor.name} may not edit sources"])
    return change_sources(desk, asked, by=actor.user)


class SaveSource:
    """`source` is judged."""

    lane = "person"

    def __init__(self, source: Described, by: str, *, new: bool) -> None:
        self.source = source
        self.by = by
        self.new = new

    def needs(self, batch: Batch) -> None:
        """Nothing is looked up before."""

    def perform(self, batch: Batch) -> Described:
        source, before = self.source, access.source(batch.tx, self.source.name)
        if self.new and before is not None:
            raise Refused([f"{source.name}: there is a source of this name already"])
        if not self.new and before is None:
            raise Refused([f"{source.name[:80]}: is no source"])
        if before is not None and before.kind != source.kind:
            raise Refused([f"{source.name}: is of kind {before.kind}, and stays so"])
        row = _row(source, before, batch)
        if before is None:
            access.save_source(batch.tx, row)
        else:
            access.change_source(batch.tx, row)
        return _audited(batch, row, "add-source" if self.new else "change-source", self.by)

    def rescue(self, batch: Batch, failure: Exception) -> Described:
        raise failure


class SwitchSource:
    lane = "person"

    def __init__(self, name: str, on: bool, by: str) -> None:
        self.name = name
        self.on = on
        self.by = by

    def needs(self, batch: Batch) -> None:
        """Nothing is looked up before."""

    def perform(self, batch: Batch) -> Described:
        row = access.source(batch.tx, self.name)
        if row is None:
            raise Refused([f"{self.name[:80]}: is no source"])
        row.enabled = self.on
        access.change_source(batch.tx, row)
        return _audited(batch, row, "switch-source", self.by)

    def rescue(self, batch: Batch, failure: Exception) -> Described:
        raise failure


def _row(source: Described, before: SourceRow | None, batch: Batch) -> SourceRow:
    return SourceRow(
        id=before.id if before else batch.new_id(),
        name=source.name,
        kind=source.kind,
        strict=source.strict,
        country=source.country,
        allow_extra=source.allow_extra,
        field_map=_encode(_Map(source.map)).decode(),
        enabled=source.enabled,
        created_at=before.created_at if before else batch.turn.now,
        settings=stored(source.form) if source.kind == "form" else "{}",
    )


def _audited(batch: Batch, row: SourceRow, action: str, by: str) -> Described:
    now, turn, found = batch.turn.now, batch.turn.n, described(row)
    about = {"kind": row.kind, "on": row.enabled, "strict": row.strict, "origins": found.form.origins}
    audit.append(batch.tx, batch.new_id(), now, turn, by, action, "source", row.name, about)
    return found
