"""Colleagues whom a bad version gave to one rep keep each other nowhere: who has a lead that is still to be decided again is nobody's
owner for the others. And what a preview says is what its repair does."""

import pytest

from desk.office import Office, office, owner
from desk.test_previewing import run
from desk.test_repairing import MARA, WRONG, begin, preview, stands, work
from desk.views import LOUD, faults, owners, reasons
from firstright.core.why.sentences import sentences
from firstright.desk import previewing
from firstright.desk.acting import LogTouch
from firstright.desk.assigning import Reassign
from firstright.desk.explain.explaining import Versions, explained, last_routing
from firstright.storage import previews, recorded
from routing import MINUTE

ONE = "one.example"


def colleagues(here: Office, n: int, domain: str = ONE) -> list[dict[str, object]]:
    """So many people of one company whom a bad publish gave to Zoe; the rules of now would not."""
    here.publish(LOUD)
    here.publish(WRONG)
    told = [here.send(f"anna{i}", email=f"anna{i}@{domain}") for i in range(n)]
    assert {owner(each) for each in told} == {"zoe"}
    here.at += MINUTE
    here.publish(LOUD)
    here.at += MINUTE
    return told


def whose(here: Office, told: list[dict[str, object]]) -> list[str]:
    return [owners(here, each)[-1][0] for each in told]


@pytest.mark.parametrize("n", [5, 25])
def test_colleagues_of_a_bad_version_go_where_the_rules_of_now_send_the_first_of_them(
    database_url: str, n: int
) -> None:
    """Twenty-five: more than a decision looks at, all of them newer than the one that is decided first."""
    with office(database_url, published=False) as here:
        told = colleagues(here, n)
        name = begin(here)
        work(here)
        assert stands(here, name).counts["moved"] == n
        assert whose(here, told) == ["kim"] * n
        why = [each[-1][1] for each in (reasons(here, one) for one in told)]
        assert why == ["rule:to-sdr", *["step:same-company"] * (n - 1)]
        assert here.rows("SELECT count(*) FROM ledger WHERE kind = 'turned'") == [(1,)]
        assert faults(here) == []


@pytest.mark.parametrize("slices", [1, 2, 13, 50])
def test_its_preview_says_so_however_it_is_cut(
    database_url: str, slices: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where what is looked for ends just with a slice."""
    monkeypatch.setattr(previewing, "SLICE", slices)
    monkeypatch.setattr(previewing, "FIND", slices)
    with office(database_url, published=False) as here:
        told = colleagues(here, 13)
        said = preview(here)
        assert said.told.moves == (("rep:zoe", "rep:kim", 13),)
        repair = run(here, said.preview)
        assert whose(here, told) == ["kim"] * 13
        with here.desk.read() as tx:
            assert previews.otherwise(tx, repair, said.preview) == []


def test_a_colleague_who_is_left_alone_has_the_others(database_url: str) -> None:
    """Somebody works on it: that the company has one owner is what the rules of now want."""
    with office(database_url, published=False) as here:
        told = colleagues(here, 3)
        here.desk.act(LogTouch(str(told[1]["lead"]), "zoe", "call"))
        here.at += MINUTE
        assert preview(here).told.states == {"moved": 0, "stayed": 2, "kept": 1, "failed": 0}
        begin(here)
        work(here)
        assert whose(here, told) == ["zoe"] * 3


def test_a_colleague_who_was_rightly_placed_has_them_however_many_wrong_ones_came_later(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        first = here.send("first", email=f"first@{ONE}")
        here.desk.act(Reassign(str(first["lead"]), MARA, "omar", "they know each other"))
        here.publish(WRONG.replace("[policy]", '[[precedence]]\nstep = "previous-owner"\n\n[policy]'))
        told = [here.send(f"anna{i}", email=f"anna{i}@{ONE}") for i in range(12)]
        assert whose(here, told) == ["zoe"] * 12
        here.publish(LOUD)
        here.at += MINUTE
        assert preview(here).told.moves == (("rep:zoe", "rep:omar", 12),)
        begin(here)
        work(here)
        assert whose(here, told) == ["omar"] * 12
        assert faults(here) == []


def test_one_that_nobody_can_decide_has_none_of_the_others(database_url: str) -> None:
    with office(database_url, published=False) as here:
        told = colleagues(here, 3)
        here.change("UPDATE lead SET load = 'no json' WHERE id = ?", str(told[0]["lead"]))
        assert preview(here).told.states == {"moved": 2, "stayed": 0, "kept": 0, "failed": 1}
        name = begin(here)
        work(here)
        assert stands(here, name).counts["failed"] == 1
        assert whose(here, told) == ["zoe", "kim", "kim"]


def test_why_says_whose_holder_did_not_count(database_url: str) -> None:
    with office(database_url, published=False) as here:
        told = colleagues(here, 2)
        begin(here)
        work(here)
        assert "to be decided again, so whoever has it does not count" in why(here, told[0])
        assert "to be decided again" not in why(here, told[1])
        assert ": owned by Kim Larsen, open" in why(here, told[1])


def why(here: Office, told: dict[str, object]) -> str:
    with here.desk.read() as tx:
        last = last_routing(recorded.of_lead(tx, str(told["lead"]), 50))
        assert last is not None
        return "\n".join(sentences(explained(tx, last, Versions())))
