"""firstright dedupe: clusters of a file with scores and reasons, pairs of a workspace for review, and never a merge."""

import json
from pathlib import Path

import pytest

from chaos.scene import arrival, opened, reps, roster
from firstright.cli.app import run
from firstright.storage import duplicates
from web.staffed import ALWAYS

FILE = """id,first name,last name,email,phone,city
1,Jane,Kowalczyk,jane.kowalczyk@gmail.com,+14155550123,Portland
2,Janie,Kowalczyk,jane.kowalczyk@gmail.com,,Portland
3,Peter,Kowalczyk,jane.kowalczyk@gmail.com,+14155550123,Portland
4,=cmd,Novak,novak@web.de,,Ulm
5,=cmd,Novak,novak@web.de,,Ulm
"""
ANNA = {"first_name": "Anna", "last_name": "Featherstone", "phone": "+49 30 901820", "city": "Berlin"}
ANN = {"first_name": "Ann", "last_name": "Fetherstone", "phone": "+49 30 901820", "email": "ann@web.de"}


def test_a_file_is_told_with_its_pairs_and_written_without_formulas_or_markup(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out, page = tmp_path / "people.csv", tmp_path / "report.csv", tmp_path / "report.html"
    file.write_text(FILE.replace("Ulm", "<b>Ulm"))
    assert run(["dedupe", str(file), "--out", str(out), "--html", str(page)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "5 records: 2 clusters, 2 of them copies; 2 pairs to look at"
    assert "nothing was merged" in told
    cells = [line.split('","') for line in out.read_text().splitlines()]
    assert [(row[0].strip('"'), row[1], row[3], row[4]) for row in cells] == [
        ("cluster", "band", "record_a", "record_b"),
        ("2", "link", "4", "5"),
        ("1", "link", "1", "2"),
        ("", "review", "1", "3"),
        ("", "review", "2", "3"),
    ]
    assert cells[1][5].startswith("'=cmd")
    assert "&lt;b&gt;Ulm" in page.read_text()
    assert "<b>Ulm" not in page.read_text()


def test_a_short_first_row_hides_no_column_and_a_cell_of_megabytes_is_told_with_its_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.csv"
    lines = FILE.splitlines()
    file.write_text("\n".join([lines[0], "0,Ada", *lines[1:]]))
    assert run(["dedupe", str(file)]) == 0
    assert capsys.readouterr().out.startswith("6 records: 2 clusters, 2 of them copies; 2 pairs to look at\n")
    file.write_text(FILE + "6," + "a" * 200_000)
    assert run(["dedupe", str(file)]) == 2
    assert "people.csv: line 7: field larger than field limit" in capsys.readouterr().err


def test_what_is_asked_for_wrongly_is_said_all_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["dedupe", "--kind", "dog", "--engine", "abacus", "--link", "5"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "firstright: name a file, or --workspace",
        'firstright: --kind "dog": person or company',
        'firstright: --engine "abacus": own or splink',
        "firstright: --review is above --link: nothing would ever be looked at",
    ]
    assert run(["dedupe", str(tmp_path / "none.csv")]) == 2
    assert "none.csv: cannot be read: No such file" in capsys.readouterr().err
    assert run(["dedupe", "x.csv", "--map", "a=b"]) == 2
    assert '--map "a=b": "b" is no fact that is compared' in capsys.readouterr().err


def test_pairs_of_a_workspace_wait_for_review_and_those_that_were_told_apart_do_not(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with opened(database_url) as desk:
        desk.publish_policy(ALWAYS, file="policy.toml", by="mara", reason="test")
        desk.publish_roster(roster(reps(2)), file="roster.toml", by="mara", reason="test")
        replies = desk.take_in([arrival(raw, f"event-{n}") for n, raw in enumerate((ANNA, ANN))])
        one, other = sorted(json.loads(reply.body)["lead"] for reply in replies)
    told = []
    for _ in range(2):
        assert run(["dedupe", "--workspace", "--database", database_url]) == 0
        told.append(capsys.readouterr().out.splitlines()[-1])
    assert (
        told == ["0 accounts: 0 clusters, 0 of them copies; 0 pairs to look at", told[0]]
        or told[0] == told[1]
    )
    with opened(database_url) as desk, desk.database.read() as tx:
        [pair] = duplicates.open_pairs(tx)
        assert (pair.a, pair.b, pair.state) == (one, other, "open")
        assert "phone:same:85" in pair.reasons


def test_report_only_proposes_nothing(database_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with opened(database_url) as desk:
        desk.publish_policy(ALWAYS, file="policy.toml", by="mara", reason="test")
        desk.publish_roster(roster(reps(2)), file="roster.toml", by="mara", reason="test")
        desk.take_in([arrival(raw, f"event-{n}") for n, raw in enumerate((ANNA, ANN))])
    assert run(["dedupe", "--workspace", "--report-only", "--database", database_url]) == 0
    assert "2 leads: 1 clusters" in capsys.readouterr().out
    with opened(database_url) as desk, desk.database.read() as tx:
        assert duplicates.count(tx) == 0


def test_a_column_that_stands_twice_holds_what_either_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "people.csv"
    file.write_text("First name,Last name,Email,Email\nAda,Berg,ada@web.de,\nAda,Berg,,ada@web.de\n")
    assert run(["dedupe", str(file)]) == 0
    assert capsys.readouterr().out.startswith("2 records: 1 clusters, 1 of them copies")


def test_a_file_of_another_encoding_is_read_where_it_is_stated_and_one_of_no_known_column_names_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the command asked for, it had no option for."""
    file = tmp_path / "people.csv"
    file.write_bytes("Vorname;Nachname;Telefon\nJörg;Müller;+49 30 901820\n".encode("cp1252"))
    assert run(["dedupe", str(file)]) == 2
    assert "state its encoding, which may be cp1252" in capsys.readouterr().err
    assert run(["dedupe", str(file), "--encoding", "cp1252"]) == 0
    assert capsys.readouterr().out.startswith("1 records: 0 clusters")
    file.write_text("Kontakte vom 3. März\nVorname;Nachname\nJörg;Müller\n")
    assert run(["dedupe", str(file)]) == 2
    assert "no column is known (Kontakte vom 3. März)" in capsys.readouterr().err


def test_a_line_on_the_screen_stays_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "people.csv"
    row = f'Ada,Berg,ada@web.de,"{"x" * 400}\nBerlin"\n'
    file.write_text("First name,Last name,Email,City\n" + row * 2)
    assert run(["dedupe", str(file)]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) < 200
