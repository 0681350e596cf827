"""What a posted form may hold where a number or a moment belongs: whatever it is, a sentence beside its field."""

import pytest

from firstright.intake.strict import Field
from firstright.web.console.form import judged, problems_of

FIELDS = {"n": Field("integer", most=100), "at": Field("instant")}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"n": "9" * 5_000}, "n"),
        ({"n": "-" + "9" * 5_000}, "n"),
        ({"n": "9" * 30}, "n"),
        ({"n": "-1"}, "n"),
        ({"at": "0001-01-01T00:00"}, "at"),
        ({"at": "0001-01-01T00:00+14:00"}, "at"),
        ({"at": "9999-12-31T23:59:59-14:00"}, "at"),
    ],
)
def test_a_number_or_a_moment_beyond_everything_is_refused_beside_its_field(
    given: dict[str, str], field: str
) -> None:
    assert list(problems_of(judged(given, FIELDS, "Europe/Berlin"))) == [field]
