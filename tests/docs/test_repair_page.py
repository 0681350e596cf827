"""The pages about repairs and stewards: the policy shown is sound, every reason, key, kind and command there is, is explained."""

import re
from pathlib import Path

from typer.testing import CliRunner

from firstright.cli import repair, steward
from firstright.core.causes.correcting import MISPLACED
from firstright.core.documents.lint import load
from firstright.core.documents.stewardfile import WORDS
from firstright.core.reassigning import CHOICES
from firstright.core.stewards import KINDS
from firstright.core.why.sagawords import WHY_KEPT
from firstright.storage.repairs import STATES
from routing import CALENDARS, CATCH_ALL, HEAD, TEAM, TO_SDR

DOCS = Path(__file__).parents[2] / "docs"
REPAIR, STEWARDS, POLICY = (
    (DOCS / name).read_text("utf-8") for name in ("repair.md", "stewards.md", "policy.md")
)
BLOCK = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_what_is_shown_is_sound() -> None:
    (reassigning,) = [each for each in BLOCK.findall(POLICY) if each.startswith("[reassignment]")]
    text = HEAD + TO_SDR + CATCH_ALL + BLOCK.findall(STEWARDS)[0] + reassigning
    policy, _, found = load(text, CALENDARS + "".join(TEAM))
    assert policy is not None, found
    assert [each for each in found if "steward" in each.where or "reassignment" in each.where] == []
    assert policy.reassignment.by_cause["offboarded"].meetings == "move"


def test_every_reason_state_key_kind_and_choice_is_explained() -> None:
    assert [word for word in (*WHY_KEPT, *STATES, MISPLACED) if f"`{word}`" not in REPAIR] == []
    assert [
        word for word in (*KINDS, *WORDS) if f"`{word}`" not in STEWARDS and f"*{word}*" not in STEWARDS
    ] == ["inform"]
    wanted = [*CHOICES, *(choice for choices in CHOICES.values() for choice in choices), *WORDS]
    assert [word for word in wanted if f"`{word}`" not in POLICY] == []


def test_every_command_shown_is_there() -> None:
    for page, app, name in ((REPAIR, repair.app, "repair"), (STEWARDS, steward.app, "stewards")):
        shown = re.findall(rf"firstright {name} ([a-z]+)", page)
        helped = CliRunner().invoke(app, ["--help"]).output
        assert [each for each in shown if not re.search(rf"^\s*{each}\s", helped, re.MULTILINE)] == []
        assert len(set(shown)) >= 2
