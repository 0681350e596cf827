"""firstright field: the catalogue, with a policy's own fields, and how often a source fills one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firstright.cli.app import run
from firstright.storage import profiles
from firstright.storage.database import open_database

OWN = """
[policy]
name = "p"
tiers = ["all"]

[fields.budget]
type = "choice"
values = ["low", "high"]
about = "what they may spend"

[[rule]]
id = "all"
tier = "all"
when = {}
send_to = { review = "unclear-fit" }
"""


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str], list[str]]:
    code = run(["field", *arguments])
    said = capsys.readouterr()
    return code, said.out.splitlines(), said.err.splitlines()


def own(tmp_path: Path, text: str = OWN) -> str:
    file = tmp_path / "policy.toml"
    file.write_text(text)
    return str(file)


def test_every_field_is_listed_with_its_type_and_a_policys_own_come_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines, _ = told(capsys, "list")
    assert code == 0
    assert (
        "email_hint            email     the address that was probably meant, where it looks misspelt"
        in lines
    )
    code, more, _ = told(capsys, "list", "--policy", own(tmp_path))
    others = [line for line in lines if not line.startswith("budget ")]  # a shipped one gives way to it
    assert (code, more) == (0, [*others, "budget                choice    what they may spend"])


def test_a_field_is_shown_with_its_values_and_where_it_is_filled_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys, "show", "sector")[:2] == (
        0,
        [
            "sector: branch of the industry tree the industry is in",
            "  type: text",
            "  filled from: cleaning, the CRM",
            "  how: from `industry`",
            "  sent: no, read-only",
        ],
    )
    assert told(capsys, "show", "budget", "--policy", own(tmp_path))[:2] == (
        0,
        [
            "budget: what they may spend",
            "  type: choice",
            "  values: `low`, `high`",
            "  filled from: the sender",
            "  sent: yes",
        ],
    )


def test_an_unknown_field_and_a_broken_policy_are_sentences(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, wrong = told(capsys, "show", "employes")
    assert (code, wrong) == (1, ["firstright: employes: there is no such field; did you mean employees?"])
    broken = own(tmp_path, "[policy]\nname = 7\n")
    code, lines, wrong = told(capsys, "list", "--policy", broken)
    assert (code, lines) == (1, [])
    assert wrong[-1].endswith("policy.toml: its fields cannot be told before its mistakes are mended")


def counted(url: str, rows: Sequence[tuple[str, str, str, int]]) -> None:
    database = open_database(url, node="ada")
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with database.write() as tx:
        profiles.add(tx, {(source, now, field, what, ""): n for source, field, what, n in rows})
    database.close()


def test_how_often_each_source_fills_it_is_told_from_a_database(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys, "show", "country", "--database", database_url)[1][-1] == (
        "  filled: nothing came in the last 30 days"
    )
    counted(
        database_url,
        [
            ("web", "", profiles.ARRIVED, 9),
            ("web", "country", profiles.FILLED, 7),
            ("web", "country", profiles.WRONG, 2),
            ("web", "country", profiles.UNMAPPED, 1),
            ("chat", "", profiles.ARRIVED, 40),
        ],
    )
    assert told(capsys, "show", "country", "--database", database_url)[1][-2:] == [
        "  filled by chat: 0 of 40 in 30 days",
        "  filled by web: 7 of 9 in 30 days, 2 with a problem, 1 in no table",
    ]
