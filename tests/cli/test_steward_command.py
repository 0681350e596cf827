"""firstright stewards on both databases: who answers for what, what is overdue, a review and its history."""

from pathlib import Path

import pytest

from cli.test_lead_command import Workspace
from firstright.storage import policies
from firstright.storage.database import open_database


@pytest.fixture
def workspace(database_url: str, capsys: pytest.CaptureFixture[str]) -> Workspace:
    return Workspace(database_url, capsys)


def test_a_review_that_is_overdue_is_listed_noted_and_remembered(
    workspace: Workspace, database_url: str, tmp_path: Path
) -> None:
    assert workspace.run("stewards")[1] == ["the policy has no [stewards]: nobody answers for anything"]
    database = open_database(database_url, node="look")
    with database.read() as tx:
        text = str(policies.load(tx, 1))
    database.close()
    file = tmp_path / "policy.toml"
    file.write_text(
        text + '\n[stewards]\naccountable = "ops@ours.example"\n[stewards.rules]\nreview_by = 2020-01-01\n'
    )
    assert workspace.run("policy", "publish", str(file), "--reason", "somebody shall answer")[0] == 0
    code, out, _ = workspace.run("stewards", "--overdue")
    part = out[0].split()[0]
    assert (code, part.startswith("rule:"), "overdue since 2020-01-01" in out[0]) == (0, True, True)
    assert workspace.run("stewards", "history", part)[0] == 1
    assert workspace.run("stewards", "reviewed", part, "--note", "still right")[1] == [f"{part}: noted"]
    assert workspace.run("stewards", "history", part)[1][0].endswith("version 2  still right")
    assert part not in " ".join(workspace.run("stewards", "--overdue")[1])
    code, _, err = workspace.run("stewards", "reviewed", "rule:none", "--note", "x")
    assert (code, "part" in err[0]) == (2, True)
