"""Leads that lie: each with its causes and since when, told once, ended when it is so no more; what a manager decides stands."""

from datetime import timedelta

import pytest

from desk.office import Office, office
from desk.views import LOUD, Told, faults
from firstright.core.authority import Actor, Role
from firstright.desk.acting import Accept, LogTouch
from firstright.desk.clockacts import PauseClocks
from firstright.desk.watch.stuck import LookedAt, Swept, sweep_due
from firstright.errors import Refused, Superseded
from firstright.storage import instants, stuck
from routing import DAY, HOUR, MINUTE, MONDAY

OPS = Actor("u-ops", "Olga", Role.OPERATIONS)
ADA = Actor("u-ada", "Ada", Role.MANAGER, rep="ada", team=frozenset({"ada", "kim", "noor", "omar"}))
ZOE = Actor("u-zoe", "Zoe", Role.MANAGER, rep="zoe", team=frozenset({"zoe"}))
KIM = Actor("u-kim", "Kim", Role.REP, rep="kim", team=frozenset({"kim"}))
STAYING = 'untouched = "2h"\non_missed = ["tell-owner"]\n'
SWEPT = (
    LOUD.replace('untouched = "2h"\n', STAYING, 1)
    + '\n[sweep]\nno_touch = "3d"\nstatuses = { routed = "5d" }\n'
)


def lie(here: Office, actor: Actor = OPS) -> list[tuple[str, list[str]]]:
    with here.desk.read() as tx:
        return [(one.holder, [cause.cause for cause in one.causes]) for one in stuck.listed(tx, actor)]


def swept(here: Office, at: object) -> Swept | None:
    here.rings(at)  # type: ignore[arg-type]  # an instant
    return sweep_due(here.desk, here.at, asked=True)


def test_a_lead_nobody_touches_lies_and_is_told_of_once(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(SWEPT)
        mara = here.send("mara")
        assert swept(here, MONDAY + DAY) == Swept(1, 0, 0)
        assert swept(here, MONDAY + 3 * DAY + HOUR) == Swept(1, 1, 0)
        assert swept(here, MONDAY + 3 * DAY + 2 * HOUR) == Swept(1, 0, 0)
        assert lie(here) == [("kim", ["no-touch"])]
        assert swept(here, MONDAY + 5 * DAY + HOUR) == Swept(1, 1, 0)
        assert lie(here) == [("kim", ["no-touch", "status-too-long"])]
        here.desk.act(LogTouch(str(mara["lead"]), "kim", "call"))
        assert swept(here, MONDAY + 5 * DAY + 2 * HOUR) == Swept(1, 0, 2)
        assert lie(here) == []
        assert here.rows("SELECT count(*) FROM stuck WHERE ended_at IS NOT NULL") == [(2,)]
        assert faults(here) == []


def test_a_manager_sees_and_hears_of_their_own_people_only(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(SWEPT)
        here.send("mara")
        swept(here, MONDAY + 4 * DAY)
        assert (lie(here, ADA), lie(here, ZOE), lie(here, KIM)) == (
            [("kim", ["no-touch"])],
            [],
            [("kim", ["no-touch"])],
        )


def test_without_a_table_nothing_is_swept(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(LOUD)
        here.send("mara")
        assert swept(here, MONDAY + 30 * DAY) is None


def test_a_lead_with_nothing_planned_lies_and_one_that_is_accepted_and_never_touched(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        here.publish(SWEPT)
        mara, nils = here.send("mara"), here.send("nils")
        here.desk.act(Accept(str(mara["lead"]), "kim"))
        here.desk.act(LogTouch(str(nils["lead"]), "noor", "call"))
        swept(here, MONDAY + DAY + HOUR)
        assert sorted(lie(here)) == [("kim", ["accepted-untouched"]), ("noor", ["no-next-action"])]


def test_a_pause_is_no_lie_until_its_limit_has_passed(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(SWEPT)
        mara = here.send("mara")
        here.desk.act(PauseClocks(str(mara["lead"]), KIM, "legal-review", MONDAY + 4 * DAY))
        swept(here, MONDAY + 3 * DAY + HOUR)
        assert lie(here) == []
        here.at = MONDAY + 4 * DAY + HOUR  # and nobody does what is due
        sweep_due(here.desk, here.at, asked=True)
        assert lie(here) == [("kim", ["pause-over"])]


def test_what_is_kept_is_not_listed_for_a_week_and_says_why(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(SWEPT)
        mara = here.send("mara")
        name = str(mara["lead"])
        swept(here, MONDAY + 4 * DAY)
        here.desk.act(LookedAt(name, ADA, "keep", "they are back on Monday"))
        assert lie(here) == []
        swept(here, MONDAY + 10 * DAY)
        assert lie(here) == []
        swept(here, MONDAY + 11 * DAY + HOUR)
        assert [causes for _, causes in lie(here)] == [["no-touch", "status-too-long"]]
        with here.desk.read() as tx:
            (found,) = stuck.decisions(tx, name)
        assert (found.decided, found.reason, found.by) == ("keep", "they are back on Monday", "u-ada")


def test_what_is_kept_is_kept_once_and_by_who_saw_it_where_it_is(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(SWEPT)
        mara = here.send("mara")
        swept(here, MONDAY + 4 * DAY)
        lead, reviews = str(mara["lead"]), "SELECT count(*) FROM stuck_review"
        with pytest.raises(Superseded):
            here.desk.act(LookedAt(lead, ADA, "keep", "They are on holiday", epoch=2))
        said = [here.desk.act(LookedAt(lead, ADA, "keep", "They are on holiday", epoch=1)) for _ in range(2)]
        assert ([each.repeat for each in said], here.rows(reviews)) == ([False, True], [(1,)])
        with pytest.raises(Refused, match="not on the list"):
            here.desk.act(LookedAt(lead, ADA, "keep", "Something else"))


@pytest.mark.parametrize(
    ("decided", "more", "outcome"),
    [("move", {"to": "noor"}, ("owner", "noor")), ("close", {"why": "unreachable"}, ("closed", ""))],
)
def test_what_is_moved_or_closed_leaves_the_list(
    database_url: str, decided: str, more: dict[str, str], outcome: tuple[str, str]
) -> None:
    with office(database_url, published=False) as here:
        here.publish(SWEPT)
        mara = here.send("mara")
        swept(here, MONDAY + 4 * DAY)
        here.desk.act(LookedAt(str(mara["lead"]), ADA, decided, "no sign of life", **more))
        row = here.lead(mara)
        assert (row.outcome, row.holder_id) == outcome
        assert lie(here) == []
        assert faults(here) == []


def test_what_is_not_on_the_list_is_not_decided_about(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(SWEPT)
        mara: Told = here.send("mara")
        with pytest.raises(Refused) as refused:
            here.desk.act(LookedAt(str(mara["lead"]), ADA, "keep", ""))
        assert refused.value.reasons == (
            "reason: is needed, in a few words of your own",
            "lead: it is not on the list, or not any more",
        )


def test_nodes_sweep_by_turns(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(SWEPT)
        here.send("mara")
        here.at = MONDAY + timedelta(days=4)
        assert sweep_due(here.desk, here.at) is not None
        assert sweep_due(here.desk, here.at + MINUTE) is None


def register(here: Office) -> None:
    """That people are told by e-mail."""
    at = instants.text(MONDAY)
    here.change(
        """INSERT INTO destination (id, name, kind, url, settings, enabled, created_at, paused_until)
           VALUES (?, 'email', 'email', '', '{}', ?, ?, NULL)""",
        here.desk.new_id(),
        True,
        at,
    )


def test_each_manager_hears_of_what_is_new_once_and_of_everything_once_a_week(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(SWEPT)
        register(here)
        here.send("mara")
        for days in (2, 4, 5, 6, 9, 12):
            swept(here, MONDAY + days * DAY + HOUR)
        told = here.rows("SELECT destination, event FROM delivery WHERE event = 'lead.stuck' ORDER BY id")
        new, weekly = (
            2,
            1,
        )  # no-touch, status-too-long; the list of the second week, as that of the first was empty
        assert told == [("email:ada", "lead.stuck")] * (new + weekly)
