"""A campaign nobody has heard of is told of with its first lead, once, and how many are behind it is counted."""

from desk.office import office
from desk.views import faults
from firstright.storage import alarms
from routing import CATCH_ALL, HEAD, TO_SDR

WATCHED = HEAD.replace('name = "Test"', 'name = "Test"\nknown_campaigns = ["spring"]')
BY_RULE = """
[[rule]]
id = "fair"
tier = "first"
when = { campaign = "hannover-2026" }
send_to = { pool = "sdr" }
"""


def test_a_campaign_that_no_rule_or_list_knows_is_told_of_once_and_counted(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(WATCHED + BY_RULE + CATCH_ALL)
        for name, campaign in (
            ("mara", "Spring"),
            ("omid", "hannover-2026"),
            ("pia", "black-friday"),
            ("jo", "black-friday"),
            ("li", ""),
        ):
            here.send(name, campaign=campaign)
        with here.desk.read() as tx:
            found = alarms.open_alarms(tx)
        assert [(each.kind, each.subject, each.n) for each in found] == [
            ("campaign-unknown", "campaign black-friday", 2)
        ]
        assert found[0].detail["said"] == (
            'The campaign "black-friday" has come for the first time, and no rule or list knows it. Its first lead went by'
            " rule rest, which takes whatever nobody else does: say where such leads belong before there are more."
        )
        assert faults(here) == []


def test_nothing_is_watched_where_the_policy_does_not_say_so(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish(HEAD + TO_SDR + CATCH_ALL)
        here.send("mara", campaign="black-friday")
        with here.desk.read() as tx:
            assert alarms.open_alarms(tx) == []
        assert here.rows("SELECT count(*) FROM campaign") == [(0,)]
