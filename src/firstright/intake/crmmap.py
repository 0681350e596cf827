"""A map for the file of a CRM: a TOML text that says what the file holds and which column is which, where its header does not.

It judges the map alone; whether a file has the columns is asked when the file is opened.
"""

import tomllib
from collections.abc import Mapping

import msgspec

from firstright.errors import Refused
from firstright.intake.crmshapes import ASKED, Shape, bare, shape_for

FIELDS = {
    "account": (
        "id", "name", "owner", "parent", "type", "tier", "domains", "website", "phone", "country", "state", "city",
        "postcode", "industry", "employees", "revenue", "changed", "deleted", "into", "absorbs",
    ),
    "contact": (
        "id", "name", "first_name", "last_name", "owner", "account", "email", "phone", "title", "country", "state",
        "city", "postcode", "changed", "deleted", "into", "absorbs",
    ),
    "opportunity": (
        "id", "name", "owner", "account", "account_name", "contact", "contact_name", "contact_email", "stage", "open", "closed", "won", "amount",
        "changed", "deleted", "into", "absorbs",
    ),
    "owner": ("id", "name", "first_name", "last_name", "email", "active", "deleted"),
}  # fmt: skip
_TABLES = ("crm", "columns", "owners")


class CrmMap(msgspec.Struct, frozen=True):
    """`system` and `kind` are empty where the map leaves them to the header; `owners` is rep by the CRM's id of them."""

    system: str = ""
    kind: str = ""
    columns: Mapping[str, tuple[str, ...]] = {}  # our field -> columns, as they are compared
    owners: Mapping[str, str] = {}


def read_map(text: str, file: str) -> CrmMap:
    """Raises Refused with everything that is wrong."""
    try:
        root = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused([f"{file}: {error}"]) from None
    wrong = [
        f"{file}: [{name}] is no table of such a map; it has {', '.join(_TABLES)}"
        for name in root
        if name not in _TABLES
    ]
    head, columns, owners = (_texts(root, name, file, wrong) for name in _TABLES)
    wrong += [
        f"{file}: crm.{name} is nothing it says; it says system and kind"
        for name in head
        if name not in ("system", "kind")
    ]
    kind = head.get("kind", "")
    if kind and kind not in ASKED:
        wrong.append(f"{file}: crm.kind is one of {', '.join(ASKED)}, not {kind}")
    if columns and not kind:
        wrong.append(f"{file}: columns need crm.kind")
    found: dict[str, tuple[str, ...]] = {}
    for column, field in columns.items():
        if kind in FIELDS and field not in FIELDS[kind]:
            wrong.append(
                f"{file}: columns.{column}: {field} is no field of an {kind}; it has {', '.join(FIELDS[kind])}"
            )
        found[field] = (*found.get(field, ()), bare(column))
    if wrong:
        raise Refused(wrong)
    return CrmMap(head.get("system", ""), kind, found, owners)


def shaped(found: CrmMap, system: str, kind: str) -> Shape | None:
    """The shape of a file of this kind, the map's columns before those that are known. None for a kind nobody knows."""
    shape = shape_for(system, kind)
    if shape is None:
        return None
    columns = {field: (*found.columns.get(field, ()), *known) for field, known in shape.columns.items()}
    columns |= {field: theirs for field, theirs in found.columns.items() if field not in columns}
    return msgspec.structs.replace(shape, system=system, columns=columns, needs=frozenset())


def _texts(root: Mapping[str, object], name: str, file: str, wrong: list[str]) -> dict[str, str]:
    table = root.get(name, {})
    if not isinstance(table, dict):
        wrong.append(f"{file}: {name} is a table")
        return {}
    wrong += [f"{file}: {name}.{key} is a text" for key, value in table.items() if not isinstance(value, str)]
    return {key: value for key, value in table.items() if isinstance(value, str)}
