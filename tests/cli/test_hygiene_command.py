"""firstright unmapped, synonym, alarms and hygiene: from the command line, with sentences for what is wrong."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from firstright.cli.app import run
from firstright.storage import alarms, profiles
from firstright.storage.database import open_database
from firstright.storage.profiles import Missed
from routing import CALENDARS, CATCH_ALL, HEAD, MONDAY, TEAM, TO_SDR

ALARM = "01900001-0000-7000-8000-000000000001"


@pytest.fixture
def url(database_url: str, tmp_path: Path) -> str:
    """A workspace with a policy, two values that no table knows, and an alarm."""
    (tmp_path / "policy.toml").write_text(HEAD + TO_SDR + CATCH_ALL)
    (tmp_path / "roster.toml").write_text(CALENDARS + "".join(TEAM))
    for kind in ("roster", "policy"):
        assert run([kind, "publish", str(tmp_path / f"{kind}.toml"), "--database", database_url]) == 0
    with closing(open_database(database_url, node="test")) as database, database.write() as tx:
        missed = [Missed("city", name, n, MONDAY, MONDAY, {"web"}) for name, n in (("muc", 3), ("=1+1", 1))]
        profiles.add_missed(tx, missed, MONDAY)
        alarms.raise_alarm(
            tx, ALARM, "source-silent", "web", MONDAY, source="web", detail={"said": "Silence."}
        )
    return database_url


def told(capsys: pytest.CaptureFixture[str], url: str, *arguments: str) -> tuple[int, list[str], list[str]]:
    capsys.readouterr()
    code = run([*arguments, "--database", url])
    said = capsys.readouterr()
    return code, said.out.splitlines(), said.err.splitlines()


def test_a_value_is_mapped_and_the_table_goes_out_and_in(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "city.csv"
    assert told(capsys, url, "unmapped", "list") == (
        0,
        ['city       3  2026-03-02  "muc"  (web)', 'city       1  2026-03-02  "=1+1"  (web)'],
        [],
    )
    mapped = told(capsys, url, "unmapped", "map", "city", "MUC", "Munich", "--reason", "airport")
    assert mapped == (0, ["1 value of city: policy version 2"], [])
    assert told(capsys, url, "synonym", "export", "city", str(file)) == (0, [], [])
    assert file.read_text().splitlines() == ['"value","means"', '"muc","Munich"', '"\'=1+1",""']
    file.write_text(file.read_text().replace('"\'=1+1",""', '"\'=1+1","Two"\n"nue","Nuremberg"'))
    assert told(capsys, url, "synonym", "import", "city", str(file)) == (
        0,
        ["3 values of city: policy version 3"],
        [],
    )
    assert told(capsys, url, "unmapped", "list") == (0, ["every value that came has a meaning"], [])


def test_mistakes_are_sentences(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
    (tmp_path / "none.csv").write_text("value,means\nx,\n")
    (tmp_path / "twice.csv").write_text("value,means\nmuc,Munich\nmuc,Milan\n")
    (tmp_path / "huge.csv").write_text(f"value,means\nmuc,{'a' * 200_000}\n")
    for arguments, said in (
        (("unmapped", "map", "cty", "x", "y"), 'field: "cty" is not known'),
        (("unmapped", "map", "city", "x", " "), 'value: "x" means nothing yet'),
        (("synonym", "import", "city", str(tmp_path / "bad.csv")), "its first row is value,means"),
        (("synonym", "import", "city", str(tmp_path / "none.csv")), "no row says what its value means"),
        (("synonym", "import", "city", str(tmp_path / "twice.csv")), "it means Munich, and Milan"),
        (("synonym", "import", "city", str(tmp_path / "huge.csv")), "huge.csv:2: field larger than"),
        (("synonym", "export", "cty"), "cty: is no field"),
        (("alarms", "end", "x"), "is no alarm's id"),
        (("alarms", "end", ALARM.replace("1", "2")), "alarm"),
    ):
        code, out, err = told(capsys, url, *arguments)
        assert (code != 0, out) == (True, [])
        assert said in "\n".join(err)


def test_alarms_are_shown_and_ended(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    line = f"{ALARM}  2026-03-02 09:00  warning   Silence."
    assert told(capsys, url, "alarms", "list") == (0, [line], [])
    assert told(capsys, url, "alarms", "end", ALARM) == (0, ["source is silent, web: ended"], [])
    assert told(capsys, url, "alarms", "end", ALARM) == (0, ["source is silent, web: was ended before"], [])
    assert told(capsys, url, "alarms", "list") == (0, ["no alarm is open"], [])
    code, [ended], _ = told(capsys, url, "alarms", "list", "--ended", "5")
    assert (code, ended.startswith(line), ended.endswith("by firstright")) == (0, True, True)


def test_an_audit_says_what_it_found(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    now = datetime.now(UTC)  # what came half a year ago and never again is nobody's work
    with closing(open_database(url, node="test")) as database, database.write() as tx:
        came = [Missed("city", name, n, now, now, {"web"}) for name, n in (("muc", 3), ("=1+1", 1))]
        profiles.add_missed(tx, came, now)
    code, lines, _ = told(capsys, url, "hygiene", "run")
    assert (code, lines[0]) == (0, "0 open leads were read")
    assert "     1  Values without a meaning" in lines
    code, lines, _ = told(capsys, url, "hygiene", "list", "unmapped")
    assert (code, lines[0]) == (0, "Values without a meaning. Say once what each means.")
    assert lines[1].startswith("  8 values of city came that no table knows, 2 different ones.  since ")
    assert lines[1].endswith("  for ops@ours.example")
