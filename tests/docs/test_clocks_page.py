"""The pages about clocks: every clock, state, excuse, key and cause there is, is explained, and the examples are read as they stand."""

import re
from pathlib import Path

from firstright.core.documents.reading import Reading
from firstright.core.documents.servicefile import read_service_for, read_services
from firstright.core.documents.sweepfile import read_sweep
from firstright.core.followup import TARGETS
from firstright.core.rules.fields import BUILTIN, Catalogue
from firstright.core.servicelevels import PAUSES, Basis, Service
from firstright.core.sweep import CAUSES, Sweep

DOCS = Path(__file__).parents[2] / "docs"
POLICY, PAGE = ((DOCS / name).read_text("utf-8") for name in ("policy.md", "clocks.md"))
BLOCK = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_every_clock_key_state_and_cause_is_explained() -> None:
    assert [name for name in TARGETS if f"`{name}`" not in PAGE] == []
    keys = [key for key in Service.__struct_fields__ if key not in ("id", "same_day")]
    assert [key for key in keys if f"`{key}`" not in POLICY] == []
    assert [basis for basis in Basis if f'`"{basis}"`' not in POLICY] == []
    assert [state for state in PAUSES if f"`{state}`" not in POLICY] == []
    assert [key for key in Sweep.__struct_fields__ if key != "on" and f"| `{key}` |" not in POLICY] == []
    assert [cause for cause in CAUSES if f"`{cause}`" not in POLICY] == []


def test_the_examples_are_read_as_they_stand() -> None:
    catalogue = Catalogue(BUILTIN)
    [services] = [block for block in BLOCK.findall(POLICY) if "[[service_for]]" in block]
    reading = Reading(services, "docs", "policy")
    assert "partner" in read_services(reading.root)
    assert [row.service for row in read_service_for(reading.root, catalogue)] == ["partner"]
    [sweep] = [block for block in BLOCK.findall(POLICY) if "[sweep]" in block]
    told = Reading(sweep, "docs", "policy")
    assert read_sweep(told.root, catalogue).on
    assert (reading.findings, told.findings) == ([], [])
