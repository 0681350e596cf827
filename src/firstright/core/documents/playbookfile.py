"""Reads [playbooks.NAME] of a policy: texts for whoever acts."""

from firstright.core.documents.actionfile import read_statuses
from firstright.core.documents.reading import Table, not_known
from firstright.core.documents.whenfile import read_when
from firstright.core.playbooks import Objection, Playbook
from firstright.core.rules.fields import Catalogue

LONGEST = 300  # characters of one point: it is read while somebody talks
MOST = 20


def read_playbooks(root: Table, catalogue: Catalogue) -> dict[str, Playbook]:
    """In document order, by id."""
    return {name: _playbook(name, table, catalogue) for name, table in root.named("playbooks", "playbook")}


def _playbook(name: str, table: Table, catalogue: Catalogue) -> Playbook:
    return Playbook(
        id=name,
        name=table.text("name"),
        when=read_when(table, catalogue) if table.has("when") else None,
        intents=table.texts("intents"),
        statuses=read_statuses(table),
        opening=_points(table, "opening"),
        verify=_points(table, "verify"),
        objections=_objections(table),
        ask=_fields(table, catalogue),
    )


def _points(table: Table, key: str) -> tuple[str, ...]:
    found = table.texts(key)
    if len(found) > MOST:
        text = f"{len(found)} points are more than anybody goes through; at most {MOST} are shown."
        table.report("playbook.too_many", key, text)
    for one in found:
        if len(one) > LONGEST:
            text = f"A point has at most {LONGEST} characters; this one has {len(one)}."
            table.report("playbook.too_long", key, text)
    return tuple(" ".join(one.split()) for one in found)


def _objections(table: Table) -> tuple[Objection, ...]:
    """ "What they say" = "what is true then"."""
    holder = table.table("objections")
    found = tuple(Objection(" ".join(says.split()), holder.text(says, needed=True)) for says in holder.data)
    holder.close()
    return found


def _fields(table: Table, catalogue: Catalogue) -> tuple[str, ...]:
    found = table.texts("ask")
    for name in found:
        if name not in catalogue:
            table.report("playbook.unknown_field", "ask", not_known(name, catalogue, "The field"))
    return found
