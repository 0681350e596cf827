"""The pages about hygiene: every key, finding and alarm there is, is explained, and the example is read as it stands."""

import re
from pathlib import Path

from firstright.core.baseaudit import KINDS
from firstright.core.documents.hygienefile import read_hygiene
from firstright.core.documents.reading import Reading
from firstright.core.hygiene import HYGIENE, Hygiene
from firstright.core.rules.fields import BUILTIN, Catalogue
from firstright.core.watching import OF_FIELDS, OF_SOURCES

DOCS = Path(__file__).parents[2] / "docs"
POLICY, PAGE, WATCHING = (
    (DOCS / name).read_text("utf-8") for name in ("policy.md", "hygiene.md", "watching.md")
)
BLOCK = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_every_key_finding_and_alarm_is_explained() -> None:
    assert [key for key in Hygiene.__struct_fields__ if f"| `{key}` |" not in POLICY] == []
    assert [kind for kind in KINDS if f"`{kind}`" not in PAGE] == []
    assert [kind for kind in (*OF_FIELDS, *OF_SOURCES) if f"`{kind}`" not in WATCHING] == []


def test_the_example_is_read_as_it_stands() -> None:
    [block] = [block for block in BLOCK.findall(POLICY) if "[hygiene]" in block]
    reading = Reading(block, "docs", "policy")
    assert read_hygiene(reading.root, Catalogue(BUILTIN)) != HYGIENE
    assert reading.findings == []
