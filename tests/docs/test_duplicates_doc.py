"""The page about leads that are one: its commands are there, its addresses exist, and every key of [matching] is explained."""

import re
from pathlib import Path

import msgspec

from firstright.cli.app import app
from firstright.core.matchrules import KINDS, Matching
from firstright.core.survival import RULES

DOCS = Path(__file__).parents[2] / "docs"
PAGE, POLICY = (DOCS / "duplicates.md").read_text("utf-8"), (DOCS / "policy.md").read_text("utf-8")


def test_every_command_that_is_shown_is_one() -> None:
    groups = {group.name: group.typer_instance for group in app.registered_groups}
    shown = re.findall(r"(?:firstright |`)(lead|duplicates) (merge|unmerge|distinct|list)", PAGE)
    assert len(shown) >= 7
    for group, command in shown:
        typer_instance = groups[group]
        assert typer_instance is not None
        assert command in {each.name for each in typer_instance.registered_commands}


def test_every_key_kind_and_rule_is_explained() -> None:
    section = POLICY.partition("## [matching]")[2].partition("\n## ")[0]
    names = [field.name for field in msgspec.structs.fields(Matching)]
    assert [
        name for name in names if f"`{name}`" not in section and f"[matching.{name}]" not in section
    ] == []
    assert [word for word in (*KINDS, *RULES) if f"`{word}`" not in section] == []
