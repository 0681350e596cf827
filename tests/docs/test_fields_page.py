"""The page of fields is what the catalogue says, and the catalogue says something of each field."""

from pathlib import Path

from firstright.cli.fieldpage import page
from firstright.core.rules.fields import CATALOGUE, FieldType, Origin
from firstright.intake.shape import is_settable

PAGE = Path(__file__).parents[2] / "docs" / "fields.md"


def test_the_page_is_what_the_command_prints() -> None:
    assert PAGE.read_text("utf-8") == page(CATALOGUE)


def test_every_field_says_what_it_is_and_where_it_is_filled_from() -> None:
    assert [field.name for field in CATALOGUE.values() if not (field.about and field.origins)] == []


def test_what_a_sender_may_give_is_said_to_come_from_the_sender_and_nothing_else() -> None:
    said = {field.name for field in CATALOGUE.values() if Origin.SENDER in field.origins}
    assert said == {field.name for field in CATALOGUE.values() if is_settable(field)}


def test_a_choice_has_values() -> None:
    assert [f.name for f in CATALOGUE.values() if f.type is FieldType.CHOICE and not f.values] == []
