"""The pages of policy and roster: every key there is, is explained, and every example is read and linted as it stands."""

import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from firstright.core.documents.lint import load
from firstright.core.policy import Hierarchy, Step, TargetKind, WhenAway
from firstright.core.pools import CREDIT_BACK, Approval, Limit, Measure, Method, Pool
from firstright.core.roster import Rep

DOCS = Path(__file__).parents[2] / "docs"
POLICY = (DOCS / "policy.md").read_text("utf-8")
PEOPLE = (DOCS / "people.md").read_text("utf-8")
BLOCK = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

AROUND = """
[policy]
name = "Docs"
zone = "Europe/Berlin"
tiers = ["all"]
[pools.desk]
[pools.night-desk]
[queues.reception]
[[rule]]
id = "desk"
tier = "all"
when = { country = "SE" }
send_to = { pool = "desk" }
[[rule]]
id = "night"
tier = "all"
when = { country = "NO" }
send_to = { on-call = "night" }
"""
END = """
[[rule]]
id = "end"
tier = "all"
when = {}
send_to = { queue = "reception" }
"""


def test_every_method_target_and_reason_is_explained() -> None:
    wanted = [*Method, *Measure, *TargetKind, *CREDIT_BACK, *Approval, *Step, *WhenAway, *Hierarchy]
    assert [word for word in wanted if f"`{word}`" not in POLICY] == []


def test_every_key_of_a_pool_and_a_limit_is_explained() -> None:
    wanted = [
        key for kind in (Pool, Limit) for key in kind.__struct_fields__ if key not in ("id", "name", "code")
    ]
    assert [key for key in wanted if f"`{key}`" not in POLICY] == []


def test_every_key_of_a_rep_is_explained() -> None:
    # `pools` is what memberships are called in the file.
    wanted = [key for key in Rep.__struct_fields__ if key != "memberships"]
    assert [key for key in (*wanted, "pools") if f"`{key}`" not in PEOPLE] == []


def test_the_examples_of_both_pages_make_a_policy_and_a_roster() -> None:
    policy = AROUND + "\n".join(BLOCK.findall(POLICY)) + END
    roster = "\n".join(BLOCK.findall(PEOPLE)) + '[[rep]]\nid = "kenji"\npools = { night-desk = 1 }\n'
    read, people, findings = load(policy, roster, as_of=NOW)
    assert read is not None and people is not None, findings
    # Each of these is about people and pools that the pages leave out.
    assert {finding.code for finding in findings} <= {
        "holdover.over",
        "capacity.unused",
        "performance.no_effect",
    }
    assert len(msgspec.structs.asdict(people)["reps"]) == 4
