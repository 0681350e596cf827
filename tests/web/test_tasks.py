"""Tasks over HTTP: put down, listed, put off and ended; and who may not."""

from web.houses import codes
from web.staffed import REPS, Staffed, house

__all__ = ["house"]


def listed(house: Staffed, rep: str, lead: str) -> list[dict[str, object]]:
    told = house.get(f"/v1/tasks?rep={rep}&limit=200").json()["tasks"]
    return [each for each in told if each["lead"] == lead and each["said"]]


def test_a_task_is_put_down_put_off_and_ended(house: Staffed) -> None:
    lead, rep = house.owned()
    answer = house.act(lead, "tasks", {"rep": rep, "said": "Ask about the crane", "minutes": 60})
    assert answer.status_code == 200, answer.text
    (task,) = listed(house, rep, lead)
    assert (task["said"], task["rep"], task["channel"], task["put_off"]) == (
        "Ask about the crane",
        rep,
        "internal",
        0,
    )
    later = house.act(lead, "tasks/put-off", {"rep": rep, "task": task["id"], "minutes": 600})
    assert later.status_code == 200, later.text
    (again,) = listed(house, rep, lead)
    assert (again["put_off"], str(again["due"]) > str(task["due"])) == (1, True)
    ended = house.act(lead, "tasks/end", {"rep": rep, "task": task["id"]})
    assert (ended.status_code, listed(house, rep, lead)) == (200, [])


def test_a_task_is_nobody_elses_to_end(house: Staffed) -> None:
    lead, rep = house.owned()
    other = next(name for name in REPS if name != rep)
    house.act(lead, "tasks", {"rep": rep, "said": "Ask about the crane"})
    (task,) = listed(house, rep, lead)
    assert house.act(lead, "tasks/end", {"rep": other, "task": task["id"]}).status_code == 404
    assert (
        house.act(lead, "tasks/end", {"task": task["id"]}).status_code == 200
    )  # a key does what operations may


def test_what_is_wrong_with_a_task_is_told_by_its_field(house: Staffed) -> None:
    lead, rep = house.owned()
    answer = house.act(lead, "tasks", {"rep": rep, "said": " ", "due": "2020-01-01T09:00:00Z"})
    assert answer.status_code == 422
    assert {pointer for pointer, _ in codes(answer)} <= {"/said", "/due", ""}

    both = {"rep": rep, "said": "Ask", "due": "2099-01-01T09:00:00Z", "minutes": 5}
    assert codes(house.act(lead, "tasks", both)) == [("/due", "value.refused")]


def test_how_templates_and_playbooks_fare_is_told(house: Staffed) -> None:
    assert house.get("/v1/acting").json() == {"templates": [], "playbooks": []}
