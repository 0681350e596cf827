"""Clocks over HTTP: stopped and going on for a rep, misses told, excused and put right; leads that lie told and decided about."""

from datetime import UTC, datetime, timedelta

from firstright.desk.watch.stuck import sweep_due
from firstright.storage.statement import Statement
from web.houses import codes
from web.staffed import ALWAYS, Staffed
from web.staffed import house as house

NOW = datetime.now(UTC)
LATER = (NOW + timedelta(hours=5)).isoformat()


def missed(house: Staffed) -> tuple[str, str]:
    """(a lead whose owner clock was missed, its owner)"""
    lead, rep = house.owned()
    with house.desk.database.write() as tx:
        tx.run(
            Statement(
                "UPDATE clock SET state = 'missed', missed_at = due_at WHERE lead_id = ? AND clock = 'owner'"
            ),
            (lead,),
        )
    return lead, rep


def test_an_owner_has_the_clocks_of_a_lead_stand_still_and_go_on(house: Staffed) -> None:
    lead, rep = house.owned()
    asked = {"rep": rep, "why": "waiting-on-customer", "until": LATER}
    done = house.act(lead, "pause", asked)
    assert (done.status_code, done.json()["owner"]["id"]) == (200, rep), done.text
    assert house.stored("SELECT state FROM clock WHERE lead_id = ? AND clock = 'owner'", lead) == [
        ("paused",)
    ]
    assert house.act(lead, "resume", {"rep": rep}).status_code == 200
    assert house.act(lead, "resume", {"rep": rep}).json()["repeat"] is True
    assert house.stored("SELECT state FROM clock WHERE lead_id = ? AND clock = 'owner'", lead) == [
        ("running",)
    ]


def test_a_pause_that_cannot_be_is_refused_at_its_place(house: Staffed) -> None:
    lead, rep = house.owned()
    asked = {"rep": rep, "why": "lunch", "until": LATER}
    assert codes(house.act(lead, "pause", asked)) == [("/why", "value.refused")]
    past = {**asked, "why": "on-hold", "until": "2020-01-01T00:00:00Z"}
    assert codes(house.act(lead, "pause", past)) == [("/until", "value.refused")]
    assert house.act(lead, "pause", {**asked, "rep": "nobody"}).status_code == 404


def test_a_miss_is_told_until_it_is_excused(house: Staffed) -> None:
    lead, _ = missed(house)
    span = f"since={(NOW - timedelta(days=1)).strftime('%Y-%m-%dT%H:%M:%SZ')}&until={(NOW + timedelta(days=1)).strftime('%Y-%m-%dT%H:%M:%SZ')}"
    told = house.get(f"/v1/clocks/missed?{span}&limit=100").json()["misses"]
    assert lead in [each["lead"] for each in told]
    asked = {"clock": "owner", "why": "outage", "note": "no telephone"}
    assert codes(house.act(lead, "excuse", {**asked, "why": "rain"})) == [("/why", "value.unknown")]
    assert house.act(lead, "excuse", asked).status_code == 200
    assert codes(house.act(lead, "excuse", asked)) == [("/clock", "value.refused")]
    told = house.get(f"/v1/clocks/missed?{span}&limit=100").json()["misses"]
    assert lead not in [each["lead"] for each in told]
    assert house.get("/v1/clocks/missed?since=yesterday").status_code == 400
    for beyond in ("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:00:00-14:00"):  # UTC has no name for either
        assert codes(house.get(f"/v1/clocks/missed?since={beyond}")) == [("", "query.invalid")], beyond


def test_an_outage_is_excused_for_everybody(house: Staffed) -> None:
    leads = {missed(house)[0] for _ in range(3)}
    asked = {
        "since": (NOW - timedelta(days=1)).isoformat(),
        "until": (NOW + timedelta(days=1)).isoformat(),
        "why": "outage",
        "note": "the line was down",
    }
    done = house.post("/v1/clocks/excuse", asked)
    assert (done.status_code, done.json()["done"] >= 3, done.json()["refused"]) == (200, True, []), done.text
    for lead in leads:
        assert house.stored("SELECT state FROM clock WHERE lead_id = ? AND clock = 'owner'", lead) == [
            ("excused",)
        ]
    assert codes(house.post("/v1/clocks/excuse", {**asked, "until": asked["since"]})) == [
        ("/until", "value.refused")
    ]


def test_leads_that_lie_are_told_with_causes_and_decided_about(house: Staffed) -> None:
    swept = ALWAYS + '\n[sweep]\nno_touch = "5min"\n'
    house.desk.publish_policy(swept, file="policy.toml", by="mara", reason="test")
    lead, rep = house.owned()
    with house.desk.database.write() as tx:
        long_ago = (NOW - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
        tx.run(Statement("UPDATE assignment SET started_at = ? WHERE lead_id = ?"), (long_ago, lead))
    assert sweep_due(house.desk, NOW, asked=True) is not None
    told = house.get(f"/v1/stuck?owner={rep}&cause=no-touch&limit=100").json()
    (mine,) = [each for each in told["leads"] if each["lead"] == lead]
    assert [each["cause"] for each in mine["causes"]] == ["no-touch"]
    assert told["counts"]["no-touch"] >= 1
    assert house.get("/v1/stuck?cause=boredom").status_code == 400
    assert codes(house.act(lead, "stuck", {"decided": "keep", "reason": ""})) == [("/reason", "field.empty")]
    assert (
        house.act(lead, "stuck", {"decided": "keep", "reason": "they are back on Monday"}).status_code == 200
    )
    told = house.get("/v1/stuck?limit=100").json()["leads"]
    assert lead not in [each["lead"] for each in told]
    again = house.act(lead, "stuck", {"decided": "close", "why": "unreachable", "reason": "no"})
    assert (again.status_code, "not on the list" in again.text) == (422, True)
