"""How a file writes its dates: one row that can be read one way only decides for all, and what none decides is asked."""

from datetime import UTC, date, datetime, time

import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.clean.problem import Refusal
from firstright.intake.dateforms import INFER, Evidence, alone
from firstright.intake.dates import When, moment
from firstright.intake.fieldmap import FieldMap, read_map
from firstright.intake.months import LANGUAGES
from firstright.intake.settling import is_open, settled

MAP = """
[source]
name = "list"
zone = "UTC"
nulls = ["n/a"]

[columns]
"Mail" = "email"

[arrived]
column = "Created"
date = "infer"
time = "09:00"
"""


def evidence(*values: str) -> Evidence:
    found = Evidence()
    for value in values:
        found.take(value)
    return found


@pytest.mark.parametrize(
    ("values", "formats"),
    [
        (["03/04/2026", "31/12/2026"], ("%d/%m/%Y",)),
        (["03/04/2026", "12/31/2026"], ("%m/%d/%Y",)),
        (["03.04.2026", "5.4.2026 14:05"], ("%d.%m.%Y", "%d.%m.%Y %H:%M")),
        (["04/04/2026"], ("%d/%m/%Y",)),
        (["3-4-26", "31-4-26 2:05 PM"], ("%d-%m-%y", "%d-%m-%y %I:%M %p")),
        (["13/04/2026", "03-14-2026"], ("%d/%m/%Y", "%m-%d-%Y")),
        (["2026-03-04", "2026-03-04T10:00:00Z", "", " "], ("",)),
        (
            ["2026/03/04", "4 Mar 2026", "March 4, 2026 10:00:00"],
            ("%Y/%m/%d", "%d %b %Y", "%B %d, %Y %H:%M:%S"),
        ),
    ],
)
def test_the_format_is_found_in_one_pass(values: list[str], formats: tuple[str, ...]) -> None:
    found = evidence(*values)
    assert (found.formats(), found.doubts(), found.unread) == (formats, [], "")


@pytest.mark.parametrize(
    ("values", "formats"),
    [
        (["3. März 2026", "17.Dez. 2026", "24. Jänner 2026 14:05"], ("%d %B %Y", "%d %B %Y %H:%M")),
        (["1er mars 2026", "5 août 2026", "7 févr. 2026"], ("%d %B %Y",)),
        (["3 de marzo de 2026", "31 de diciembre del 2026"], ("%d %B %Y",)),
        (["3 marzo 2026", "1º luglio 2026"], ("%d %B %Y",)),
        (["3 de março de 2026", "31 de dezembro de 2026"], ("%d %B %Y",)),
        (["3 maart 2026", "03-mrt-2026", "3 mei 2026, 10:30"], ("%d %B %Y", "%d-%b-%Y", "%d %b %Y, %H:%M")),
    ],
    ids=["German", "French", "Spanish", "Italian", "Portuguese", "Dutch"],
)
def test_months_are_known_by_their_names_in_seven_languages(
    values: list[str], formats: tuple[str, ...]
) -> None:
    found = evidence(*values)
    assert (found.formats(), found.doubts(), found.unread) == (formats, [], "")
    when = When("Created", formats, "UTC", time(9))
    assert [isinstance(moment(when, text, "k"), datetime) for text in values] == [True] * len(values)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", ["wide", "abbreviated"])
def test_every_name_of_every_month_is_read_alone_and_in_a_stated_format(language: str, width: str) -> None:
    names = Locale.parse(language).months["format"][width]
    for number, name in names.items():
        said = datetime(2026, number, 9, 8, tzinfo=UTC)
        when = When("Created", ("%d-%b-%Y",), "UTC", time(8))
        stated = When("Created", ("%d. %B %Y %H:%M",), "UTC")
        assert moment(when, f"09-{name.removesuffix('.')}-2026", "k") == said
        assert moment(stated, f"9. {name.removesuffix('.')} 2026 08:00", "k") == said
        if len(name) > 2:
            inferred = When("Created", (INFER,), "UTC", time(8))
            assert moment(inferred, f"9 {name} 2026", "k") == said


def test_no_name_means_two_months() -> None:
    found: dict[str, set[int]] = {}
    for language in LANGUAGES:
        for widths in Locale.parse(language).months.values():
            for number, name in [*widths["wide"].items(), *widths["abbreviated"].items()]:
                found.setdefault(name.casefold().removesuffix("."), set()).add(number)
    assert [name for name, numbers in found.items() if len(numbers) > 1] == []


def test_a_word_that_is_no_month_is_no_date() -> None:
    for text in ("3. Ventôse 2026", "3 de nada de 2026", "mar. 3 marzo 2026"):
        assert isinstance(moment(When("Created", (INFER,), "UTC", time(8)), text, "k"), Refusal)


def test_what_no_row_decides_is_asked_and_so_is_what_rows_decide_both_ways() -> None:
    assert evidence("03/04/2026", "05/06/2026").doubts() == [
        '"03/04/2026" can be read two ways and no row decides it: say which with %d/%m/%Y or %m/%d/%Y'
    ]
    assert evidence("31/12/2026", "12/31/2026").doubts() == [
        '"31/12/2026" can only have the day first and "12/31/2026" only the month: say which with %d/%m/%Y or %m/%d/%Y'
    ]
    assert evidence("soon", "31/12/2026").unread == "soon"


def fieldmap(text: str = MAP) -> FieldMap:
    found, findings = read_map(text)
    assert found is not None and findings == ()
    return found


def test_a_map_that_asks_for_its_files_format_is_made_whole_by_the_file() -> None:
    assert is_open(fieldmap())
    rows = [{"Mail": "a@x.de", "Created": text} for text in ("03/04/2026", "n/a", "31/12/2026")]
    found, doubts = settled(fieldmap(), rows)
    assert doubts == () and not is_open(found)
    assert found.arrived == When("created", ("%d/%m/%Y",), "UTC", time(9))
    assert moment(found.arrived, "03/04/2026", "") == datetime(2026, 4, 3, 9, tzinfo=UTC)


def test_a_file_that_does_not_decide_is_not_imported_by_a_guess() -> None:
    found, doubts = settled(fieldmap(), [{"Mail": "a@x.de", "Created": "03/04/2026"}])
    assert found == fieldmap()
    assert doubts == (
        'column "created": "03/04/2026" can be read two ways and no row decides it: say which with %d/%m/%Y or %m/%d/%Y',
    )


def test_without_a_file_a_value_speaks_for_itself_or_is_a_problem() -> None:
    when = When("created", (INFER,), "UTC", time(9))
    assert moment(when, "31/12/2026", "") == datetime(2026, 12, 31, 9, tzinfo=UTC)
    assert moment(when, "2026-03-04T10:00:00+01:00", "") == datetime(2026, 3, 4, 9, tzinfo=UTC)
    unclear = moment(when, "03/04/2026", "")
    assert isinstance(unclear, Refusal) and unclear.code == "time.ambiguous"
    assert (alone("03/04/2026"), alone("soon")) == ((), ())


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.dates(date(2000, 1, 1), date(2068, 12, 31)), min_size=1, max_size=20),
    st.sampled_from(
        ["%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y %H:%M", "%m/%d/%y %I:%M %p", "%d.%m.%Y %H:%M:%S", "%Y/%m/%d"]
    ),
)
def test_a_file_of_one_format_is_read_by_that_format_or_asked_about(days: list[date], form: str) -> None:
    written = [day.strftime(form) for day in days]
    found = evidence(*written)
    if not found.doubts():
        when = When("", found.formats(), "UTC", time(0))
        meant = [datetime.strptime(text, form).replace(tzinfo=UTC) for text in written]
        assert [moment(when, text, "") for text in written] == meant
