"""Gita comes by an advertisement and leaves her address for a brochure: that is no sales lead. The tracker tells which pages she reads;
after the third about prices she is one, with what she read in her score. Hugo clicks as often, on the blog, and is left in peace.
"""

import msgspec

from desk.office import Office
from desk.views import Told, faults, owners
from firstright.core.lead import Fact
from routing import CATCH_ALL, HEAD, MINUTE, MONDAY
from stories.team import lead, reported, stands, team

POINTS = """
[pools.ae]

[score]
mql = 30
sql = 45

[[score.points]]
id = "reads-prices"
kind = "urgency"
points = 12
half_life = "7d"
each = { kind = "visit", what = "/pricing", most = 4 }

[[score.points]]
id = "paid"
points = 2
when = { medium = "cpc" }

[[rule]]
id = "ready"
tier = "first"
when = { lifecycle = ["mql", "sal", "sql"] }
send_to = { pool = "sdr" }
first_action = "call"

[[rule]]
id = "clicked"
tier = "second"
when = { medium = "cpc" }
send_to = { nurture = "30d" }
"""
RULES = HEAD + POINTS + CATCH_ALL


def come(here: Office, name: str) -> Told:
    return here.send(name, medium="cpc", campaign="spring-arms", offer="Brochure")


def read_page(here: Office, name: str, number: int, page: str) -> None:
    seen = {"email": f"{name}@{name}.example", "kind": "visit", "what": page}
    assert reported(here, f"{name}-{number}", **seen).state == "taken"


def test_gita_reads_about_prices_until_she_is_a_sales_lead(database_url: str) -> None:
    with team(database_url, RULES) as here:
        gita, hugo = come(here, "gita"), come(here, "hugo")
        assert [stands(here, each)[0] for each in (gita, hugo)] == ["nurture", "nurture"]
        assert here.rows("SELECT count(*) FROM ledger") == [(0,)]
        for number, page in enumerate(("/pricing", "/pricing/arms", "/pricing/terms")):
            here.at = MONDAY + (1 + number) * MINUTE
            read_page(here, "gita", number, page)
            read_page(here, "hugo", number, f"/blog/{number}")
            assert stands(here, gita)[0] == ("owner" if number == 2 else "nurture")
        assert stands(here, hugo)[0] == "nurture"
        row = here.lead(gita)
        assert (row.cycle, row.status) == (2, "routed")
        known: dict[str, Fact] = msgspec.json.decode(row.facts)
        assert (known["lifecycle"], known["campaign"], known["engagement.count"]) == (
            "mql",
            "spring-arms",
            3,
        )
        assert [who for who, *_ in owners(here, gita)][-1] == row.holder_id
        what = here.rows("SELECT what FROM engagement WHERE lead_id = ? ORDER BY id", lead(gita))
        assert what == [("/pricing",), ("/pricing/arms",), ("/pricing/terms",)]
        assert faults(here) == []
