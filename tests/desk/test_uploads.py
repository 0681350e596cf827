"""Files brought by a browser: kept apart, looked at, tried, imported in the background, stopped and gone on with."""

import csv
import hashlib
import io
import json
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from desk.files import HEADER, MAP, left, row
from desk.office import Office, office
from desk.test_importing import MIXED
from firstright.core.authority import Actor, Role
from firstright.desk.files.problemfile import problem_file
from firstright.desk.files.spool import KEPT, Spool, Spooled
from firstright.desk.files.uploads import Uploads
from firstright.errors import NotFound, Refused
from firstright.storage import audit, imports
from firstright.storage.imports import Shown
from patience import PATIENCE, until
from routing import MONDAY

MAP_TEXT = MAP.replace("{head}", "")
OLGA = Actor("user-olga", "Olga", Role.OPERATIONS)
RENE = Actor("user-rene", "René", Role.REP, "rene")


@contextmanager
def uploading(url: str, folder: Path) -> Iterator[tuple[Office, Uploads]]:
    with office(url) as here:
        found = Uploads(here.desk, Spool(folder, lambda: here.at))
        yield here, found
        found.close()


def brought(uploads: Uploads, text: str, name: str = "fair.csv") -> str:
    with uploads.spool.begin(name) as file:
        file.write(text.encode())
        return file.keep().sha256


def shown(here: Office, import_id: str) -> Shown:
    with here.desk.read() as tx:
        found = imports.shown(tx, OLGA, import_id)
    assert found is not None
    return found


def ended(here: Office, uploads: Uploads, import_id: str) -> Shown:
    until(lambda: not uploads.runs(import_id))
    return shown(here, import_id)


def many(n: int) -> str:
    return HEADER + "".join(row(f"p{i}", email=f"p{i}@c{i}.example") for i in range(n))


class Held:
    """Lets records through until the test has seen enough: the first question whether to go on waits."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.answer = threading.Event()
        self.allowed = True

    def __call__(self) -> bool:
        self.asked.set()
        assert self.answer.wait(PATIENCE)
        return self.allowed


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks and questions after every record, not once a second."""
    monkeypatch.setattr("firstright.desk.files.uploads.EVERY", 0.0)


def test_an_upload_is_kept_by_its_hash_where_only_we_can_read(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", lambda: MONDAY)
    with spool.begin("C:\\Users\\mara\\fair\t.csv") as file:
        file.write(b"a,b\n")
        file.write(b"1,2\n")
        kept = file.keep()
    assert kept == Spooled(hashlib.sha256(b"a,b\n1,2\n").hexdigest(), 8, "fair.csv")
    assert spool.look(kept.sha256) == kept
    with spool.open(kept.sha256) as stream:
        assert stream.read() == b"a,b\n1,2\n"
    assert stat.S_IMODE(os.stat(tmp_path / "spool").st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "spool").iterdir()} == {0o600}


def test_an_upload_that_is_broken_off_or_too_large_leaves_nothing(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", lambda: MONDAY, largest=2**20)
    with pytest.raises(KeyError), spool.begin("a.csv") as file:
        file.write(b"a,b\n")
        raise KeyError
    with pytest.raises(Refused, match="1 MiB"), spool.begin("a.csv") as file:
        for _ in range(2):
            file.write(b"x" * 600_000)
    with pytest.raises(Refused, match="empty"), spool.begin("a.csv") as file:
        file.keep()
    assert list((tmp_path / "spool").iterdir()) == []


@pytest.mark.parametrize("name", ["", "0" * 63, "../" * 20 + "etc/passwd", "A" * 64, "0" * 64])
def test_a_name_that_is_none_is_not_found(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound):
        Spool(tmp_path, lambda: MONDAY).open(name)


def test_uploads_are_forgotten_after_a_week(tmp_path: Path) -> None:
    spool = Spool(tmp_path, lambda: MONDAY)
    with spool.begin("a.csv") as file:
        file.write(b"a\n1\n")
        old = file.keep().sha256
    for path in tmp_path.iterdir():
        at = (MONDAY - KEPT - timedelta(seconds=1)).timestamp()
        os.utime(path, (at, at))
    with spool.begin("b.csv"), pytest.raises(NotFound):
        spool.look(old)


def test_a_file_is_looked_at_and_its_encoding_is_asked_for(database_url: str, tmp_path: Path) -> None:
    with uploading(database_url, tmp_path / "spool") as (_, uploads):
        name = brought(uploads, HEADER + row("anna"))
        sheet = uploads.look(name).sheet
        assert sheet is not None
        assert (sheet.encoding, sheet.delimiter, sheet.header[:2]) == ("utf-8", ",", ("First Name", "E-Mail"))
        with uploads.spool.begin("old.csv") as file:
            file.write("Name;Straße\nJörg;Weg\n".encode("cp1252"))
            old = file.keep().sha256
        unknown = uploads.look(old)
        assert (unknown.sheet, unknown.encoding, [p.code for p in unknown.problems]) == (
            None,
            "cp1252",
            ["encoding.unknown"],
        )
        told = uploads.look(old, encoding="cp1252").sheet
        assert told is not None and told.sample == (("Jörg", "Weg"),)


def test_a_preview_says_what_each_row_would_be_and_stores_nothing(database_url: str, tmp_path: Path) -> None:
    with uploading(database_url, tmp_path / "spool") as (here, uploads):
        before = left(here.desk)
        found = uploads.preview(brought(uploads, MIXED), MAP_TEXT)
        assert [(r.number, r.is_lead, [p.code for p in r.problems]) for r in found.rows] == [
            (1, True, []),
            (2, True, []),
            (3, False, ["csv.column_count"]),
            (4, False, ["csv.column_count"]),
            (5, False, ["lead.no_contact"]),
            (6, True, []),
            (7, True, []),
            (8, False, ["csv.unclosed_quote"]),
            (9, True, []),
            (10, True, ["email.invalid"]),
            (11, True, ["phone.unparseable"]),
        ]
        assert found.rows[0].facts["email"] == "anna@anna.example"
        assert (found.rows[0].arrived_at, found.absent, found.blocking) == (
            MONDAY.replace(hour=9, minute=0),
            (),
            (),
        )
        wrong = uploads.preview(brought(uploads, MIXED), MAP_TEXT.replace('"email"', '"emial"'))
        assert (wrong.rows, [f.code for f in wrong.findings]) == ((), ["map.unknown_field"])
        assert left(here.desk) == before


def test_an_upload_becomes_what_the_command_would_make_of_it(database_url: str, tmp_path: Path) -> None:
    with uploading(database_url, tmp_path / "spool") as (here, uploads):
        name = uploads.start(brought(uploads, MIXED), MAP_TEXT, actor=OLGA)
        found = ended(here, uploads, name)
        assert (found.state, found.total, found.counts) == (
            "done",
            11,
            {"created": 5, "merged": 2, "quarantined": 4},
        )
        assert (found.name, found.actor, found.taken) == ("fair.csv", "user-olga", 11)
        before = left(here.desk)
        assert uploads.start(brought(uploads, MIXED), MAP_TEXT, actor=OLGA) == name
        assert left(here.desk) == before
        with here.desk.read() as tx:
            assert [(r.actor, r.action) for r in audit.of(tx, "import", name)] == [
                ("user-olga", "start-import"),
                ("user-olga", "end-import"),
            ]
            assert [each.id for each in imports.latest(tx, OLGA)] == [name]
            assert imports.latest(tx, OLGA, before=name) == imports.latest(tx, RENE) == []


def test_who_may_not_import_is_refused_and_so_is_a_map_that_cannot_be_used(
    database_url: str, tmp_path: Path
) -> None:
    with uploading(database_url, tmp_path / "spool") as (here, uploads):
        name = brought(uploads, MIXED)
        with pytest.raises(Refused, match="may not import"):
            uploads.start(name, MAP_TEXT, actor=RENE)
        with pytest.raises(Refused, match="emial"):
            uploads.start(name, MAP_TEXT.replace('"email"', '"emial"'), actor=OLGA)
        with pytest.raises(Refused, match="needs this column"):
            uploads.start(name, MAP_TEXT.replace('"When"', '"Whenever"'), actor=OLGA)
        assert here.rows("SELECT count(*) FROM import") == [(0,)]


def test_what_was_stopped_goes_on_and_ends_as_if_nobody_had_stopped_it(
    database_url: str, tmp_path: Path, impatient: None
) -> None:
    with uploading(database_url, tmp_path / "spool") as (here, uploads):
        held = Held()
        name = uploads.start(brought(uploads, many(400)), MAP_TEXT, actor=OLGA, may=held)
        assert held.asked.wait(PATIENCE)
        assert shown(here, name).state == "running" and shown(here, name).total == 400
        with pytest.raises(Refused, match="being imported already"):
            uploads.start(brought(uploads, many(400)), MAP_TEXT, actor=OLGA)
        uploads.stop(name, actor=OLGA)
        held.answer.set()
        found = ended(here, uploads, name)
        assert found.state == "stopped" and 0 < found.taken < 400 and found.total == 400
        uploads.resume(name, actor=OLGA)
        found = ended(here, uploads, name)
        assert (found.state, found.total, found.counts) == ("done", 400, {"created": 400})
        assert here.rows("SELECT count(*), count(DISTINCT facts) FROM lead") == [(400, 400)]
        with here.desk.read() as tx:
            told = [(r.action, json.loads(r.data).get("why")) for r in audit.of(tx, "import", name)]
        assert told == [
            ("start-import", None),
            ("end-import", "stopped by user-olga"),
            ("resume-import", None),
            ("end-import", ""),
        ]


def test_an_import_ends_when_its_person_may_not_import_any_more(
    database_url: str, tmp_path: Path, impatient: None
) -> None:
    with uploading(database_url, tmp_path / "spool") as (here, uploads):
        answers: list[bool] = [True, True, False]
        name = uploads.start(brought(uploads, many(300)), MAP_TEXT, actor=OLGA, may=lambda: answers.pop(0))
        found = ended(here, uploads, name)
        assert found.state == "stopped" and found.taken < 300
        with here.desk.read() as tx:
            last = audit.of(tx, "import", name)[-1]
        assert json.loads(last.data) == {"state": "stopped", "why": "who started it may not import any more"}


def test_a_server_that_died_leaves_an_import_that_is_stopped_and_can_go_on(
    database_url: str, tmp_path: Path, impatient: None
) -> None:
    with uploading(database_url, tmp_path / "spool") as (here, uploads):

        def may() -> bool:
            """It is in the middle of its file when its process is told to end."""
            until(lambda: all(each.stopped for each in uploads._running.values()))
            return True

        name = uploads.start(brought(uploads, many(300)), MAP_TEXT, actor=OLGA, may=may)
        uploads.close()
        assert shown(here, name).state == "stopped"
        here.change("UPDATE import SET state = 'running', ended_at = NULL")  # as a kill would have left it
    with office(database_url, published=False) as here:
        again = Uploads(here.desk, Spool(tmp_path / "spool", lambda: here.at))
        assert again.recover() == [name]
        assert (shown(here, name).state, again.recover()) == ("stopped", [])
        again.resume(name, actor=OLGA)
        assert ended(here, again, name).counts == {"created": 300}


def test_a_running_import_is_not_taken_for_dead(database_url: str, tmp_path: Path, impatient: None) -> None:
    with uploading(database_url, tmp_path / "spool") as (here, uploads):
        held = Held()
        name = uploads.start(brought(uploads, many(50)), MAP_TEXT, actor=OLGA, may=held)
        assert held.asked.wait(PATIENCE)
        assert Uploads(here.desk, Spool(tmp_path / "spool", lambda: here.at)).recover() == []
        held.answer.set()
        assert ended(here, uploads, name).state == "done"


def table(parts: Iterator[bytes]) -> list[list[str]]:
    text = b"".join(parts).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_problems_can_be_taken_home_with_the_rows_they_are_about(database_url: str, tmp_path: Path) -> None:
    bad = HEADER + row("gus", email="=cmd|' /C calc'!A0") + "Cleo,c@c.example,1,2,3,4\n" + row("fay")
    with uploading(database_url, tmp_path / "spool") as (here, uploads):
        name = uploads.start(brought(uploads, bad), MAP_TEXT, actor=OLGA)
        ended(here, uploads, name)
        head, *rows = table(problem_file(here.desk, uploads.spool, name))
        assert head == [
            "firstright record", "firstright outcome", "firstright problems", "First Name", "E-Mail", "Phone",
            "Intent", "When", "firstright row",
        ]  # fmt: skip
        assert [r[:2] for r in rows] == [["1", "created"], ["2", "quarantined"]]
        assert rows[0][3:] == ["Gus", "'=cmd|' /C calc'!A0", "", "", "2026-03-02T09:00:00Z", ""]
        assert rows[0][2].startswith("email: ") and rows[1][2] == "expected 5 cells, got 6"
        assert rows[1][3:] == ["", "", "", "", "", "Cleo,c@c.example,1,2,3,4"]
        with pytest.raises(NotFound):
            problem_file(here.desk, uploads.spool, "no-such-import")


def test_a_mended_list_of_problems_is_imported_under_the_same_map(database_url: str, tmp_path: Path) -> None:
    with uploading(database_url, tmp_path / "spool") as (here, uploads):
        first = uploads.start(brought(uploads, HEADER + row("gus", email="")), MAP_TEXT, actor=OLGA)
        assert ended(here, uploads, first).counts == {"quarantined": 1}
        home = b"".join(problem_file(here.desk, uploads.spool, first)).decode("utf-8-sig")
        mended = home.replace('"Gus",""', '"Gus","gus@gus.example"')
        second = uploads.start(brought(uploads, mended, "mended.csv"), MAP_TEXT, actor=OLGA)
        assert ended(here, uploads, second).counts == {"created": 1}
        assert [r[:1] for r in table(problem_file(here.desk, uploads.spool, second))] == [
            ["firstright record"]
        ]


def test_the_problems_of_a_file_that_is_gone_are_still_told(database_url: str, tmp_path: Path) -> None:
    with uploading(database_url, tmp_path / "spool") as (here, uploads):
        name = uploads.start(brought(uploads, HEADER + row("gus", email="x")), MAP_TEXT, actor=OLGA)
        ended(here, uploads, name)
        for path in (tmp_path / "spool").iterdir():
            path.unlink()
        head, line = table(problem_file(here.desk, uploads.spool, name))
        assert (len(head), line[:2]) == (3, ["1", "created"])


def test_a_thousand_problems_come_page_by_page(database_url: str, tmp_path: Path) -> None:
    rows = "".join(row(f"p{i}", email="") for i in range(1_001))
    with uploading(database_url, tmp_path / "spool") as (here, uploads):
        name = uploads.start(brought(uploads, HEADER + rows), MAP_TEXT, actor=OLGA)
        assert ended(here, uploads, name).counts == {"quarantined": 1_001}
        found = table(problem_file(here.desk, uploads.spool, name))
        assert [r[0] for r in found[1:]] == [str(n) for n in range(1, 1_002)]
        assert found[1001][3] == "P1000"
