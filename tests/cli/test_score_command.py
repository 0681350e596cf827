"""firstright score: trained from a file and from the workspace's own leads, kept, shown, checked, looked at for drift."""

import csv
import gzip
import re
from pathlib import Path

import msgspec
import pytest

from cli.trials import AT, Folder
from desk.office import Office
from desk.test_learned_versions import MODEL
from firstright.cli.app import run
from firstright.core.learned import model_hash, model_text, read_model
from routing import CATCH_ALL, HEAD, TO_SDR
from simulate.learning.made import chance, made
from web.test_serving import Serving

pytest.importorskip("sklearn", reason="the extra ml is not installed")


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["score", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Leads with a column that gives the outcome away."""
    examples = made(3000)
    path = tmp_path / "leads.csv.gz"
    with gzip.open(path, "wt", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["day", "size", "source", "duration", "result of it all"])
        for n, (row, had) in enumerate(zip(examples.rows, examples.had, strict=True)):
            seconds = int(300 * chance(n, "call") + 300 * had)
            values = (examples.days[n], row["employees"], row["source"], seconds, "Won" if had else "Lost")
            writer.writerow(values)
    return str(path)


GIVEN = ("--outcome", "result of it all=won", "--map", "size=employees", "--at", "day")


def test_a_model_is_trained_kept_once_and_shown(
    file: str, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ("--database", database_url)
    code, out, err = told(capsys, "train", file, "--name", "won", *GIVEN, *at)
    assert (code, err) == (0, "")
    assert out.startswith("refused: duration (known-after): how long a conversation lasted is known when")
    assert "3,000 leads" in out and "model won is kept" in out
    digest = re.findall(r'model_hash = "([0-9a-f]{64})"', out)[0]
    assert "was kept before, the very same" in told(capsys, "train", file, "--name", "won", *GIVEN, *at)[1]
    assert f"won                   {digest}  " in told(capsys, "show", *at)[1]
    shown = told(capsys, "show", "won", *at)[1]
    assert "decided about from 2026-01-01 to 2026-12-01" in shown
    assert "refused: duration: known-after" in shown and re.search(r"\+\d+  from \d+ \(", shown)
    assert told(capsys, "show", "lost", *at)[0] == 1


def test_a_leak_is_learned_from_only_with_a_reason_that_is_kept(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "won.json")
    allowed = ("--allow", "duration=of the call before the last")
    code, said, _ = told(capsys, "train", file, "--name", "won", *GIVEN, *allowed, "--out", out)
    assert code == 0 and "learned from duration although it looks like a leak" in said
    model = read_model(Path(out).read_text())
    assert model.training.allowed == (("duration", "of the call before the last"),)
    assert f'model_hash = "{model_hash(model)}"' in said
    assert told(capsys, "train", file, "--name", "w", *GIVEN, "--allow", "duration")[0] == 2


def test_a_check_stands_beside_points_and_base_rate_and_is_drawn(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(
        '[policy]\nname = "P"\ntiers = ["all"]\n[queues.desk]\n[score]\n[[score.points]]\nid = "large"\npoints = 10\n'
        'when = { employees = { min = 300 } }\n[[rule]]\nid = "all"\ntier = "all"\nwhen = {}\nsend_to = { queue = "desk" }\n'
    )
    plot = tmp_path / "plot.svg"
    code, out, _ = told(capsys, "check", file, *GIVEN, "--policy", str(policy), "--plot", str(plot))
    assert code == 0
    figures = {
        name: [float(n) for n in row.split()]
        for name, row in re.findall(r"^(model|points|base rate) +([\d. ]+)$", out, re.M)
    }
    assert figures["model"][0] > figures["points"][0] > figures["base rate"][0] == 0.5
    assert figures["model"][1] < figures["base rate"][1]
    assert out.count("tenth") == 2
    drawn = plot.read_text()
    assert drawn.startswith("<svg ") and drawn.count("<circle") == 22 and "calibration error" in drawn


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("train", "--name", "w"), "which leads: a file with --outcome COLUMN=VALUE, or --workspace?"),
        (("train", "FILE", "--name", "w"), "--outcome: write COLUMN=VALUE"),
        (("train", "FILE", "--outcome", "won=yes"), "--name: what shall policies call the model?"),
        (("train", "FILE", "--name", "w", "--outcome", "won=yes"), 'has no column "won"'),
        (("train", "FILE", "--name", "w", "--outcome", "day=never"), "0 leads had the outcome"),
        (("train", "nowhere.csv", "--name", "w", "--outcome", "a=b"), "cannot be read"),
        (("check", "FILE", "--outcome", "day=x", "--from", "2026-01-01"), "need --at COLUMN"),
        (("add", "nowhere.json"), "there is no such model file"),
        (("add", "FILE"), "not UTF-8"),
    ],
)
def test_mistakes_are_sentences(
    arguments: tuple[str, ...], said: str, file: str, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [file if each == "FILE" else each for each in arguments]
    code, _, err = told(capsys, *given, "--database", database_url)
    assert code != 0 and said in err, err


def test_a_workspace_learns_from_its_own_leads(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    here = Office(database_url)
    here.publish()
    sizes = [10 if n % 2 else 900 for n in range(160)]
    here.desk.take_in([here.arrival(f"a{n}", employees=str(size)) for n, size in enumerate(sizes)])
    likely = "CASE WHEN facts LIKE '%900%' THEN 7 ELSE 3 END"
    rows = here.rows(f"SELECT id, {likely} FROM lead ORDER BY id")
    for n, (name, of_ten) in enumerate(rows):
        status = "won" if 10 * chance(n, "w") < of_ten else "lost"
        here.change("UPDATE lead SET status = ?, outcome = 'closed' WHERE id = ?", status, str(name))
    here.desk.close()
    code, out, err = told(capsys, "train", "--workspace", "--name", "own", "--database", database_url)
    assert (code, err) == (0, ""), out
    assert "160 leads" in out and "employees: from 900" in out and "email" not in out
    assert told(capsys, "drift", "--database", database_url)[2] == (
        "firstright: the policy that is current names no model\n"
    )


def test_beside_a_server_it_is_kept_by_the_server(
    file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = f"sqlite:///{tmp_path / 'workspace.db'}"
    serving = Serving(url)
    try:
        code, out, _ = told(capsys, "train", file, "--name", "won", *GIVEN, "--database", url)
        refused = told(capsys, "drift", "--database", url)
    finally:
        serving.stopped()
    assert code == 0 and "model won is kept" in out
    assert refused[0] != 0 and refused[2].startswith("firstright: ")


def test_a_trial_is_given_the_model_that_the_policy_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Folder(tmp_path)
    right, other = (
        folder.write(f"{model.intercept}.json", model_text(model))
        for model in (MODEL, msgspec.structs.replace(MODEL, intercept=5))
    )
    named = f'[score]\nmodel = "won"\nmodel_hash = "{model_hash(MODEL)}"\nmodel_points = 40\n'
    folder.write("policy.toml", HEAD + named + TO_SDR + CATCH_ALL)
    trial = [
        f"--{name}={tmp_path / f'{name}.{ext}'}" for name, ext in (("policy", "toml"), ("roster", "toml"))
    ]
    trial += [f"--lead={tmp_path / 'lead.json'}", f"--at={AT}"]

    def asked(*more: str) -> tuple[int, str]:
        code = run(["why", *trial, *more])
        said = capsys.readouterr()
        return code, said.out + said.err

    assert asked(f"--model={right}")[0] == 0
    assert "give its file with --model FILE.json" in asked()[1]
    assert (
        f"is another version than the policy names (won {model_hash(MODEL)[:12]})"
        in asked(f"--model={other}")[1]
    )
    folder.write("policy.toml", HEAD + TO_SDR + CATCH_ALL)
    assert "the policy names no model" in asked(f"--model={right}")[1]


def test_days_as_a_country_writes_them_are_put_in_order_and_what_is_no_day_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """13.03.2026 came before 02.04.2025: a model was judged by what came earlier."""
    examples = made(3000)

    def written(name: str, shape: str) -> str:
        path = tmp_path / name
        with path.open("w", newline="") as out:
            writer = csv.writer(out, delimiter=";")
            writer.writerow(["day", "employees", "source", "won"])
            for n, (row, had) in enumerate(zip(examples.rows, examples.had, strict=True)):
                y, m = divmod(n * 24 // 3000, 12)
                day = shape.format(y=2025 + y, m=m + 1, d=1 + n % 28)
                writer.writerow([day, row["employees"], row["source"], "yes" if had else "no"])
        return str(path)

    asked = ("--outcome", "won=yes", "--at", "day", "--split", "time")
    iso = told(capsys, "check", written("iso.csv", "{y}-{m:02}-{d:02}"), *asked)
    dotted = told(capsys, "check", written("dotted.csv", "{d:02}.{m:02}.{y}"), *asked)
    assert iso == dotted and iso[0] == 0
    assert told(capsys, "check", written("odd.csv", "{m}/3/{y}"), *asked)[0] == 1
    code, _, err = told(capsys, "check", written("none.csv", "week {m} of {y}"), *asked)
    assert code == 1 and 'none.csv: --at day: "week 1 of 2025" is no day such as 2026-10-28' in err
