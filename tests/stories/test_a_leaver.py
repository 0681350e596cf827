"""Kim leaves on a Tuesday with four leads: one she had just got, one that is offered to Uma, one in the middle of letters, one with a meeting
on Wednesday. Each goes to a colleague once, and nothing of hers is done in her name any more.
"""

from desk.views import faults, owners
from firstright.core.meetings import THE_LEAD
from firstright.desk.acting import Accept
from firstright.desk.handover import HandOver
from firstright.desk.meetings import BookMeeting
from routing import DAY, HOUR, MONDAY
from stories.team import NOTES, TEAM, WRITTEN, lead, team

LEFT = TEAM.replace('id = "kim"', 'id = "kim"\nleft = "2026-03-03"')
ALONE = TEAM.replace('id = "noor"', 'id = "noor"\npaused_until = "2026-03-02T18:00:00"').replace(
    'id = "omar"', 'id = "omar"\npaused_until = "2026-03-02T18:00:00"'
)


def test_each_of_kims_leads_goes_to_a_colleague_once_and_nothing_runs_in_her_name(database_url: str) -> None:
    with team(database_url, WRITTEN, ALONE) as here:
        told = {name: here.send(name) for name in ("anna", "bert", "cleo", "dora")}
        assert {here.lead(each).holder_id for each in told.values()} == {"kim"}
        here.desk.act(Accept(lead(told["anna"]), "kim"))
        here.desk.act(HandOver(lead(told["bert"]), "kim", "to-ae", notes=NOTES))
        here.desk.act(BookMeeting(lead(told["dora"]), THE_LEAD, "demo", MONDAY + 2 * DAY))

        here.at = MONDAY + DAY + HOUR
        here.desk.publish_roster(LEFT, file="roster.toml", by="mara", reason="Kim has left")
        while here.desk.work_due(here.at)[0]:
            pass
        for each in told.values():
            row = here.lead(each)
            assert (row.outcome, row.holder_id) in {("owner", "noor"), ("owner", "omar")}, row
            assert [who for who, *_ in owners(here, each)] == ["kim", row.holder_id]
        assert here.rows("SELECT count(*) FROM task WHERE rep_id = 'kim' AND state = 'open'") == [(0,)]
        assert here.rows("SELECT count(*) FROM offer WHERE state = 'offered'") == [(0,)]
        assert here.rows("SELECT count(*) FROM enrolment WHERE state = 'running' AND epoch = 1") == [(0,)]
        [(meets, state)] = here.rows("SELECT rep_id, state FROM meeting")
        assert (meets, state) == (here.lead(told["dora"]).holder_id, "booked")
        assert (
            here.rows("SELECT count(*) FROM delivery WHERE destination = 'email:kim' AND state = 'ready' AND epoch = 1")
            == [(0,)]
        )  # fmt: skip
        assert faults(here) == []
