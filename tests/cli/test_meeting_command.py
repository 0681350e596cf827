"""`firstright meeting`: slots, a booking, a list, and what is refused."""

from pathlib import Path

import pytest

from desk.office import office
from firstright.cli.app import run
from routing import CALENDARS, CATCH_ALL, HEAD, TEAM, TO_SDR

KINDS = """
[meetings.demo]
with = "pool:sdr"
title = "Product demo"
"""


@pytest.fixture
def workspace(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'workspace.db'}"
    with office(url, published=False) as here:
        here.publish(HEAD + KINDS + TO_SDR + CATCH_ALL, CALENDARS + "".join(TEAM))
        (tmp_path / "lead").write_text(str(here.send("mara")["lead"]))
    return url


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str], str]:
    code = run(["meeting", *words])
    captured = capsys.readouterr()
    return code, captured.out.splitlines(), captured.err


def test_slots_are_shown_one_is_booked_listed_and_called_off(
    workspace: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lead, here = (tmp_path / "lead").read_text(), ("--database", workspace)
    code, slots, _ = said(capsys, "slots", "demo", "--lead", lead, "--most", "3", *here)
    assert (code, len(slots)) == (0, 3)
    assert said(capsys, "book", lead, "demo", slots[1], *here)[0] == 0
    listed = said(capsys, "list", *here)[1]
    assert (
        len(listed) == 1
        and listed[0].startswith(f"{slots[1]}  demo  ")
        and listed[0].endswith(f"booked  lead {lead}")
    )
    assert slots[1] not in said(capsys, "slots", "demo", "--lead", lead, *here)[1]
    code, _, err = said(capsys, "book", lead, "demo", slots[2], *here)
    assert (code, "has a meeting already" in err) == (2, True)
    assert said(capsys, "move", lead, slots[2], *here)[0] == 0
    assert said(capsys, "cancel", lead, "--reason", "not needed", *here)[0] == 0
    assert "cancelled (not needed)" in said(capsys, "list", "--lead", lead, *here)[1][0]


def test_a_kind_there_is_none_of_is_named(workspace: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = said(capsys, "slots", "dmeo", "--database", workspace)
    assert (code, out) == (1, []) and "is no kind of meeting of the policy; there are demo" in err
