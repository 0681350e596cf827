"""Pauses: by whom, for how long, from the next lead on, and as a roster version that differs in nothing else."""

from collections.abc import Callable
from datetime import datetime

from desk.office import PEOPLE, Office, office, owner
from desk.test_assigning import ADA, KIM, MARA
from desk.views import faults
from firstright.core.authority import Actor, Role
from firstright.core.documents.rosterfile import read_roster
from firstright.desk.staff.pausing import Pause, PauseAsked, Paused, Resume
from firstright.errors import FirstrightError, NoPolicy, Refused
from firstright.storage import people
from routing import DAY, HOUR, MINUTE, MONDAY, NOOR, OMAR, SATURDAY

NOBODY = Actor("u-zoe", "Zoe Park", Role.REP, "zoe", frozenset({"zoe"}))


def does(here: Office, work: Pause | Resume) -> Paused | FirstrightError:
    try:
        return here.desk.act(work)
    except FirstrightError as refusal:
        return refusal


def current(here: Office) -> str:
    with here.desk.read() as tx:
        version = people.current(tx)
        assert version is not None
        return people.load(tx, version.version)


def test_who_pauses_gets_no_lead_until_it_is_over(database_url: str) -> None:
    with office(database_url) as here:
        until = MONDAY + HOUR
        assert here.desk.act(Pause("kim", KIM, until - 20 * MINUTE / 60, "a long call")) == Paused(
            "kim", until, 2, True
        )
        assert [owner(here.send(name)) for name in ("anna", "ben", "cara")] == ["noor", "omar", "noor"]
        here.at = until
        assert "kim" in [
            owner(here.send(name)) for name in ("dora", "edda", "fine")
        ]  # nothing is made up for
        assert faults(here) == []


def test_who_resumes_gets_the_next_lead(database_url: str) -> None:
    with office(database_url) as here:
        here.desk.act(Pause("kim", ADA, MONDAY + 3 * DAY, "training"))
        assert owner(here.send("anna")) == "noor"
        here.at = MONDAY + HOUR + MINUTE / 2
        assert here.desk.act(Resume("kim", ADA, "back early")) == Paused("kim", MONDAY + HOUR, 3, True)
        assert here.desk.act(Resume("kim", ADA, "back early")) == Paused("kim", MONDAY + HOUR, 3, False)
        assert "kim" in [owner(here.send(name)) for name in ("ben", "cara", "dora")]
        assert faults(here) == []


def test_only_that_one_line_is_new_and_the_change_says_who_and_why(database_url: str) -> None:
    commented = PEOPLE.replace("\n[[rep]]", "\n# one of us\n[[rep]]")
    with office(database_url, published=False) as here:
        here.publish(people=commented)
        here.desk.act(Pause("noor", MARA, MONDAY + 2 * HOUR, "dentist"))
        line = 'id = "noor"\n'
        assert current(here) == commented.replace(line, f"{line}paused_until = 2026-03-02T11:00:00Z\n")
        assert here.rows("SELECT version, published_by, reason FROM roster_version ORDER BY version DESC")[
            0
        ] == (
            2,
            "Mara Diaz",
            "pause noor, 2026-03-02 11:00 UTC: dentist",
        )
        assert here.rows(
            "SELECT actor, action FROM audit WHERE subject_kind = 'rep' AND subject_id = 'noor'"
        ) == [(MARA.user, "pause-rep")]
        assert faults(here) == []


def test_the_rows_of_people_are_those_of_the_document(database_url: str) -> None:
    select = "SELECT id, name, active, calendar, manager, capacity, left_at, paused_until, place FROM rep ORDER BY place"
    with office(database_url) as here:
        here.desk.act(Pause("noor", MARA, MONDAY + 2 * HOUR, "dentist"))
        short = here.rows(select)
        document, _ = read_roster(current(here))
        assert document is not None
        with here.desk.database.write() as tx:
            people.materialise(tx, document)
        assert here.rows(select) == short


def test_two_at_once_are_both_paused(database_url: str) -> None:
    with office(database_url) as here:
        with here.held():
            both = [
                here.desk.writer.submit(Pause(rep, MARA, MONDAY + 2 * HOUR, "training"))
                for rep in ("kim", "noor")
            ]
        assert [each.result() for each in both] == [
            Paused("kim", MONDAY + 2 * HOUR, 2, True),
            Paused("noor", MONDAY + 2 * HOUR, 3, True),
        ]
        assert owner(here.send("anna")) == "omar"
        assert faults(here) == []


def test_to_pause_again_until_then_changes_nothing(database_url: str) -> None:
    with office(database_url) as here:
        for changed in (True, False):
            assert here.desk.act(Pause("kim", MARA, MONDAY + HOUR, "x")) == Paused(
                "kim", MONDAY + HOUR, 2, changed
            )
        assert here.rows("SELECT max(version) FROM roster_version") == [(2,)]


REFUSED: list[tuple[Callable[[], Pause | Resume], list[str]]] = [
    (lambda: Pause("kimm", MARA, MONDAY + HOUR, "x"), ['rep: "kimm" is not known; did you mean kim?']),
    (lambda: Pause("kim", MARA, MONDAY - HOUR, "x"), ["until: 2026-03-02 08:00 UTC has passed"]),
    (lambda: Pause("kim", MARA, MONDAY + 400 * DAY, "x"), ["until: is a year from now at most"]),
    (lambda: Pause("kim", MARA, datetime.max.replace(tzinfo=MONDAY.tzinfo), "x"), ["until: is a year from now at most"]),
    (lambda: Pause("kim", MARA, MONDAY + HOUR, "  "), ["reason: is needed, in a few words of your own"]),
    (
        lambda: Pause("kim", KIM, MONDAY + 25 * HOUR, "x"),
        ["until: is a day from now at most where somebody pauses themselves; longer is an absence"],
    ),
    (lambda: Pause("noor", KIM, MONDAY + HOUR, "x"), ["rep: Kim Larsen may not pause others"]),
    (lambda: Pause("omar", ADA, MONDAY + HOUR, "x"), ["rep: Ada Krüger may not pause others"]),  # not of her team here
    (lambda: Resume("noor", KIM, "x"), ["rep: Kim Larsen may not pause others"]),
]  # fmt: skip


def test_every_refusal_says_why_and_publishes_nothing(database_url: str) -> None:
    with office(database_url) as here:
        for work, reasons in REFUSED:
            got = does(here, work())
            assert isinstance(got, Refused)
            assert list(got.reasons) == reasons
        assert here.rows("SELECT count(*) FROM roster_version") == [(1,)]


def test_nobody_shortens_what_their_manager_said(database_url: str) -> None:
    with office(database_url) as here:
        here.desk.act(Pause("kim", ADA, MONDAY + 3 * DAY, "training"))
        for work in (Resume("kim", KIM, "bored"), Pause("kim", KIM, MONDAY + HOUR, "bored")):
            got = does(here, work)
            assert isinstance(got, Refused)
            assert list(got.reasons) == [
                "until: Kim Larsen is paused until 2026-03-05 09:00 UTC, which their manager may change"
            ]
        here.at = MONDAY + 2 * DAY + HOUR  # what is left they could have said themselves
        assert here.desk.act(Resume("kim", KIM, "done early")).changed
        assert faults(here) == []


def test_before_there_is_a_roster_nobody_can_be_paused(database_url: str) -> None:
    with office(database_url, published=False) as here:
        got = does(here, PauseAsked("kim", "x", MONDAY + HOUR).work(MARA))
        assert isinstance(got, NoPolicy)
        assert isinstance(PauseAsked("kim", "x").work(MARA), Resume)


def test_who_may_pause_nobody_else_pauses_themselves(database_url: str) -> None:
    with office(database_url, at=SATURDAY) as here:
        assert here.desk.act(Pause("zoe", NOBODY, SATURDAY + DAY, "asleep")).changed
        assert NOOR + OMAR in current(here)
        assert faults(here) == []
