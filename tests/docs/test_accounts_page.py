"""The page about accounts: its map is read as it stands, and every outcome and kind of file it names there is."""

import re
from pathlib import Path

from firstright.desk.crm.batch import OUTCOMES
from firstright.intake.crmmap import read_map, shaped

PAGE = (Path(__file__).parents[2] / "docs/accounts.md").read_text("utf-8")
BLOCK = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_map_of_the_page_is_one() -> None:
    [text] = BLOCK.findall(PAGE)
    found = read_map(text, "map.toml")
    shape = shaped(found, found.system, found.kind)
    assert shape is not None
    assert [shape.columns[field][0] for field in ("id", "name", "website", "owner", "parent")] == [
        "konto_nr",
        "firma",
        "internet",
        "betreuer",
        "mutter",
    ]
    assert found.owners == {"K. Brandt": "kim"}


def test_every_outcome_is_told() -> None:
    assert [what for what in OUTCOMES if f"`{what}`" not in PAGE] == []
