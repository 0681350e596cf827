"""Models beside the policies: a policy names one version, leads are scored by it, and how it drifts is looked at and told."""

import msgspec
import pytest

from chaos.scene import replayed
from desk.office import Office, office, owner
from firstright.core.drift import FEW
from firstright.core.lead import Fact
from firstright.core.learned import Feature, Model, Training, model_hash
from firstright.core.rules.fields import CATALOGUE
from firstright.desk.desk import Desk
from firstright.desk.learned import Added, AddModel, judged
from firstright.desk.lessons import lessons_of
from firstright.desk.watch.drifting import look, look_due, looks
from firstright.errors import Refused
from firstright.storage import alarms
from routing import CATCH_ALL, DAY, HEAD, MONDAY

MODEL = Model(
    "won",
    (Feature("country", (900, -900, 0, 0), (50, 50, 0, 0), values=("de", "at")),),
    0,
    ((-1000, 100), (1000, 600)),
    Training(100, 30, "status=won", deciles=(500,), decile_counts=(50, 50), error=10_000),
)
OTHER = msgspec.structs.replace(MODEL, intercept=-700)
POINTS = """
[score]
mql = 20
model = "won"
model_hash = "{hash}"
model_points = 40

[[rule]]
id = "ready"
tier = "first"
when = {{ lifecycle = "mql" }}
send_to = {{ pool = "sdr" }}
"""


def rules(model: Model) -> str:
    return HEAD + POINTS.format(hash=model_hash(model)) + CATCH_ALL


def added(desk: Desk, model: Model) -> Added:
    return desk.writer.submit(AddModel(model, "mara")).result()


def facts(here: Office, told: dict[str, object]) -> dict[str, Fact]:
    return msgspec.json.decode(here.lead(told).facts, type=dict[str, Fact])


def test_a_policy_that_names_a_model_nobody_added_is_refused(database_url: str) -> None:
    with office(database_url, published=False) as here:
        with pytest.raises(Refused, match=r"score\.model: version"):
            here.publish(rules(MODEL))
        assert here.rows("SELECT count(*) FROM policy_version") == [(0,)]


def test_leads_are_scored_by_the_version_their_policy_names_and_replay_with_it(database_url: str) -> None:
    with office(database_url, published=False) as here:
        assert added(here.desk, MODEL) == Added("won", model_hash(MODEL), new=True)
        assert added(here.desk, MODEL) == Added("won", model_hash(MODEL), new=False)
        here.publish(rules(MODEL))
        anna, bert = here.send("anna"), here.send("bert", country="AT")
        assert (facts(here, anna)["score.model"], facts(here, anna)["score"], owner(anna)) == (575, 23, "kim")
        assert (facts(here, bert)["score.model"], facts(here, bert)["score"], owner(bert)) == (
            125,
            5,
            "queued",
        )
        added(here.desk, OTHER)
        here.publish(rules(OTHER))
        emil = here.send("emil")
        assert (facts(here, emil)["score.model"], owner(emil)) == (400, "queued")
        assert replayed(here.desk.database)[1] == []


def test_a_text_that_is_no_model_is_refused() -> None:
    with pytest.raises(Refused, match="not a model"):
        judged('{"name": "won"}')


def test_a_look_at_drift_without_a_model_is_refused(database_url: str) -> None:
    with office(database_url) as here, pytest.raises(Refused, match="names no model"):
        look(here.desk)


def test_leads_that_are_others_than_those_of_the_training_raise_one_alarm_and_end_it(
    database_url: str,
) -> None:
    with office(database_url, published=False) as here:
        added(here.desk, MODEL)
        here.publish(rules(MODEL))
        here.desk.take_in([here.arrival(f"a{n}", country="FR") for n in range(FEW)])
        found = look(here.desk)
        assert (found.alarmed, found.drift.reasons) == (True, ("shifted:country", "shifted:score.model"))
        assert look(here.desk).alarmed is False  # it is open already
        with here.desk.read() as tx:
            (alarm,) = alarms.open_alarms(tx)
            kept = looks(tx, model_hash(MODEL))
        assert (alarm.kind, alarm.subject, alarm.n) == ("model-drift", "won", 2)
        assert "firstright score train --workspace" in str(alarm.detail["said"])
        assert [(one.day, one.leads, drift.reasons) for one, drift in kept] == [
            ("2026-03-02", FEW, ("shifted:country", "shifted:score.model"))
        ]
        here.at = MONDAY + 40 * DAY
        here.desk.take_in([here.arrival(f"b{n}", country=("DE", "AT")[n % 2]) for n in range(FEW)])
        assert look(here.desk).drift.reasons == ()
        with here.desk.read() as tx:
            assert alarms.open_alarms(tx) == []


def test_lessons_are_what_was_known_when_a_lead_was_decided_about(database_url: str) -> None:
    with office(database_url) as here:
        anna, bert, emil = here.send("anna", source="web"), here.send("bert"), here.send("emil")
        learnt = msgspec.json.encode({**facts(here, anna), "employees": 900}).decode()
        here.change("UPDATE lead SET status = 'won', facts = ? WHERE id = ?", learnt, str(anna["lead"]))
        here.change("UPDATE lead SET status = 'lost' WHERE id = ?", str(bert["lead"]))
        here.change(
            "UPDATE lead SET status = 'disqualified', outcome = 'rejected' WHERE id = ?", str(emil["lead"])
        )  # by rules alone: no outcome to learn from
        with here.desk.read() as tx:
            found = lessons_of(tx, CATALOGUE)
        assert (found.had, found.days, found.later, found.unread) == (
            *([True, False], ["2026-03-02"] * 2, {"employees": 1}, 0),
        )
        assert [row.get("country") for row in found.rows] == ["DE", "DE"]
        assert not {"first_name", "email", "domain", "score"} & {name for row in found.rows for name in row}


def test_a_look_is_taken_once_a_day_and_only_where_a_model_is_named(database_url: str) -> None:
    with office(database_url, published=False) as here:
        here.publish()
        assert look_due(here.desk, here.at) is None
        added(here.desk, MODEL)
        here.publish(rules(MODEL))
        first = look_due(here.desk, here.at)
        assert first is not None and first.name == "won"
        here.at = MONDAY + DAY / 2
        assert look_due(here.desk, here.at) is None
        here.at = MONDAY + DAY + DAY / 24
        assert look_due(here.desk, here.at) is not None
