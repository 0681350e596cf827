"""`firstright route`: what it prints, as text and as JSON, and how it says that something is wrong with its files."""

import io
import json
from pathlib import Path

import pytest
from trials import ANNA, Folder

from firstright.cli.app import run
from routing import CALENDARS, CATCH_ALL, HEAD, KIM, TO_SDR, rep

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


ROUTED = """\
OWNER Kim Larsen (kim)
Kim Larsen owns this lead because rule “Everybody to sales development” matched and it was their turn in Sales development.

  decided      Mon 2 Mar 2026 10:00 Berlin
  reason       rule:to-sdr (arrived)
  next action  Task for Kim Larsen: Call Anna of Acme, by phone, due Mon 2 Mar 10:05 Berlin.
  expected     A first response may be expected by Mon 2 Mar 17:00 Berlin.
  clock        First touch is due Mon 2 Mar 17:00 Berlin (business time of berlin); warnings at 50 % Mon 2 Mar 13:30 Berlin and 80 % Mon 2 Mar 15:36 Berlin; if missed, the owner is told and the manager is told.
               Touch by this owner is due Mon 2 Mar 12:00 Berlin (business time of berlin); warnings at 50 % Mon 2 Mar 11:00 Berlin and 80 % Mon 2 Mar 11:36 Berlin; if missed, the owner is told, the manager is told, it is routed again and a person decides.
  told         Kim Larsen is told by e-mail (yours).
  next         Something happens next Mon 2 Mar 11:00 Berlin.
"""


def test_a_lead_is_routed_from_files_alone(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    assert folder.trial("route") == 0
    assert capsys.readouterr() == (ROUTED, "")


def test_a_pipe_gets_no_colour_and_no_wrapped_line(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.trial("route")
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert max(map(len, out.splitlines())) > 200


def test_values_that_could_not_be_used_are_told(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.write("lead.json", json.dumps({**ANNA, "phone": "12", "employees": "many"}))
    assert folder.trial("route") == 0
    problems = [line.strip() for line in capsys.readouterr().out.splitlines()[-2:]]
    assert (
        problems[0].startswith("problem") and "/phone: " in problems[0] and '(got string "12")' in problems[0]
    )
    assert problems[1].startswith("/employees: ")


def test_json_is_the_canonical_decision_with_names(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.trial("route", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["decision"]["holder"], answer["cause"], answer["as_of"]) == (
        {"kind": "rep", "id": "kim"},
        "arrived",
        "2026-03-02T09:00:00Z",
    )
    assert answer["names"] == {
        "reps": {"kim": "Kim Larsen", "noor": "Noor Haddad"},
        "pools": {"sdr": "Sales development"},
        "rules": {"to-sdr": "Everybody to sales development"},
    }
    assert answer["problems"] == []


def test_the_lead_may_come_through_standard_input(
    folder: Folder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(ANNA).encode())))
    code = run(["route", *options(folder), "--lead", "-", "--at", "2026-03-02T09:00:00Z"])
    assert (code, capsys.readouterr().out.splitlines()[0]) == (0, "OWNER Kim Larsen (kim)")


def options(folder: Folder) -> list[str]:
    return ["--policy", str(folder.path / "policy.toml"), "--roster", str(folder.path / "roster.toml")]


def test_the_world_file_says_what_is_known(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    account = {
        "kind": "account",
        "id": "acme",
        "key": "domain",
        "owner": "noor",
        "facts": {"account.type": "customer"},
    }
    folder.write("world.json", json.dumps({"known": [account]}))
    assert folder.trial("route", world="world.json") == 0
    assert capsys.readouterr().out.splitlines()[:2] == [
        "OWNER Noor Haddad (noor)",
        "Noor Haddad owns this lead because they own the account.",
    ]


@pytest.mark.parametrize(
    ("world", "owner"),
    [
        ({"standing": {"sdr": {"kim": -500_000_000, "noor": 500_000_000}}}, "noor"),
        ({"standing": {"sdr": {"kim": 500_000_000, "noor": -500_000_000}}}, "kim"),
        ({"turns": {"sdr": ["noor", "kim"]}}, "noor"),
        ({"turns": {"sdr": ["kim", "noor"]}}, "kim"),
        ({"loads": {"kim": 3}}, "noor"),
        ({"known": [{"kind": "lead", "id": "old", "key": "email", "owner": "noor"}]}, "noor"),
        ({"known": [{"kind": "lead", "id": "old", "key": "email", "owner": "noor", "open": False}]}, "noor"),
        (
            {
                "lead": {
                    "epoch": 1,
                    "outcome": "owner",
                    "holder": {"kind": "rep", "id": "kim"},
                    "tried": ["kim"],
                }
            },
            "noor",
        ),
    ],
)
def test_every_part_of_the_world_counts(
    folder: Folder, capsys: pytest.CaptureFixture[str], world: dict[str, object], owner: str
) -> None:
    folder.write("roster.toml", CALENDARS + rep("Kim Larsen", "capacity = 3") + rep("Noor Haddad"))
    folder.write("policy.toml", HEAD.replace('tell = ["ada"]', "") + TO_SDR + CATCH_ALL)
    folder.write("world.json", json.dumps(world))
    assert (
        folder.trial(
            "route", "--json", "--cause", "declined" if "lead" in world else "arrived", world="world.json"
        )
        == 0
    )
    assert json.loads(capsys.readouterr().out)["decision"]["holder"]["id"] == owner


BAD_WORLDS = {
    '{"loads": {"zed": 1}}': 'loads.zed: the roster has no rep "zed"',
    '{"loads": {"kim": -1}}': "loads.kim: a load is 0 or more open leads, not -1",
    '{"standing": {"nobody": {}}}': 'standing.nobody: the policy has no pool "nobody"',
    '{"turns": {"sdr": ["zed"]}}': 'turns.sdr: the roster has no rep "zed"',
    '{"known": [{"kind": "robot", "id": "1", "key": "email"}]}': (
        'known[0].kind: "robot" is not one of lead, contact, account, opportunity'
    ),
    '{"known": [{"kind": "lead", "id": "1", "key": "shoe"}]}': (
        'known[0].key: "shoe" is not one of external, email, phone, person, domain, company'
    ),
    '{"known": [{"kind": "lead", "id": "1", "key": "phone"}]}': (
        'known[0].key: the lead has no key "phone", so this record cannot be found by it'
    ),
    '{"load": {}}': "the world file does not read: object contains unknown field `load`",
    '{"loads": {"kim": "3"}}': "the world file does not read: expected `int`, got `str` - at `$.loads[...]`",
    "{": "the world file does not read: input data was truncated",
}


@pytest.mark.parametrize("text", BAD_WORLDS)
def test_a_wrong_world_is_told_by_its_place(
    folder: Folder, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    path = folder.write("world.json", text)
    assert folder.trial("route", world="world.json") == 2
    assert capsys.readouterr() == ("", f"firstright: {path}: {BAD_WORLDS[text]}\n")


def test_all_mistakes_in_a_world_are_told_at_once(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.write("world.json", '{"loads": {"a": 1, "b": 2}, "standing": {"c": {}}}')
    assert folder.trial("route", world="world.json") == 2
    assert len(capsys.readouterr().err.splitlines()) == 3


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (
            {"at": "2026-03-02"},
            '--at "2026-03-02": a date alone names no instant: add the time and its offset',
        ),
        (
            {"at": "2026-03-02T09:00:00"},
            '--at "2026-03-02T09:00:00": says no offset from UTC: add Z or +hh:mm',
        ),
    ],
)
def test_the_instant_must_say_which_one_it_is(
    folder: Folder, capsys: pytest.CaptureFixture[str], more: dict[str, str], reason: str
) -> None:
    assert folder.trial("route", **more) == 2
    assert capsys.readouterr() == ("", f"firstright: {reason}\n")


def test_an_unknown_cause_is_told_with_those_there_are(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.trial("route", "--cause", "boredom") == 2
    assert capsys.readouterr().err.startswith(
        'firstright: --cause "boredom": it is one of arrived, enriched, '
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"email": "a@b.example",}', ": not JSON: "),
        ('{"emial": "a@b.example"}', '/emial: is no field of this service; did you mean "email"?'),
        ('{"company": "Acme"}', ": needs an e-mail, a phone number or an external id"),
        ('{"email": "a@b.example", "owner": "kim"}', "/owner: is set by this service, never by a sender"),
        ("[]", ": one lead is a JSON object"),
    ],
)
def test_a_wrong_lead_is_told_by_its_place(
    folder: Folder, capsys: pytest.CaptureFixture[str], text: str, reason: str
) -> None:
    folder.write("lead.json", text)
    assert folder.trial("route") == 2
    out, err = capsys.readouterr()
    assert (out, reason in err, err.startswith(f"firstright: {folder.path / 'lead.json'}")) == (
        "",
        True,
        True,
    )


def test_a_policy_with_errors_decides_nothing(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder.write("policy.toml", HEAD + TO_SDR.replace('"sdr"', '"sdx"') + CATCH_ALL)
    assert folder.trial("route") == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert (
        f"{path}:" in err and 'error: The pool "sdx" is not known; did you mean "sdr"? [pool.unknown]' in err
    )
    assert err.splitlines()[-1] == "firstright: 1 error in policy and roster; nothing was decided"


def test_warnings_do_not_keep_it_from_deciding(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.write("roster.toml", CALENDARS + KIM + '\n[[rep]]\nid = "ada"\n')
    assert folder.trial("route") == 0
    assert capsys.readouterr().out.startswith("OWNER Kim Larsen")


def test_what_a_terminal_could_obey_is_taken_out(folder: Folder, capsys: pytest.CaptureFixture[str]) -> None:
    folder.write("lead.json", json.dumps({**ANNA, "phone": "\u202e12\u001b[2J"}))
    folder.trial("route")
    out = capsys.readouterr().out
    assert [c for c in out if not c.isprintable() and c != "\n"] == []


def test_the_example_policy_routes_an_example_lead(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    lead = folder.write("lead.json", json.dumps({**ANNA, "employees": 12, "language": "en"}))
    paths = [
        "--policy",
        str(EXAMPLES / "policies/inbound.toml"),
        "--roster",
        str(EXAMPLES / "rosters/inbound.toml"),
    ]
    assert run(["route", *paths, "--lead", lead, "--at", "2026-11-23T10:00:00Z", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["decision"]["rule"] == "smb-emea"


def test_an_instant_so_late_that_no_calendar_holds_what_follows_is_refused(
    folder: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert folder.trial("route", at="2199-12-31T23:59:59Z") == 2
    assert capsys.readouterr().err == 'firstright: --at "2199-12-31T23:59:59Z": the year is at most 2150\n'
    assert folder.trial("route", at="2150-12-31T23:59:59Z") == 0
