"""What is filled in before a lead is decided, and where it says that came from."""

from firstright.core.lead import Fact
from firstright.core.providers import FILLING, Filling, origin_of
from firstright.desk.arrival import Source, cleaned
from firstright.enrich.quick import filled

NASHVILLE: dict[str, Fact] = {"country": "US", "postcode": "37201"}


def test_a_postcode_fills_in_state_city_and_zone_and_says_so() -> None:
    found = filled(NASHVILLE, FILLING)
    assert found == {
        "state": "US-TN",
        "city": "Nashville",
        "zone": "America/Chicago",
        "filled_from": ("state:postcode", "city:postcode", "zone:postcode"),
    }
    assert origin_of(found, "zone") == "postcode"
    assert origin_of(found, "country") == ""


def test_what_they_said_stays() -> None:
    said = {**NASHVILLE, "city": "Music City", "zone": "Europe/Berlin", "state": "US-TN"}
    assert filled(said, FILLING) == {}


def test_a_state_and_a_postcode_that_do_not_fit_fill_in_nothing() -> None:
    assert filled({**NASHVILLE, "state": "US-CA"}, FILLING) == {}


def test_a_source_that_has_a_country_reads_postcodes_there() -> None:
    assert filled({"postcode": "37201"}, FILLING) == {}
    assert filled({"postcode": "37201"}, FILLING, region="US")["zone"] == "America/Chicago"


def test_filling_in_again_adds_nothing() -> None:
    once = {**NASHVILLE, **filled(NASHVILLE, FILLING)}
    assert filled(once, FILLING) == {}


def test_a_number_says_no_country_unless_the_policy_wants_that() -> None:
    lead: dict[str, Fact] = {"phone": "+4930901820", "phone_country": "DE"}
    weak = Filling(from_phone=("country",))
    assert filled(lead, FILLING) == {}
    assert filled(lead, weak) == {"country": "DE", "filled_from": ("country:phone",)}
    assert filled({**lead, "country": "FR"}, weak) == {}
    assert filled(lead, weak, region="US") == {}  # the source says where its leads are


def test_part_of_a_lead_is_not_filled_in() -> None:
    part = cleaned({"postcode": "37201"}, Source("web", "US"), None, whole=False)
    assert part.facts == {"postcode": "37201", "source": "web"}
    whole = cleaned({"postcode": "37201"}, Source("web", "US"), None)
    assert whole.facts["state"] == "US-TN"
