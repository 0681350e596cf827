import io
import json
from collections.abc import Iterable
from pathlib import Path

import pytest
from rich.console import Console

from firstright.cli.exits import Stop
from firstright.cli.history import Setup, compared, history, load, show
from firstright.core.clean.normalize import normalize
from firstright.core.documents.lint import load as lint
from firstright.core.rules.conditions import Truth, evaluate
from firstright.intake.custom import clean_custom
from firstright.simulate.compare import WHOLE, Decided

ROOT = Path(__file__).parents[2]
REAL = ROOT / "examples" / "real"
DATA = ROOT.parent / "shared" / "data" / "leads"
SETS = (("olist", "olist_funnel"), ("dubai", "dubai_real_estate"), ("maven", "maven_crm"))

POLICY = """
[policy]
name = "Small"
tiers = ["all"]
[pools.sales]
[queues.desk]
[[rule]]
id = "everybody"
tier = "all"
when = { source = { present = true } }
send_to = { pool = "sales" }
[[rule]]
id = "rest"
tier = "all"
when = {}
send_to = { queue = "desk" }
"""
ROSTER = '[[rep]]\nid = "ann"\nname = "Ann Able"\npools = { sales = 1 }\n[[rep]]\nid = "bob"\npools = { sales = 1 }\n'
MAP = """
[source]
name = "past"
file = "past.csv"
event = "Id"
[columns]
"Id" = "external_id"
[arrived]
column = "On"
"""
HAPPENED = '[[happened]]\nrole = "reps"\nfile = "past.csv"\nlead = "Id"\nrep = "Rep"\npools = ["sales"]\n'
PAST = "Id,On,Rep\nl-1,2026-03-01T10:00:00Z,ann\nl-2,2026-03-01T09:00:00Z,ann\nl-3,,ann\nl-4,2026-03-02T10:00:00Z,\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {"policy": POLICY, "roster": ROSTER, "map": MAP, "happened": HAPPENED}
    for name, text in files.items():
        (tmp_path / f"{name}.toml").write_text(text)
    (tmp_path / "past.csv").write_text(PAST)
    return tmp_path


def in_turn(setup: Setup) -> Iterable[Decided]:
    """A stand-in for the desk: ann and bob in turn."""
    for number, lead in enumerate(setup.history.leads):
        owner = ("ann", "bob")[number % 2]
        earned = (("ann", WHOLE // 2), ("bob", WHOLE // 2))
        yield Decided(str(lead.event_id), owner, "owner", "everybody", "sales", earned)


def test_a_set_up_is_loaded_and_its_leads_stand_in_order(folder: Path) -> None:
    setup = load(folder, folder)
    assert [lead.event_id for lead in setup.history.leads] == ["l-2", "l-1", "l-4"]
    assert compared(setup, in_turn(setup)).roles[0].same_rep == 1


def test_the_comparison_is_printed_for_a_person(folder: Path) -> None:
    setup = load(folder, folder)
    out = io.StringIO()
    show(setup, compared(setup, in_turn(setup)), Console(file=out, width=200))
    text = out.getvalue()
    assert "Small: 3 leads" in text
    assert "Left out: 1 time.missing." in text
    assert "reps: 2 leads with a known rep, 1 without one" in text
    assert [" ".join(row.split()) for row in text.splitlines() if row.startswith(("Ann", "bob", "what"))] == [
        "what happened, the same leads 2 2 0 2 2 0.500",
        "Ann Able 1.50 2 +0.50 1 2",
        "bob 1.50 1 -0.50 1 0",
    ]


def test_a_role_whose_pools_nobody_asked_is_said_to_be_none(folder: Path) -> None:
    """A table of zeros with the evenness of nothing, 1.000, looked like a result."""
    setup = load(folder, folder)
    nowhere = [Decided(str(lead.event_id), "", "queued", "rest") for lead in setup.history.leads]
    out = io.StringIO()
    show(setup, compared(setup, nowhere), Console(file=out, width=200))
    assert out.getvalue().splitlines()[-1] == (
        "No pool of this role was asked for any lead: there is nothing to compare."
    )
    assert "Jain" not in out.getvalue()


def test_the_comparison_is_json_for_a_program(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    history(str(folder), str(folder), in_turn, json=True)
    assert json.loads(capsys.readouterr().out)["roles"][0]["people"][0] == {
        "rep": "ann", "ours": 2, "ours_known": 1, "theirs": 2, "target": 1_500_000_000,
    }  # fmt: skip


def test_a_roster_is_made_from_the_data_where_it_may_not_be_kept(folder: Path) -> None:
    (folder / "roster.toml").unlink()
    script = f"import sys, pathlib\npathlib.Path(sys.argv[2]).write_text({ROSTER!r})\n"
    (folder / "make_roster.py").write_text(script)
    assert [rep.id for rep in load(folder, folder).roster.reps] == ["ann", "bob"]
    assert not (folder / "roster.toml").exists()


def test_a_script_that_fails_ends_the_command_with_its_reason(folder: Path) -> None:
    (folder / "roster.toml").unlink()
    (folder / "make_roster.py").write_text("raise SystemExit('no such data')\n")
    with pytest.raises(Stop, match="no such data"):
        load(folder, folder)


@pytest.mark.parametrize(
    ("file", "text", "reason"),
    [
        ("map.toml", MAP.replace('"Id" = ', '"Id" = 7 #'), "value.type|does not fit"),
        ("happened.toml", "# nothing\n", "says nothing"),
        ("past.csv", "Id,On\n", "does not have this column"),
    ],
)
def test_a_part_that_cannot_be_used_is_named(folder: Path, file: str, text: str, reason: str) -> None:
    (folder / file).write_text(text)
    with pytest.raises(Stop, match=reason):
        load(folder, folder)


def test_data_that_are_not_there_are_named(folder: Path) -> None:
    with pytest.raises(Stop, match=r"past\.csv: cannot be read: No such file"):
        load(folder, folder / "elsewhere")


@pytest.mark.parametrize("name", ["dubai", "maven"])
def test_the_policies_of_the_real_sets_lint_clean(name: str) -> None:
    texts = [(REAL / name / file).read_text("utf-8") for file in ("policy.toml", "roster.toml")]
    assert lint(*texts)[2] == ()


@pytest.mark.parametrize(("name", "data"), SETS)
def test_every_lead_of_a_real_set_is_read_and_finds_a_rule(name: str, data: str) -> None:
    if not (DATA / data).exists():
        pytest.skip(f"the {name} data are not here")
    setup = load(REAL / name, DATA / data)
    policy = setup.policy
    for lead in setup.history.leads:
        assert lead.arrived_at is not None
        shipped = normalize(lead.raw, synonyms=policy.synonyms, texts=True)
        own = clean_custom(lead.raw, policy.catalogue, synonyms=policy.synonyms, texts=True)
        facts = {**shipped.facts, **own.facts}
        first = next(
            rule for rule in policy.rules if evaluate(rule.when, facts, lead.arrived_at) is Truth.TRUE
        )
        assert first.id != "catch-all"
        assert (shipped.problems, own.problems) == ((), ())
    expected = {
        "olist": (8000, {}, [842, 842]),
        "dubai": (5000, {}, [4835]),
        "maven": (8300, {"time.missing": 500}, [8800]),
    }
    known = [len(each.reps) for each in setup.happened]
    assert (len(setup.history.leads), setup.history.left_out, known) == expected[name]
    ids = {rep.id for rep in setup.roster.reps}
    assert all(set(each.reps.values()) <= ids for each in setup.happened)
