"""The pages about statuses: every status, criterion, event and key there is, is explained, and the example is read as it stands."""

import re
from pathlib import Path

from firstright.core.criteria import CRITERIA
from firstright.core.documents.pipelinefile import read_pipeline
from firstright.core.documents.reading import Reading
from firstright.core.pipeline import ENTRIES, PIPELINE, ROLES, Status
from firstright.core.rules.fields import BUILTIN, Catalogue
from firstright.core.statuses import STATUSES

DOCS = Path(__file__).parents[2] / "docs"
POLICY, PAGE = ((DOCS / name).read_text("utf-8") for name in ("policy.md", "statuses.md"))
BLOCK = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_every_status_criterion_event_role_and_key_is_explained() -> None:
    assert [name for name in (*STATUSES, *CRITERIA) if f"`{name}`" not in PAGE] == []
    assert [name for name in (*ENTRIES, *ROLES) if f"`{name}`" not in POLICY] == []
    keys = {*Status.__struct_fields__, "known_by"} - {"id"}
    assert [key for key in sorted(keys) if f"| `{key}` |" not in POLICY] == []
    fields = {field for each in CRITERIA.values() for field in each.fields}
    assert [field for field in sorted(fields) if f"`{field}`" not in PAGE] == []


def test_the_example_is_read_as_it_stands() -> None:
    [block] = [block for block in BLOCK.findall(POLICY) if "[statuses.qualified]" in block]
    reading = Reading(block, "docs", "policy")
    assert read_pipeline(reading.root, Catalogue(BUILTIN)) != PIPELINE
    assert reading.findings == []
