"""A map made by clicking is the map that is read back."""

from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.intake.dates import When
from firstright.intake.fieldmap import Column, FieldMap, folded, read_map
from firstright.intake.mapfile import ARRIVED, EVENT, IGNORED, Choice, Clicked, map_text, quoted

FULL = Clicked(
    source="Fair 2026",
    choices=(
        Choice('E-Mail "work"', "email"),
        Choice("First", "name"),
        Choice("Last", "name"),
        Choice("Form", "intent"),
        Choice("Row", EVENT),
        Choice("When", ARRIVED),
        Choice("Internal", IGNORED),
        Choice("Booth"),
    ),
    country="DE",
    zone="Europe/Berlin",
    encoding="cp1252",
    delimiter="\t",
    date="%d.%m.%Y",
    time="09:00",
    nulls=("k.A.",),
    constants={"campaign": "fair"},
    values={"intent": {"Demo please": "demo", "": "x", "Job": "job"}},
)


def test_everything_that_was_clicked_is_in_the_map() -> None:
    found, findings = read_map(map_text(FULL))
    assert findings == ()
    assert found is not None and found == FieldMap(
        source="Fair 2026",
        fields=(
            Column("email", ('e-mail "work"',)),
            Column("name", ("first", "last")),
            Column("intent", ("form",), values={"demo please": "demo", "job": "job"}),
        ),
        country="DE",
        encoding="cp1252",
        delimiter="\t",
        constants={"campaign": "fair"},
        arrived=When("when", ("%d.%m.%Y",), "Europe/Berlin", found.arrived.at if found.arrived else None),
        event="row",
        ignored=frozenset({"internal"}),
        nulls=frozenset({"k.a."}),
    )


def test_the_same_clicks_give_the_same_text() -> None:
    assert map_text(FULL) == map_text(FULL)
    assert map_text(Clicked("s", (Choice("E-Mail", "email"),))) == (
        '[source]\nname = "s"\n\n[columns]\n"E-Mail" = "email"\n'
    )


NAMES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(NAMES.filter(str.strip), min_size=1, max_size=4, unique_by=folded),
    st.sampled_from(["", "Ø", "\\", '"']),
)
def test_columns_may_be_called_anything(columns: list[str], word: str) -> None:
    choices = tuple(map(Choice, columns, ("email", "company", IGNORED, EVENT)))
    found, findings = read_map(map_text(Clicked("s", choices, values={"company": {word: "acme"}})))
    assert found is not None and not [f for f in findings if f.severity == "error"]
    assert [column.columns for column in found.fields] == [(folded(name),) for name in columns[:2]]
    assert found.ignored == frozenset(map(folded, columns[2:3]))


def test_what_cannot_be_seen_is_written_as_an_escape() -> None:
    assert quoted("a\u00a0b\x7f\U000e0001") == '"a\\u00a0b\\u007f\\U000e0001"'
