"""Streets as they are written in several countries: the word for the kind of way is no evidence, a number of a street is."""

import pytest

from firstright.core.lead import Value
from firstright.core.likeness.addresses import compare_places
from firstright.core.likeness.rarity import UNKNOWN
from firstright.core.likeness.traits import place
from firstright.core.likeness.value import Verdict


def street(a: str, b: str) -> Verdict:
    one, other = ({"street": written} for written in (a, b))
    facts: tuple[dict[str, Value], ...] = (dict(one), dict(other))
    return compare_places(place(facts[0]), place(facts[1]), UNKNOWN)[0].verdict


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("156 2nd Ave. at 10th St.", "156 Second Avenue"),
        ("Hauptstraße 5", "Hauptstr. 5"),
        ("Kerkstraat 12", "Kerk str. 12"),
        ("C/ Mayor, 5", "Calle Mayor 5"),
        ("ul. Świętokrzyska 12", "Swietokrzyska 12"),
        ("12, rue de la Paix", "12 r. Paix"),
        ("Vestergade 7", "Vester gade 7"),
        ("Via Roma, 12", "Roma 12"),
        ("ул. Ленина, 5", "улица Ленина 5"),
    ],
)
def test_one_street_in_two_spellings(one: str, other: str) -> None:
    assert street(one, other) is Verdict.SAME


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("156 2nd Avenue", "156 3rd Avenue"),
        ("Via Roma 12", "Via Milano 12"),
        ("Calle Mayor 5", "Calle Real 5"),
        ("ul. Długa 5", "ul. Krótka 5"),
        ("rue de la Paix 12", "rue de la République 12"),
        ("Lindenweg 4", "Birkenweg 4"),
        ("Rua Augusta 15", "Rua Direita 15"),
    ],
)
def test_two_streets_with_one_number(one: str, other: str) -> None:
    """What they share, the word for street, said that they were near."""
    assert street(one, other) is Verdict.DIFFERS
