"""The page of data quality: its synonyms do what it says, and its figures are those of the tables."""

import re
from pathlib import Path

from babel.core import get_global

from firstright.core.clean.normalize import normalize
from firstright.core.clean.problem import Refusal
from firstright.core.clean.tables import industries
from firstright.core.clean.zones import zone_name
from firstright.core.documents.policyfile import read_policy

PAGE = (Path(__file__).parents[2] / "docs" / "data-quality.md").read_text("utf-8")
REST = '[policy]\nname = "p"\ntiers = ["all"]\n\n[[rule]]\nid = "all"\ntier = "all"\nwhen = {}\nsend_to = { review = "unclear-fit" }\n'


def test_the_synonyms_shown_do_what_they_say() -> None:
    shown = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert shown is not None
    policy, findings = read_policy(REST + shown[1])
    assert policy is not None and findings == ()
    raw = {"country": "Team Bavaria", "industry": "Plumbers", "title": "Prokurist", "employees": "SME"}
    assert normalize(raw, synonyms=policy.synonyms).facts == {
        "country": "DE",
        "title": "Prokurist",
        "seniority": "director",
        "employees": 50,
        "employees_band": "11-50",
        "industry": "Trades",
        "sector": "Construction",
        "zone": "Europe/Berlin",
    }


def test_the_figures_are_those_of_the_tables() -> None:
    assert f"a tree of {len({sector for _, sector in industries().values()})} sectors" in PAGE
    names = get_global("windows_zone_mapping")
    refused = sum(isinstance(zone_name(name), Refusal) for name in names)
    assert f"| CLDR, Windows zones | {len(names)} | {refused} |" in PAGE
