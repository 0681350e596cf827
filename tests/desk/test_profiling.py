"""What sources send is counted as it is committed: once, by hour and day, and put down behind everything else."""

from datetime import timedelta

import pytest

from desk.office import office
from firstright.core.clean.problem import Problem
from firstright.core.clean.text import LONGEST_WORD
from firstright.desk.arrival import Seen
from firstright.desk.profiling import folded, shape
from firstright.storage import profiles
from firstright.storage.profiles import Count, Missed
from routing import MONDAY

HOUR = MONDAY.replace(minute=0, second=0, microsecond=0)
DAY = HOUR.replace(hour=0)


@pytest.mark.parametrize(
    ("value", "looks"),
    [
        ("Ada B-12", "Aa A-99"),
        ("+4930901820", "+9999999999"),
        ("2026-03-02T12:00:00+00:00", "9999-99-99A99:99:99+99:9…"),
        ("Jürgen Groß", "Aa Aa"),
        ("ada@hill.test", "a@a.a"),
        ("", ""),
        ("  a \t b ", " a a "),
    ],
)
def test_a_shape_keeps_digits_and_marks_and_forgets_letters(value: str, looks: str) -> None:
    assert shape(value) == looks


def test_values_are_folded_as_synonyms_are_looked_up() -> None:
    assert folded("  Heavy MACHINERY\n") == "heavy machinery"
    assert len(folded("x" * 500)) == LONGEST_WORD <= profiles.LONGEST


def test_an_arrival_is_counted_once_and_by_hour_and_day(database_url: str) -> None:
    with office(database_url) as here:
        here.send("anna", event="one", country="")
        here.send("anna", event="one", country="")  # the stored reply
        here.send("ben", event="two")
        here.desk.profiling.put_down()
        with here.desk.read() as tx:
            hours = profiles.counts(tx, "web", "hour", HOUR, HOUR + timedelta(hours=1))
            days = profiles.counts(tx, "web", "day", DAY, DAY + timedelta(days=1))
            assert profiles.sources(tx, DAY) == ["web"]
            assert profiles.rhythm(tx, "web", DAY) == {HOUR: 2}
    filled = {each.field: each.n for each in hours if each.what == "filled"}
    assert (filled["email"], filled["first_name"], filled["country"]) == (2, 2, 1)
    assert Count(HOUR, "", "arrived", "intake", 2) in hours
    assert sorted((c.field, c.what, c.word, c.n) for c in days) == sorted(
        (c.field, c.what, c.word, c.n) for c in hours
    )


def test_values_that_no_table_knows_are_kept_with_their_sources_and_leads(database_url: str) -> None:
    with office(database_url) as here:
        leads = [str(here.send(name)["lead"]) for name in ("anna", "ben")]
        seen = [
            Seen("web", "intake", MONDAY, {"source": "web"}, (Problem("/country", "country.unknown", "is none", "x"),),
                 (("country", "Deutschlnd"),), leads[0]),
            Seen("fair", "bulk", MONDAY + timedelta(minutes=1), {}, (), (("country", " DEUTSCHLND "),), leads[1]),
        ]  # fmt: skip
        here.desk.profiling.note(seen)
        here.desk.profiling.put_down()
        here.desk.profiling.note(seen[:1])
        here.desk.profiling.put_down()
        with here.desk.read() as tx:
            [found] = profiles.all_missed(tx, 10)
            assert profiles.leads_with(tx, "country", "deutschlnd", profiles.FIRST, 10) == sorted(leads)
            assert profiles.totals(tx, DAY)["web", "country", "wrong"] == 2
    assert found == Missed("country", "deutschlnd", 3, MONDAY, MONDAY + timedelta(minutes=1), {"fair", "web"})


def test_a_field_keeps_so_many_values_and_the_rest_as_one(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profiles, "MOST_VALUES", 2)
    values = [Missed("industry", name, 1, MONDAY, MONDAY, {"web"}) for name in ("a", "b", "c", "d")]
    with office(database_url) as here, here.desk.database.write() as tx:
        profiles.add_missed(tx, values, MONDAY)
        profiles.add_missed(tx, [Missed("industry", "a", 5, MONDAY, MONDAY)], MONDAY)
        assert [(each.value, each.n) for each in profiles.missed_of(tx, "industry", 9)] == [
            ("a", 6),
            ("", 2),
            ("b", 1),
        ]


def test_what_is_old_is_forgotten(database_url: str) -> None:
    old = HOUR - timedelta(days=10)
    with office(database_url) as here, here.desk.database.write() as tx:
        profiles.add(tx, {("web", old, "", "arrived", "intake"): 1, ("web", old, "email", "filled", ""): 1})
        assert profiles.forget_old(tx, HOUR) == 1
        assert [c.field for c in profiles.counts(tx, "web", "hour", old, HOUR)] == [""]
        assert profiles.forget_old(tx, HOUR + timedelta(days=200)) == 3


def test_a_value_that_has_not_come_again_for_long_makes_room(database_url: str) -> None:
    with office(database_url) as here:
        lead = str(here.send("anna")["lead"])
        late = MONDAY + timedelta(days=60)
        values = [
            Missed("city", "muc", 9, MONDAY, MONDAY, {"web"}, {lead}),
            Missed("city", "nue", 1, late, late, {"web"}, {lead}),
        ]
        with here.desk.database.write() as tx:
            profiles.add_missed(tx, values, MONDAY)
            assert [each.value for each in profiles.all_missed(tx, 1)] == ["muc"]
            assert [each.value for each in profiles.all_missed(tx, 1, newest=True)] == ["nue"]
            profiles.forget_old(tx, MONDAY + timedelta(days=100))
            assert [each.value for each in profiles.all_missed(tx, 9)] == ["nue"]
            assert profiles.how_many_leads(tx, "city", "muc") == 0
            assert profiles.how_many_leads(tx, "city", "nue") == 1


def test_of_history_only_what_no_table_knows_is_counted(database_url: str) -> None:
    with office(database_url) as here:
        lead = str(here.send("anna")["lead"])
        here.desk.profiling.put_down()
        old = Seen("past", "bulk", MONDAY - timedelta(days=400), {}, (), (("city", "Muc"),), lead)
        here.desk.profiling.note([old])
        here.desk.profiling.put_down()
        with here.desk.read() as tx:
            assert profiles.sources(tx, MONDAY - timedelta(days=500)) == ["web"]
            assert [(each.value, each.n) for each in profiles.all_missed(tx, 9)] == [("muc", 1)]
