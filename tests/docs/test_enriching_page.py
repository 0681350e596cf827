"""The pages about asking others: every key there is, is explained, and every example is read as it stands."""

import re
from pathlib import Path

from firstright.core.documents.providerfile import read_filling, read_providers
from firstright.core.documents.reading import Reading
from firstright.core.providers import ASKS, Filling, Provider
from firstright.core.rules.fields import BUILTIN, Catalogue

DOCS = Path(__file__).parents[2] / "docs"
POLICY = (DOCS / "policy.md").read_text("utf-8")
PAGE = (DOCS / "enriching.md").read_text("utf-8")
BLOCK = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_every_key_is_explained() -> None:
    keys = {*Provider.__struct_fields__, *Filling.__struct_fields__, *ASKS} - {"id"}
    assert sorted(key for key in keys if f"`{key}`" not in POLICY) == []


def test_every_example_is_read_as_it_stands() -> None:
    found = [block for page in (POLICY, PAGE) for block in BLOCK.findall(page) if "[enrich" in block]
    assert len(found) == 3
    for block in found:
        reading = Reading(block, "docs", "policy")
        read_filling(reading.root)
        assert read_providers(reading.root, Catalogue(BUILTIN)) or "from_phone" in block
        assert [finding.text for finding in reading.findings] == []
