"""A submission as a row: from each body the same names and values, through the map, past the traps."""

from urllib.parse import urlencode

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.clean.normalize import normalize
from firstright.core.rules.fields import CATALOGUE
from firstright.intake.fieldmap import usable_map
from firstright.intake.form import fill, to_mend, whole_map
from firstright.intake.formbody import from_json, from_urlencoded
from firstright.intake.formsettings import FormField, FormSettings
from firstright.intake.refused import Refused
from routing import MONDAY

PLAIN = FormSettings()
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
PAIRS = st.lists(st.tuples(TEXT.filter(bool), TEXT), max_size=8, unique_by=lambda pair: pair[0])


@settings(max_examples=300, deadline=None)
@given(PAIRS)
def test_a_form_and_json_say_the_same(pairs: list[tuple[str, str]]) -> None:
    assert from_urlencoded(urlencode(pairs).encode()) == pairs
    assert from_json(msgspec.json.encode(dict(pairs))) == pairs


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_pairs_or_a_refusal(body: bytes) -> None:
    for read in (from_urlencoded, from_json):
        found = read(body)
        assert isinstance(found, list | Refused)
        if isinstance(found, list):
            fill(found, whole_map(None, "form", PLAIN, CATALOGUE), PLAIN, MONDAY)


def test_a_list_of_ticked_boxes_is_one_value() -> None:
    pairs = from_urlencoded(b"interest=arm&interest=rover&email=a%40b.example&email=")
    assert isinstance(pairs, list)
    found = fill(pairs, whole_map(None, "form", PLAIN, CATALOGUE), PLAIN, MONDAY)
    assert found.given == {"interest": "arm, rover", "email": "a@b.example"}


def test_what_is_between_script_and_room_is_no_part_of_what_makes_a_repeat() -> None:
    fieldmap = whole_map(None, "form", PLAIN, CATALOGUE)
    first = fill([("email", "a@b.example"), ("_took", "4000"), ("_event", "e")], fieldmap, PLAIN, MONDAY)
    again = fill([("email", "a@b.example"), ("_took", "9000"), ("_event", "f")], fieldmap, PLAIN, MONDAY)
    other = fill([("email", "b@b.example"), ("_took", "9000"), ("_event", "f")], fieldmap, PLAIN, MONDAY)
    assert (first.mark == again.mark, first.mark == other.mark, first.event) == (True, False, "e")


def test_a_page_we_made_says_when_it_was_made() -> None:
    fieldmap = whole_map(None, "form", PLAIN, CATALOGUE)
    now = int(MONDAY.timestamp())
    traps = [
        fill([("email", "a@b.example"), ("_began", str(began))], fieldmap, PLAIN, MONDAY).trap
        for began in (now, now - 1, now - 2, now - 3_600, now + 5)
    ]
    assert [trap.code if trap else "" for trap in traps] == [
        "junk.too_fast",
        "junk.too_fast",
        "",
        "",
        "junk.too_fast",
    ]


def test_a_map_keeps_what_every_form_has_unless_it_says_otherwise() -> None:
    own = usable_map(
        '[source]\nname = "form"\nignore = ["utm_medium"]\n[columns]\n"Mail" = "email"\n"utm_source" = "campaign"\n'
    )
    shown = FormSettings(fields=(FormField("Mail"), FormField("Company"), FormField("score")))
    found = {column.field: column.columns for column in whole_map(own, "form", shown, CATALOGUE).fields}
    assert found == {
        "email": ("mail",),
        "campaign": ("utm_source",),
        "landing_page": ("landing_page",),
        "referrer": ("referrer",),
        "company": ("company",),
    }


def test_only_what_a_person_sees_is_theirs_to_mend() -> None:
    shown = FormSettings(fields=(FormField("email", required=True), FormField("country")))
    fieldmap = whole_map(None, "form", shown, CATALOGUE)
    filled = fill([("country", "ZZ"), ("state", "Atlantis"), ("phone", "call me")], fieldmap, shown, MONDAY)
    problems = (*filled.mapped.problems, *normalize(filled.mapped.raw, texts=True).problems)
    found = to_mend(filled, problems, fieldmap, shown, strict=False)
    assert sorted((p.pointer, p.code) for p in found) == [
        ("/country", "country.unknown"),
        ("/email", "field.missing"),
        ("/phone", "phone.unparseable"),
    ]
    everything = to_mend(filled, problems, fieldmap, shown, strict=True)
    assert {p.pointer for p in everything} == {"/country", "/email", "/phone", "/state"}
