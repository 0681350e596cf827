"""What a repair would come to, in slices: as the repair does it, resumed after a death, kept, and compared with how things stand since."""

import pytest

from desk.office import Office, office, owner
from desk.test_repairing import BAD, MARA, WHY, begin, kept, misplaced, preview, stands, work
from desk.views import LOUD, faults
from firstright.core.authority import Actor, Role
from firstright.core.causes.correcting import Selection
from firstright.desk import previewing, trial
from firstright.desk.acting import LogTouch
from firstright.desk.assigning import Reassign
from firstright.desk.errands import KIND, LEASE, StopErrand, work_errand
from firstright.desk.previewing import StartPreview
from firstright.desk.repairing import StartRepair
from firstright.errors import Refused
from firstright.storage import errands, jobs, previews
from routing import MINUTE

REP = Actor("u-kim", "Kim Larsen", Role.REP, "kim", frozenset({"kim"}))


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewing, "SLICE", 2)


def listed(here: Office, name: str, state: str = "moved") -> list[tuple[str, str]]:
    with here.desk.read() as tx:
        return [(each.lead, each.now) for each in previews.listed(tx, name, state)]


def run(here: Office, name: str) -> str:
    here.at += MINUTE
    repair = here.desk.act(StartRepair(Selection(), MARA, WHY, name)).repair
    work(here)
    return repair


def test_in_slices_it_tells_what_the_repair_then_does_lead_by_lead(database_url: str) -> None:
    with office(database_url, published=False) as here:
        misplaced(here, 7)
        told = preview(here)
        assert (told.state, told.done, told.total) == ("done", 7, 7)
        would = listed(here, told.preview)
        repair = run(here, told.preview)
        became = here.rows("SELECT id, holder_id FROM lead ORDER BY id")
        assert [(str(lead), f"rep:{rep}") for lead, rep in became] == would
        assert len({now for _, now in would}) == 3  # the rotation went on from slice to slice
        with here.desk.read() as tx:
            assert previews.otherwise(tx, repair, told.preview) == []
        assert faults(here) == []


def test_one_that_dies_in_the_middle_is_gone_on_with_and_ends_the_same(database_url: str) -> None:
    with office(database_url, published=False) as here:
        misplaced(here, 7)
        whole = preview(here)
        name = here.desk.act(StartPreview(BAD, MARA)).errand
        assert name != whole.preview
        here.at += MINUTE
        assert work_errand(here.desk, here.at)  # found
        assert (kept(here, name).state, kept(here, name).done) == ("running", 0)
        assert work_errand(here.desk, here.at)
        assert (kept(here, name).state, kept(here, name).done, kept(here, name).total) == ("running", 2, 7)
        with here.desk.database.write() as tx:  # a node takes the next slice and is never heard of again
            assert jobs.claim_due(tx, here.at, 1, here.desk.new_id(), LEASE, lane="bulk", kinds=KIND)
        assert not work_errand(here.desk, here.at)
        here.at += MINUTE
        while work_errand(here.desk, here.at):
            pass
        again = kept(here, name)
        assert (again.state, again.done, again.told) == ("done", 7, whole.told)
        assert listed(here, name) == listed(here, whole.preview)


def test_the_same_asked_for_twice_is_one_while_it_is_under_way(database_url: str) -> None:
    with office(database_url, published=False) as here:
        misplaced(here)
        first, second = (here.desk.act(StartPreview(BAD, MARA)).errand for _ in range(2))
        assert first == second
        here.desk.act(StopErrand(first, "mara"))
        assert not work_errand(here.desk, here.at) or kept(here, first).state == "stopped"
        assert kept(here, first).state == "stopped"
        assert here.desk.act(StartPreview(BAD, MARA)).errand != first


def test_where_things_have_moved_since_is_said_before_it_is_run_and_after(database_url: str) -> None:
    with office(database_url, published=False) as here:
        touched, moved, *_ = misplaced(here, 4)
        told = preview(here)
        assert (told.since, told.published) == ({}, ())
        here.at += MINUTE
        here.desk.act(LogTouch(str(touched["lead"]), "zoe", "call"))
        here.desk.act(Reassign(str(moved["lead"]), MARA, "noor", "they know each other"))
        here.publish(LOUD + "\n")
        since = kept(here, told.preview)
        assert (since.since, since.published) == ({"moved-since": 1, "touched": 1}, ("policy",))
        here.at += MINUTE
        late = here.send("late")
        repair = run(here, told.preview)
        assert stands(here, repair).counts == {"waiting": 0, "moved": 2, "stayed": 0, "kept": 2, "failed": 0}
        with here.desk.read() as tx:
            otherwise = {each.lead: each.became for each in previews.otherwise(tx, repair, told.preview)}
        assert {otherwise.get(str(each["lead"])) for each in (touched, moved)} == {"kept"}
        assert str(late["lead"]) not in otherwise
        assert owner(late) != "zoe"
        assert faults(here) == []


def test_a_lead_that_nobody_can_decide_is_told_of(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with office(database_url, published=False) as here:
        bad, *_ = misplaced(here)
        plain = trial.match_keys

        def broken(facts: dict[str, object], source: str) -> object:
            if facts.get("email") == "anna0@anna0.example":
                raise ValueError("a defect")
            return plain(facts, source)  # type: ignore[arg-type]  # as it was handed in

        monkeypatch.setattr(trial, "match_keys", broken)
        told = preview(here)
        assert (told.told.states["failed"], told.told.states["moved"]) == (1, 2)
        assert ("failed", "ValueError", 1) in told.told.reasons
        assert listed(here, told.preview, "failed") == [(str(bad["lead"]), "rep:zoe")]


def test_leads_of_old_previews_go_and_those_of_the_last_few_stay(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previews, "LAST", 1)
    with office(database_url, published=False) as here:
        misplaced(here)
        first = preview(here)
        here.at += MINUTE
        second = preview(here)
        assert (listed(here, first.preview), len(listed(here, second.preview))) == ([], 3)


def test_who_may_not_and_what_is_nothing_is_said(database_url: str) -> None:
    with office(database_url, published=False) as here:
        misplaced(here)
        for work_, reason in (
            (StartPreview(BAD, REP), "may not have decisions repaired"),
            (StartPreview(Selection(), MARA), "versions: name a policy version"),
            (StartRepair(Selection(), MARA, WHY, MARA.user), "preview: there is none"),
            (
                StartRepair(Selection(), MARA, WHY, here.desk.act(StartPreview(BAD, MARA)).errand),
                "is under way",
            ),
        ):
            with pytest.raises(Refused) as why:
                here.desk.act(work_)
            assert reason in str(why.value)
        assert begin(here)
        with here.desk.read() as tx:
            assert [each.state for each in errands.latest(tx, errands.PREVIEW)] == ["running"]
