"""Fills in before the decision what follows from what a lead said, with a note where each came from. What they said stays.

It takes microseconds and asks nobody. A number says little of where somebody is, so nothing follows from it unless the policy wants that.
"""

from collections.abc import Mapping

from firstright.core.lead import Fact
from firstright.core.providers import FILLED_FROM, Filling, origins
from firstright.enrich.postcodes import place_of


def filled(facts: Mapping[str, Fact], filling: Filling, *, region: str = "") -> dict[str, Fact]:
    """Facts that are not there yet, and `filled_from` with all origins; nothing when there is nothing to add.

    `region` is the country a source's leads come from when they do not say: postcodes are read there, as states are.
    """
    found: dict[str, Fact] = {}
    origin = ""
    if "postcode" in facts and filling.from_postcode:
        origin = "postcode"
        found = _placed(facts, filling.from_postcode, region)
    elif (
        "country" in filling.from_phone and not region and "country" not in facts and "phone_country" in facts
    ):
        origin = "phone"
        found = {"country": facts["phone_country"]}
    if not found:
        return found
    found[FILLED_FROM] = (*origins(facts), *[f"{field}:{origin}" for field in found])
    return found


def _placed(facts: Mapping[str, Fact], wanted: tuple[str, ...], region: str) -> dict[str, Fact]:
    place = place_of(str(facts["postcode"]), str(facts.get("country", region)))
    if place is None or facts.get("state", place.state) != place.state:
        return {}  # one of the two is wrong, and nobody here knows which
    read = {"state": place.state, "city": place.city, "zone": place.zone}
    return {field: read[field] for field in wanted if read[field] and field not in facts}
