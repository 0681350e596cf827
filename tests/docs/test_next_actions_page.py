"""The pages about what to do next and playbooks: every row, action, key and cause there is, is explained, and examples are read."""

import re
from pathlib import Path

from firstright.core.actions import CAUSES, SHIPPED_ACTIONS, FirstAction, NextAction
from firstright.core.documents.actionfile import Channel, read_actions, read_next
from firstright.core.documents.playbookfile import read_playbooks
from firstright.core.documents.reading import Reading
from firstright.core.playbooks import Playbook
from firstright.core.rules.fields import BUILTIN, Catalogue

DOCS = Path(__file__).parents[2] / "docs"
POLICY, NEXT, BOOKS = (
    (DOCS / name).read_text("utf-8") for name in ("policy.md", "next-actions.md", "playbooks.md")
)
BLOCK = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
CATALOGUE = Catalogue(BUILTIN)


def test_every_action_key_and_cause_is_explained() -> None:
    assert [name for name in SHIPPED_ACTIONS if f"`{name}`" not in NEXT] == []
    keys = {*FirstAction.__struct_fields__, *NextAction.__struct_fields__, *CAUSES, *Channel}
    assert [key for key in sorted(keys) if f"`{key}`" not in POLICY] == []
    assert [key for key in Playbook.__struct_fields__ if key not in POLICY] == []


def test_the_examples_are_read_as_they_stand() -> None:
    (table,) = BLOCK.findall(NEXT)
    reading = Reading(table, "docs", "policy")
    assert len(read_next(reading.root, CATALOGUE).rows) > 5
    assert "demo-call" in read_actions(reading.root, CATALOGUE)
    (books,) = BLOCK.findall(BOOKS)
    other = Reading(books, "docs", "policy")
    assert list(read_playbooks(other.root, CATALOGUE)) == ["first-call", "demo"]
    assert (reading.findings, other.findings) == ([], [])
