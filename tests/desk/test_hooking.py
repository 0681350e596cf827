"""Mara's calls and mails as other systems tell of them: once each, on the right lead, or aside with a reason."""

import json
from collections.abc import Iterator

import pytest

from desk.office import Office, office
from firstright.desk.errands import carry_out
from firstright.desk.hooking import TakeEvent, Taken, read_event
from firstright.desk.hooks import (
    HookAdd,
    HookChange,
    HookNow,
    HookRemove,
    HookReplay,
    HookRotate,
    Hooks,
    HookSwitch,
)
from firstright.desk.learning import LearnFacts
from firstright.errors import NotFound, Refused
from firstright.storage import hooks, invariants, timeline
from routing import HOUR, MINUTE, MONDAY
from web.houses import OpenBox

CALL = {"channel": "call", "phone": "+49 30 1234567", "rep": "kim", "result": "no-answer"}


@pytest.fixture
def here(database_url: str) -> Iterator[Office]:
    with office(database_url) as found:
        register(found).change(HookAdd("dialler"), "mara")
        yield found


def register(here: Office) -> Hooks:
    made = iter(range(100))
    return Hooks(here.desk, OpenBox(), lambda: f"whsec_{next(made)}")


def told(here: Office, body: object, name: str = "evt-1", hook: str = "dialler") -> Taken:
    with here.desk.read() as tx:
        row = hooks.one(tx, hook)
    assert row is not None
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return here.desk.writer.submit(TakeEvent(read_event(here.desk, hook, row.settings, name, raw))).result()


def mara(here: Office) -> dict[str, object]:
    return here.send("mara", last_name="Wolf", phone="+49301234567", external_id="w-1")


def activities(here: Office, lead: object) -> list[tuple[str, dict[str, object]]]:
    with here.desk.read() as tx:
        found = timeline.page(tx, str(lead), activities=True)
    return [
        (each.kind, {k: v for k, v in json.loads(each.told).items() if k != "logged_at"}) for each in found
    ]


def reread(here: Office) -> dict[str, int]:
    """What became of all that the hook has aside."""
    name = register(here).change(HookReplay("dialler"), "mara").errand
    return carry_out(here.desk, name, lambda: here.at + MINUTE, lambda done, of: None).counts


def codes(taken: Taken) -> tuple[str, list[tuple[str, str]]]:
    return taken.state, [(p.pointer, p.code) for p in taken.problems]


def clock_states(here: Office) -> list[tuple[str, str]]:
    return [tuple(row) for row in here.rows("SELECT clock, state FROM clock ORDER BY clock, id")]


def test_a_dialled_call_is_a_touch_of_the_rep_and_stops_the_clock(here: Office) -> None:
    lead = mara(here)["lead"]
    taken = told(here, CALL)
    assert (taken.state, taken.lead) == ("taken", lead)
    assert activities(here, lead) == [
        (
            "touch",
            {
                "epoch": 1, "rep_id": "kim", "channel": "call", "result": "no-answer", "note": "",
                "reported_by": "hook:dialler",
            },
        )
    ]  # fmt: skip
    assert ("speed-to-lead", "met") in clock_states(here)
    with here.desk.read() as tx:
        assert invariants.run(tx) == []


def test_what_the_lead_did_is_an_engagement_and_stops_no_clock(here: Office) -> None:
    lead = mara(here)["lead"]
    before = clock_states(here)
    taken = told(here, {"email": "MARA@mara.example", "kind": "click", "what": "/pricing"})
    assert (taken.state, taken.lead) == ("taken", lead)
    assert activities(here, lead) == [
        ("engagement", {"kind": "click", "what": "/pricing", "reported_by": "hook:dialler"})
    ]
    assert clock_states(here) == before


@pytest.mark.parametrize(
    "whom",
    [
        {"phone": "+49 30 1234567"},
        {"email": "mara@mara.example"},
        {"external_id": "w-1", "source": "web"},
        {"lead": ""},
    ],
    ids=lambda whom: next(iter(whom)),
)
def test_a_lead_is_found_by_each_exact_key(here: Office, whom: dict[str, str]) -> None:
    lead = str(mara(here)["lead"])
    here.send("omid", last_name="Wolf", phone="+493012345678")  # one digit more is another number
    body = {"channel": "call", "direction": "in"} | ({"lead": lead} if "lead" in whom else whom)
    taken = told(here, body)
    assert (taken.state, taken.lead, taken.problems) == ("taken", lead, ())


def test_an_autoresponder_is_kept_does_nothing_and_stops_no_clock(here: Office) -> None:
    lead = mara(here)["lead"]
    before = clock_states(here)
    mail = {"channel": "email", "email": "mara@mara.example", "rep": "kim"}
    out = told(here, {**mail, "headers": {"Auto-Submitted": "auto-replied"}}, "evt-1")
    back = told(here, {**mail, "direction": "in", "headers": {"Precedence": "auto_reply"}}, "evt-2")
    assert [codes(out), codes(back)] == [("ignored", [("", "activity.auto")])] * 2
    assert activities(here, lead) == []
    assert clock_states(here) == before


def test_the_same_event_again_does_nothing_and_another_body_under_its_id_stands_aside(here: Office) -> None:
    lead = mara(here)["lead"]
    first, again = told(here, CALL), told(here, CALL)
    assert (again.repeat, again.event, again.lead) == (True, first.event, first.lead)
    other = told(here, {**CALL, "result": "connected"})
    assert codes(other) == ("quarantined", [("", "idempotency.mismatch")])
    assert told(here, {**CALL, "result": "connected"}).repeat
    assert len(activities(here, lead)) == 1


def test_five_at_once_are_one(here: Office) -> None:
    lead = mara(here)["lead"]
    with here.desk.read() as tx:
        row = hooks.one(tx, "dialler")
    assert row is not None
    event = read_event(here.desk, "dialler", row.settings, "evt-1", json.dumps(CALL).encode())
    with here.held():
        waiting = [here.desk.writer.submit(TakeEvent(event)) for _ in range(5)]
    assert sorted(future.result().repeat for future in waiting) == [False, True, True, True, True]
    assert len(activities(here, lead)) == 1


def test_who_cannot_be_matched_waits_aside_and_is_taken_once_they_are_known(here: Office) -> None:
    lead = str(here.send("mara", last_name="Wolf")["lead"])
    taken = told(here, CALL)
    assert codes(taken) == ("quarantined", [("", "activity.unknown")])
    ask = register(here)
    assert reread(here) == {"quarantined": 1}
    here.desk.act(LearnFacts(lead, {"phone": "+49301234567"}, "kim"))
    [now] = ask.change(HookReplay(event=taken.event), "mara").replayed
    assert (now.state, now.lead, now.repeat) == ("taken", lead, False)
    assert ask.change(HookReplay(event=taken.event), "mara").replayed[0].repeat
    assert reread(here) == {}
    assert len(activities(here, lead)) == 1


def test_a_call_before_the_lead_came_is_none_of_its_touches(here: Office) -> None:
    told(here, CALL)
    lead = mara(here)["lead"]
    assert reread(here) == {"quarantined": 1}
    with here.desk.read() as tx:
        [row] = hooks.events(tx, "dialler", aside=True)
    assert [(p.code, "before the lead came" in p.reason) for p in row.problems] == [
        ("activity.refused", True)
    ]
    assert activities(here, lead) == []


def test_two_people_of_one_number_are_told_apart_by_whose_lead_it_is(here: Office) -> None:
    wolf = mara(here)
    other = here.send("bo", last_name="Fuchs", phone="+49301234567")
    assert codes(told(here, {"channel": "call", "direction": "in", "phone": "+49301234567"})) == (
        "quarantined",
        [("/phone", "activity.ambiguous")],
    )
    owners = {str(each["owner"]["id"]): each["lead"] for each in (wolf, other)}  # type: ignore[index]  # JSON
    assert len(owners) == 2
    for place, (rep, lead) in enumerate(owners.items()):
        assert told(here, {**CALL, "rep": rep}, f"call-{place}").lead == lead


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b"nonsense", [("", "json.syntax")]),
        ({**CALL, "rep": "nobody@ours.example"}, [("/rep", "activity.rep")]),
        ({**CALL, "channel": "pigeon"}, [("", "activity.refused")]),
        ({**CALL, "at": "2020-01-01T00:00:00Z"}, [("", "activity.refused")]),
        ({**CALL, "lead": "no-lead"}, [("/lead", "activity.no_lead")]),
        ({"channel": "call"}, [("", "activity.nobody")]),
    ],
)
def test_what_cannot_be_used_waits_aside_with_its_reasons(
    here: Office, body: object, wanted: list[tuple[str, str]]
) -> None:
    lead = mara(here)["lead"]
    assert codes(told(here, body)) == ("quarantined", wanted)
    assert activities(here, lead) == []


def test_a_call_that_is_told_of_hours_later_keeps_both_times(here: Office) -> None:
    lead = mara(here)["lead"]
    here.at = MONDAY + 3 * HOUR
    told(here, {**CALL, "at": (MONDAY + 5 * MINUTE).isoformat()})
    with here.desk.read() as tx:
        [each] = timeline.page(tx, str(lead), activities=True)
    assert each.at == MONDAY + 5 * MINUTE
    assert json.loads(each.told)["logged_at"].startswith("2026-03-02T12:00:00")


def test_a_hook_is_registered_rotated_switched_and_removed_and_every_mistake_is_told(here: Office) -> None:
    ask = register(here)
    assert ask.change(HookAdd("mail", country="DE"), "mara") == HookNow("mail", True, "whsec_0")
    assert ask.change(HookRotate("mail"), "mara").secret == "whsec_1"
    with pytest.raises(Refused, match="a rotation is under way"):
        ask.change(HookRotate("mail"), "mara")
    assert ask.change(HookRotate("mail", finish=True), "mara").secret == ""
    assert not ask.change(HookSwitch("mail", False), "mara").enabled
    ask.change(HookChange("mail", source="web"), "mara")
    ask.change(HookRemove("mail"), "mara")
    with pytest.raises(Refused, match="is no hook"):
        ask.change(HookRemove("mail"), "mara")
    with pytest.raises(Refused) as refused:
        ask.change(HookAdd("No Name", map='[columns]\nA = "b"\n', country="Germany"), "mara")
    assert [reason.partition(":")[0] for reason in refused.value.reasons][:2] == ["name", "country"]
    with pytest.raises(NotFound):
        ask.change(HookReplay(event="019fffff-ffff-7fff-bfff-ffffffffffff"), "mara")
    acted = [row[0] for row in here.rows("SELECT action FROM audit WHERE subject_kind = 'hook' ORDER BY id")]
    assert acted == [
        "add-hook", "add-hook", "rotate-hook-secret", "rotate-hook-secret", "switch-hook", "change-hook", "remove-hook",
    ]  # fmt: skip


def test_before_there_is_a_policy_an_event_waits_aside(database_url: str) -> None:
    with office(database_url, published=False) as here:
        register(here).change(HookAdd("dialler"), "mara")
        call = {**CALL, "direction": "in"}
        assert codes(told(here, call)) == ("quarantined", [("", "roster.missing")])
        here.publish()
        lead = mara(here)["lead"]
        assert reread(here) == {"taken": 1}
        with here.desk.read() as tx:
            [row] = hooks.events(tx, "dialler", aside=False)
        assert row.lead_id == lead
