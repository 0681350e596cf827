"""GET /v1/leads/{id}/score, /v1/score and /v1/score/drift, on both databases: reasons that add up, the model, its last look."""

import pytest

from chaos.scene import roster
from firstright.core.drift import FEW
from firstright.core.learned import Feature, Model, Training, model_hash
from firstright.desk.learned import AddModel
from firstright.desk.watch.drifting import look
from web.staffed import ALWAYS, REPS, Staffed, house

__all__ = ["house"]
MODEL = Model(
    "won",
    (Feature("country", (900, -900, 0, -100), (50, 40, 0, 10), values=("de", "us")),),
    -200,
    ((-1000, 100), (1000, 600)),
    Training(100, 30, "status=won", deciles=(300,), decile_counts=(60, 40), error=12_000),
)
POINTS = """
[score]
mql = 20
{model}

[[score.points]]
id = "germany"
points = 10
when = {{ country = "DE" }}

[[score.points]]
id = "prices"
points = 16
half_life = "7d"
each = {{ kind = "visit", what = "/pricing" }}
"""
NAMED = f'model = "won"\nmodel_hash = "{model_hash(MODEL)}"\nmodel_points = 20\n'


def published(house: Staffed, more: str) -> None:
    house.desk.publish_policy(ALWAYS + more, file="policy.toml", by="mara", reason="test")
    house.desk.publish_roster(roster(REPS), file="roster.toml", by="mara", reason="test")


@pytest.fixture
def scored(house: Staffed) -> Staffed:
    house.desk.writer.submit(AddModel(MODEL, "mara")).result()
    published(house, POINTS.format(model=NAMED))
    return house


def test_a_policy_without_points_has_no_scores(house: Staffed) -> None:
    published(house, "")
    lead, _ = house.owned()
    for path in (f"/v1/leads/{lead}/score", "/v1/score", "/v1/score/drift"):
        assert house.see(path).status_code == 404


def test_a_lead_tells_its_points_with_reasons(scored: Staffed) -> None:
    lead = scored.send({"email": "mara@scored.example", "country": "DE"}).json()["lead"]
    did = scored.act(lead, "engagements", {"kind": "visit", "what": "https://northwind.example/pricing"})
    assert did.status_code == 200, did.text
    told = scored.see(f"/v1/leads/{lead}/score").json()
    assert told["lead"] == lead
    assert told["score"] == {
        "fit": 10,
        "urgency": 16,
        "total": 36,
        "stage": "mql",
        "chance": 525,
        "learned": 10,
    }
    assert [(r["row"], r["kind"], r["now"], r["fresh"], r["what"]) for r in told["reasons"]] == [
        ("prices", "urgency", 16, 16, "visit https://northwind.example/pricing"),
        ("germany", "fit", 10, 10, ""),
    ]
    assert (told["decided"], told["model"]) == (36, "won")
    assert told["contributions"] == [{"field": "country", "bin": "de", "weight": 900}]
    assert told["next_at"] > told["as_of"]
    facts = scored.see(f"/v1/leads/{lead}").json()["facts"]
    assert (facts["score"], facts["score.model"], facts["lifecycle"]) == (36, 525, "mql")
    why = scored.see(f"/v1/leads/{lead}/why").json()["decisions"][-1]
    assert why["explanation"]["worth"]["score"]["total"] == 36
    assert any("row “prices”, visit https://northwind.example/pricing" in line for line in why["sentences"])


def test_the_card_and_the_model_are_told(scored: Staffed) -> None:
    told = scored.see("/v1/score").json()
    assert (told["rows"], told["stages"], told["model"], told["model_points"]) == (
        *(2, [{"stage": "mql", "least": 20}], "won", 20),
    )
    assert (told["model_hash"], told["training"]["rows"]) == (model_hash(MODEL), 100)
    published(scored, POINTS.format(model=""))
    told = scored.see("/v1/score").json()
    assert (told["model"], told["model_hash"], told["training"]) == (None, None, None)


def test_the_last_look_at_drift_is_told_with_its_thresholds(scored: Staffed) -> None:
    assert scored.see("/v1/score/drift").json() == {"last": None, "before": []}
    for n in range(FEW):
        scored.send({"email": f"d{n}@drift{n}.example", "country": "FR"})
    look(scored.desk)
    last = scored.see("/v1/score/drift").json()["last"]
    assert (last["model"], last["retrain"]) == ("won", True)
    assert "shifted:country" in last["reasons"]
    assert last["thresholds"] == {"moved": 0.2, "shifted": 0.25, "off": 0.05}
    assert {field["field"]: field["state"] for field in last["fields"]}["country"] == "shifted"


def test_nobody_is_told_without_a_key(house: Staffed) -> None:
    for path in ("/v1/score", "/v1/score/drift", f"/v1/leads/{'0' * 8}-0000-7000-8000-{'0' * 12}/score"):
        assert house.get(path, Authorization="Bearer fr_nothing").status_code == 401
    assert house.see("/v1/score?more=1").status_code == 400
