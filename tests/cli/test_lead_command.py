"""firstright lead and deliveries on both databases: what is done, what is said, what is refused."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from chaos.scene import arrival, opened, person, reps, roster
from firstright.cli import leads as lines
from firstright.cli.app import run
from firstright.storage import decisions, duplicates, timeline
from firstright.storage.database import open_database
from firstright.storage.rows import DeliveryRow, Rows
from web.staffed import ALWAYS

MISSING = "019fffff-ffff-7fff-bfff-ffffffffffff"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Workspace:
    """Two reps, one lead that one of them owns."""

    def __init__(self, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        self.url = url
        self._capsys = capsys
        with opened(url) as desk:
            desk.publish_policy(ALWAYS, file="policy.toml", by="mara", reason="test")
            desk.publish_roster(roster(reps(2)), file="roster.toml", by="mara", reason="test")
            [reply] = desk.take_in([arrival(person(1), "event-1")])
            told = json.loads(reply.body)
            self.lead, self.rep = told["lead"], told["owner"]["id"]
            self.ids = [desk.new_id() for _ in range(3)]
        self.other = next(name for name in reps(2) if name != self.rep)

    def run(self, *arguments: str) -> tuple[int, list[str], list[str]]:
        code = run([*arguments, "--database", self.url])
        told = self._capsys.readouterr()
        return code, told.out.splitlines(), told.err.splitlines()

    def act(self, verb: str, *arguments: str) -> tuple[int, list[str], list[str]]:
        return self.run("lead", verb, self.lead, *arguments)

    def shown(self) -> dict[str, object]:
        _, out, _ = self.run("lead", "show", self.lead, "--json")
        found: dict[str, object] = json.loads("\n".join(out))
        return found

    def bury(self, destination: str = "webhook:crm") -> list[str]:
        """Three dead deliveries, an hour apart."""
        rows = Rows()
        rows.deliveries = [
            DeliveryRow(
                name, self.lead, None, destination, "webhook", "", "", "dead", NOW, attempts=10, last_status=500,
                last_error="500 no", event="lead.assigned", order_key=str(n), created_at=NOW + timedelta(hours=n),
            )
            for n, name in enumerate(self.ids)
        ]  # fmt: skip
        database = open_database(self.url, node="writer")
        with database.write() as tx:
            decisions.write(tx, rows)
        database.close()
        return self.ids


@pytest.fixture
def here(database_url: str, capsys: pytest.CaptureFixture[str]) -> Workspace:
    return Workspace(database_url, capsys)


def test_an_owner_accepts_touches_and_the_lead_shows_it(here: Workspace) -> None:
    code, out, _ = here.act("accept", "--rep", here.rep, "--epoch", "1")
    assert (code, out) == (0, [f"lead {here.lead}: owner, with {here.rep} (epoch 1), routed"])
    code, out, _ = here.act(
        "touch", "--rep", here.rep, "--channel", "call", "--result", "connected", "--note", "hi"
    )
    assert (code, out) == (0, [f"lead {here.lead}: owner, with {here.rep} (epoch 1), contacted"])
    assert here.act("engaged", "--kind", "reply")[0] == 0
    seen = here.shown()
    assert (seen["holder"], seen["epoch"], seen["accepted"]) == ({"kind": "rep", "id": here.rep}, 1, True)
    kinds = [entry["kind"] for entry in seen["timeline"]]  # type: ignore[attr-defined]  # a list of entries
    assert {"touch", "engagement", "decision", "clock"} <= set(kinds)
    code, out, err = here.run("lead", "show", here.lead)
    assert (code, err) == (0, [])
    assert any(line.split() == ["holder", "rep", f"{here.rep},", "epoch", "1,", "accepted"] for line in out)
    assert any(f"{here.rep}: call, connected" in line for line in out)


def test_a_declined_lead_goes_to_the_other_rep(here: Workspace) -> None:
    code, out, _ = here.act("decline", "--rep", here.rep, "--reason", "busy")
    assert (code, out) == (0, [f"lead {here.lead}: owner, with {here.other} (epoch 2), routed"])
    code, _, err = here.act("accept", "--rep", here.rep)
    assert (code, err) == (1, [
        f"firstright: lead {here.lead}: it is with {here.other} by now (epoch 2); nothing was changed"
    ])  # fmt: skip


def test_what_is_learnt_is_cleaned(here: Workspace) -> None:
    assert here.act("learn", "country=Germany", "employees=1,200")[0] == 0
    facts = here.shown()["facts"]
    assert isinstance(facts, dict)
    assert (facts["country"], facts["employees"], facts["source"]) == ("DE", 1200, "web")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("accept", "--rep", "rep9"), ['rep: "rep9" is not known; did you mean rep1?']),
        (("decline", "--rep", "REP", "--reason", "bored"), ['reason: "bored" is not known']),
        (("touch", "--rep", "REP", "--channel", "fax"), ['channel: "fax" is not known']),
        (("touch", "--rep", "REP", "--channel", "call", "--at", "2026-03-01T09:00"), ["--at 2026-03-01T09:00: says no offset"]),
        (("touch", "--rep", "REP", "--channel", "call", "--at", "2001-03-01T09:00Z"), ["at: 2001-03-01T09:00:00+00:00 is longer ago"]),
        (("touch", "--rep", "REP", "--channel", "call", "--at", "2199-03-01T09:00Z"), ["at: 2199-03-01T09:00:00+00:00 has not come yet"]),
        (("engaged", "--kind", "stare"), ['kind: "stare" is not known']),
        (("learn", "contry=DE", "owner=ada"), ["contry: is no field of this service; did you mean country?", "owner: is set by this service"]),
        (("learn", "country=ZZ"), ["country: "]),
        (("learn", "country"), ["country: write FIELD=VALUE"]),
        (("learn", "city=a", "city=b"), ["city: is given more than once"]),
        (("learn", "event_id=5"), ["event_id: is no field"]),
        (("accept", "--rep", "REP", "--note"), []),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_every_reason(
    here: Workspace, arguments: tuple[str, ...], said: list[str]
) -> None:
    verb, *rest = (here.rep if each == "REP" else each for each in arguments)
    code, out, err = here.act(verb, *rest)
    assert (code, out) == (2, [])
    if said:
        assert [line.startswith(f"firstright: {each}") for line, each in zip(err, said, strict=True)] == [
            True
        ] * len(said), err
    assert here.shown()["epoch"] == 1


@pytest.mark.parametrize("name", [MISSING, "x", "../1", "\x1b[2J"])
def test_leads_and_deliveries_that_are_not_there_end_in_a_sentence(here: Workspace, name: str) -> None:
    shown = name.replace("\x1b", "�")
    for command in (("show", name), ("accept", name, "--rep", here.rep), ("learn", name, "country=DE")):
        code, _, err = here.run("lead", *command)
        assert (code, err) == (1, [f"firstright: there is no lead {shown}"])
    assert here.run("deliveries", "show", name)[::2] == (1, [f"firstright: there is no delivery {shown}"])


def test_dead_deliveries_are_listed_a_page_at_a_time(here: Workspace) -> None:
    first, second, third = here.bury()
    code, out, _ = here.run("deliveries", "list", "--limit", "2")
    assert (code, out) == (0, [
        f"{first}  2026-03-02 09:00  webhook:crm  lead.assigned  10 tries, 500: 500 no",
        f"{second}  2026-03-02 09:00  webhook:crm  lead.assigned  10 tries, 500: 500 no",
        f"there may be more: --after {second}",
    ])  # fmt: skip
    assert here.run("deliveries", "list", "--after", second)[1][0].startswith(third)
    assert here.run("deliveries", "list", "--destination", "slack:floor")[1] == ["no delivery is dead"]
    assert here.run("deliveries", "list", "--state", "lost")[0] == 2
    assert here.run("deliveries", "show", first)[1][:3] == [
        f"delivery     {first}", f"lead         {here.lead}", "destination  webhook:crm",
    ]  # fmt: skip


def test_dead_deliveries_are_ready_again_one_by_one_or_of_a_destination(here: Workspace) -> None:
    first, second, third = here.bury()
    assert here.run("deliveries", "replay", first)[:2] == (0, ["1 delivery is ready again"])
    code, out, err = here.run("deliveries", "replay", first)
    assert (code, out, err) == (
        1, ["0 deliveries are ready again"], [f"firstright: {first}: is not dead, or not there"],
    )  # fmt: skip
    since = (NOW + timedelta(hours=2)).isoformat()
    assert here.run("deliveries", "replay", "--destination", "webhook:crm", "--since", since)[1] == [
        "1 delivery is ready again"
    ]
    states = {state: len(here.run("deliveries", "list", "--state", state)[1]) for state in ("dead", "ready")}
    assert here.run("deliveries", "list")[1][0].startswith(second) and states["dead"] == 1
    assert any(line.startswith(third) for line in here.run("deliveries", "list", "--state", "ready")[1])


@pytest.mark.parametrize(
    "arguments",
    [(), ("x",), (MISSING, "--destination", "webhook:crm"), ("--destination", "webhook:crm"), ("--since", "2026-03-02T09:00Z"),
     ("--destination", "webhook:crm", "--since", "yesterday")],
)  # fmt: skip
def test_a_replay_says_what_it_needs(here: Workspace, arguments: tuple[str, ...]) -> None:
    code, out, err = here.run("deliveries", "replay", *arguments)
    assert (code, out) == (2, []) and err[0].startswith("firstright: ")


def test_a_key_may_act_only_when_it_was_made_so(here: Workspace, tmp_path: Path) -> None:
    here.run("key", "new", "--name", "plain")
    here.run("key", "new", "--name", "rep app", "--read-only", "--act", "--deliveries")
    listed = here.run("key", "list")[1]
    assert '["leads:read","leads:write"]' in listed[0]
    assert '["deliveries:read","deliveries:replay","leads:act","leads:read"]' in listed[1]


def test_a_lead_is_given_to_somebody_by_hand(here: Workspace) -> None:
    code, out, _ = here.act("reassign", "--to", here.other, "--reason", "they know each other")
    assert (code, out) == (0, [f"lead {here.lead}: owner, with {here.other} (epoch 2), routed"])
    assert here.act("reassign", "--by-rules", "--reason", "look again")[0] == 0
    for more in ((), ("--to", here.rep, "--by-rules")):
        code, _, err = here.act("reassign", "--reason", "x", *more)
        assert (code, err) == (2, ["firstright: give --to REP or --by-rules, one of them"])
    code, _, err = here.act("reassign", "--to", "nobody", "--reason", " ")
    assert (code, err) == (
        2,
        [
            'firstright: rep: "nobody" is not known; there are rep0, rep1',
            "firstright: reason: is needed, in a few words of your own",
        ],
    )


def test_a_rep_is_paused_until_a_minute(here: Workspace) -> None:
    until = (datetime.now(UTC) + timedelta(hours=5)).replace(second=0, microsecond=0)
    said = f"rep0 is paused until {until:%Y-%m-%d %H:%M} UTC (roster 2)"
    asked = ("rep", "pause", "rep0", "--until", until.isoformat(), "--reason", "dentist")
    assert here.run(*asked)[:2] == (0, [said])
    assert here.run(*asked)[1] == [said.replace("is paused", "is already paused")]
    assert here.run("rep", "resume", "rep0", "--reason", "back")[1] == ["rep0 takes leads again (roster 3)"]
    assert here.run("rep", "resume", "rep0", "--reason", "back")[1] == ["rep0 was not paused (roster 3)"]
    code, _, err = here.run("rep", "pause", "rep9", "--until", "soon", "--reason", "x")
    assert (code, err[0].startswith("firstright: --until soon: ")) == (2, True), err
    code, _, err = here.run("rep", "pause", "rep9", "--until", until.isoformat(), "--reason", "x")
    assert (code, err) == (2, ['firstright: rep: "rep9" is not known; did you mean rep1?'])


def test_a_key_may_decide_only_when_it_was_made_so(here: Workspace) -> None:
    here.run("key", "new", "--name", "console", "--read-only", "--decide")
    assert '["leads:assign","leads:read","reviews:work","roster:write"]' in here.run("key", "list")[1][0]


def test_a_lead_is_merged_and_taken_apart_again_and_pairs_are_listed(here: Workspace) -> None:
    with opened(here.url) as desk:
        [reply] = desk.take_in([arrival(person(2), "event-2")])
        other = json.loads(reply.body)["lead"]
        with desk.database.write() as tx:
            pair = desk.new_id()
            duplicates.propose(tx, pair, here.lead, other, 912, ["phone:same:80"], NOW)
    code, out, _ = here.run("duplicates", "list")
    assert (code, out[0].partition(": ")[0]) == (0, f"{pair} 91.2 %")
    assert json.loads("".join(here.run("duplicates", "list", "--json")[1]))[0]["score"] == 912
    code, out, _ = here.act("merge", "--into", other, "--reason", "one person")
    assert (code, out[0].startswith(f"lead {other}: owner")) == (0, True)
    assert here.run("duplicates", "list")[1] == ["none"]
    assert here.act("merge", "--into", other, "--reason", "one person")[1][0].endswith("this was so before")
    code, out, _ = here.act("unmerge", "--reason", "they are two")
    assert (code, out[0].startswith(f"lead {here.lead}: owner, with {here.rep}")) == (0, True)
    code, _, err = here.act("unmerge", "--reason", "they are two")
    assert (code, err) == (2, ["firstright: lead: it is part of no other lead"])


def test_two_leads_are_said_to_be_two_people_and_who_said_so_is_shown(here: Workspace) -> None:
    with opened(here.url) as desk:
        [reply] = desk.take_in([arrival(person(2), "event-2")])
        other = json.loads(reply.body)["lead"]
        with desk.database.write() as tx:
            duplicates.propose(tx, desk.new_id(), here.lead, other, 912, ["phone:same:80"], NOW)
    assert here.run("duplicates", "list", "--two")[1] == ["none"]
    code, out, _ = here.act("distinct", "--from", other, "--reason", "father and son")
    assert (code, out) == (0, [f"leads {here.lead} and {other} are two: nobody is asked about them again"])
    assert here.run("duplicates", "list")[1] == ["none"]
    one, two = sorted([here.lead, other])
    [line] = here.run("duplicates", "list", "--two")[1]
    assert line.startswith(f"{one} is not {two}, said firstright lead ")
    assert line.endswith(": father and son")
    [mark] = json.loads("".join(here.run("duplicates", "list", "--two", "--json")[1]))
    assert (mark["lead"], mark["other"], mark["reason"]) == (one, two, "father and son")
    said = " ".join(" ".join(here.run("why", here.lead, "--database", here.url)[1]).split())
    assert f"Who it is not Not lead {other}, said firstright lead on" in said
    code, _, err = here.act("distinct", "--from", here.lead, "--reason", "x")
    assert (code, err) == (
        2,
        ["firstright: lead: they are one by now; take them apart to say that they are two"],
    )
    assert here.act("distinct", "--from", "x", "--reason", "x")[0] == 1


def test_whatever_a_timeline_holds_has_a_line() -> None:
    assert set(lines._LINES) == set(timeline._KINDS)
    about = {"what": "waits", "sequence": "welcome", "step": "0", "channel": "", "code": "quiet-hours"}
    said = "Step 1 of welcome waits: it is quiet hours where they are"
    assert lines._LINES["outreach"](about) == said
