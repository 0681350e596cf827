"""Holdovers are rows: a territory that has moved, to whom its leads still go, and until when."""

from datetime import UTC, datetime

from firstright.core.policy import Holdover, Target, TargetKind, Territory
from marked import policy_findings, sound_policy

HOLDOVER = """
[[holdover]]
territory = "north"
send_to = { rep = "ada" }
from = 2026-01-01
until = 2026-04-01
accounts = ["acme.example"]

[[holdover]]
territory = "south"
send_to = { on-call = "night" }
until = 2026-02-01T12:00:00Z
"""

WRONG = """
[[holdover]]  #! key.missing key.missing key.missing

[[holdover]]
territory = "north"
send_to = { territory = "field" }  #! territory.nested
from = 2026-04-01
until = 2026-03-01  #! time.reversed
accounts = ["Acme"]  #! territory.account
"""


def test_holdovers_are_read_in_their_order() -> None:
    assert sound_policy(HOLDOVER).holdovers == (
        Holdover(
            "north",
            Target(TargetKind.REP, "ada"),
            datetime(2026, 3, 31, 22, tzinfo=UTC),
            ("acme.example",),
            datetime(2025, 12, 31, 23, tzinfo=UTC),
        ),
        Holdover("south", Target(TargetKind.ON_CALL, "night"), datetime(2026, 2, 1, 12, tzinfo=UTC)),
    )


def test_mistakes_are_named_on_their_lines() -> None:
    found, wanted = policy_findings(WRONG)
    assert found == wanted


LISTS = f"""
[lists.named-emea]
hash = "{"0a" * 32}"

[[territory]]
id = "named"
plan = "field"
accounts_from = ["named-emea"]
send_to = {{ rep = "ada" }}
"""


def test_a_territory_can_take_its_accounts_from_lists() -> None:
    policy = sound_policy(LISTS)
    assert policy.lists == {"named-emea": "0a" * 32}
    assert policy.territories == (
        Territory("named", "field", Target(TargetKind.REP, "ada"), accounts_from=("named-emea",)),
    )


def test_a_list_names_the_version_that_is_meant() -> None:
    found, wanted = policy_findings('[lists.a]  #! key.missing\n[lists.b]\nhash = "latest"  #! list.hash\n')
    assert found == wanted
