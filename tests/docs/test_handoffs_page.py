"""The pages about handoffs: the policy shown is sound, every note, key and command there is, is explained."""

import re
from pathlib import Path

from typer.testing import CliRunner

from firstright.cli.handoff import app
from firstright.core.documents.lint import load
from firstright.core.handnotes import NOTES
from firstright.core.handoff import BACK, DECLINED, KINDS, HandoffType
from firstright.storage.schema.handed import TICKETS
from routing import CALENDARS, CATCH_ALL, HEAD, TEAM, TO_SDR, rep

DOCS = Path(__file__).parents[2] / "docs"
PAGE, POLICY = ((DOCS / name).read_text("utf-8") for name in ("handoffs.md", "policy.md"))
BLOCK = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
UMA = rep("Uma Voss", pools="{ ae = 1 }")


def test_the_handoffs_shown_are_sound() -> None:
    shown, asking = BLOCK.findall(PAGE)
    head = HEAD.replace("[pools.sdr]\n", asking.split("#")[0].rstrip() + "\noffers = 2\n")
    text = head + "\n[pools.ae]\n" + shown + TO_SDR + CATCH_ALL
    policy, _, found = load(text, CALENDARS + "".join(TEAM) + UMA)
    assert policy is not None, found
    assert [each for each in found if "handoff" in each.where] == []
    assert [kind.kind for kind in policy.handoffs.values()] == list(KINDS)
    assert policy.pools["sdr"].offers == 2


def test_every_note_state_key_and_word_is_explained() -> None:
    assert [note for note in (*NOTES, *TICKETS) if f"`{note}`" not in PAGE] == []
    keys = {*HandoffType.__struct_fields__, "notes"} - {"id", "receiver", "needs", "giver", "taker"}
    assert [key for key in sorted(keys) if f"| `{key}` |" not in POLICY] == []
    assert [word for word in (*KINDS, *DECLINED, *BACK) if f"`{word}`" not in POLICY] == []


def test_every_command_shown_is_there() -> None:
    shown = re.findall(r"^firstright handoff (\S+)", PAGE, re.MULTILINE)
    helped = CliRunner().invoke(app, ["--help"]).output
    assert [name for name in shown if not re.search(rf"^\s*{name}\s", helped, re.MULTILINE)] == []
    assert len(shown) == 5
