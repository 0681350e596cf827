"""The page about what a lead is: every key, check and code there is, is explained, and its examples are one policy."""

import re
from pathlib import Path

from firstright.core.deriving import DERIVED, Derivation
from firstright.core.documents.lint import load
from firstright.core.junk import CHECKS
from firstright.core.leadtypes import LeadType
from firstright.core.rules.fields import BUILTIN
from routing import CATCH_ALL, HEAD, TO_SDR

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "deriving.md").read_text("utf-8")
POLICY = (DOCS / "policy.md").read_text("utf-8")
BLOCK = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
OTHERWISE = {"value": "is", "field": "", "id": ""}  # what a key is called in the file


def test_every_key_is_explained_on_both_pages() -> None:
    keys = [OTHERWISE.get(key, key) for key in (*Derivation.__struct_fields__, *LeadType.__struct_fields__)]
    for page in (PAGE, POLICY):
        assert [key for key in keys if key and f"`{key}`" not in page] == []


def test_every_table_check_and_sort_of_junk_is_explained() -> None:
    wanted = [*CHECKS, *BUILTIN["junk"].values, *(f"[[{field}]]" for field in DERIVED)]
    assert [word for word in wanted if f"`{word}`" not in PAGE] == []


def test_the_examples_are_one_policy_that_reads_without_a_finding() -> None:
    text = HEAD + "\n".join(BLOCK.findall(PAGE)) + TO_SDR + CATCH_ALL
    policy, _, findings = load(text)
    assert policy is not None, findings
    assert [f.text for f in findings if f.where.split(" ")[0] in (*DERIVED, "type")] == []
    assert sorted(policy.types) == ["", "partner-referral"]
