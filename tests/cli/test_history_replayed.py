"""Real leads through the whole program, and every decision made again byte for byte."""

from collections import Counter
from pathlib import Path

import msgspec
import pytest

from firstright.cli.history import compared, load
from firstright.cli.replayed_history import through
from firstright.core.replay import Verdict
from firstright.desk.explain.replaying import Replaying
from firstright.storage import invariants
from firstright.storage.database import open_database

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "leads"
SOME = 400  # leads of each set: enough for holds, holidays and changes of hands; `simulate history` takes them all


@pytest.mark.parametrize(
    ("name", "folder"), [("olist", "olist_funnel"), ("dubai", "dubai_real_estate"), ("maven", "maven_crm")]
)
def test_real_leads_are_decided_in_order_and_replay_equal(name: str, folder: str, tmp_path: Path) -> None:
    if not (DATA / folder).is_dir():
        pytest.skip(f"the real data set {folder} is not on this machine")
    whole = load(ROOT / "examples" / "real" / name, DATA / folder)
    history = msgspec.structs.replace(whole.history, leads=whole.history.leads[:SOME])
    setup = msgspec.structs.replace(whole, history=history)
    url = f"sqlite:///{tmp_path / 'history.db'}"

    found = compared(setup, through(url)(setup))

    assert found.leads == SOME
    assert max(role.furthest for role in found.roles) < 2 * 10**9, (
        "nobody is two leads away from what they earned"
    )
    database = open_database(url, node="test")
    try:
        verdicts = Counter(each.verdict for each in Replaying(database).everything())
        with database.read() as tx:
            broken = invariants.run(tx)
    finally:
        database.close()
    assert set(verdicts) == {Verdict.EQUAL}
    assert verdicts[Verdict.EQUAL] >= SOME
    assert broken == []
