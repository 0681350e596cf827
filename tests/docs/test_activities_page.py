"""The page about touches and engagements: every field, reason and channel is explained, and its example map is read."""

import ast
import json
import re
from datetime import UTC, datetime
from pathlib import Path

from firstright.desk.acting import CHANNELS
from firstright.intake.activity import FIELDS, Activity, map_faults, read_activity

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "activities.md").read_text("utf-8")
MAP = (ROOT / "examples" / "hooks" / "dialler.toml").read_text("utf-8")


def test_every_field_and_channel_is_explained() -> None:
    assert [name for name in (*FIELDS, "at") if f"`{name}`" not in PAGE] == []
    assert [name for name in CHANNELS if name not in PAGE] == []


def test_every_reason_is_explained() -> None:
    found: set[str] = set()
    for name in ("desk/hooking.py", "intake/activity.py"):
        tree = ast.parse((ROOT / "src" / "firstright" / name).read_text("utf-8"))
        texts = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
        found |= {text for text in texts if re.fullmatch(r"activity\.[a-z_]+", text)}
    assert len(found) == 9
    assert sorted(code for code in found if f"`{code}`" not in PAGE) == []


def test_the_example_reads_a_call() -> None:
    call = {
        "to": {"number": "030 1234567"},
        "agent": {"email": "kim@ours.example"},
        "direction": "outbound",
        "disposition": "NO_ANSWER",
        "started": "2026-03-02 10:00:00",
    }
    assert map_faults(MAP) == []
    assert read_activity(json.dumps({"call": call}).encode(), MAP) == Activity(
        "out",
        "call",
        phone="030 1234567",
        rep="kim@ours.example",
        result="no-answer",
        at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    )
