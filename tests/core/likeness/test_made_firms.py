"""A made base of companies of four tongues: sisters of another trade, subsidiaries abroad, holdings and namesakes, each written down again
by its legal form left out, with a slip, in capitals, shortened, moved."""

import random

import pytest

from firstright.core.lead import Value
from firstright.core.likeness.batch import COMPANY, alike, candidates
from firstright.core.likeness.value import LINK
from firstright.core.matching import proven

Record = dict[str, Value]
ROOTS = (
    "Nord",
    "Alpen",
    "Delta",
    "Kestrel",
    "Harbour",
    "Granit",
    "Silva",
    "Vega",
    "Lumen",
    "Boreal",
    "Orion",
    "Baltic",
)
ENDS = ("tec", "line", "bau", "werk", "med", "chem", "plan", "vita", "form")
TRADES = {
    "GB": ("Logistics", "Consulting", "Engineering", "Foods", "Software", "Insurance"),
    "DE": ("Logistik", "Beratung", "Maschinenbau", "Lebensmittel", "Software", "Versicherung"),
    "FR": ("Logistique", "Conseil", "Ingénierie", "Alimentation", "Logiciels", "Assurances"),
    "ES": ("Logística", "Consultores", "Ingeniería", "Alimentos", "Software", "Seguros"),
}
FORMS = {
    "GB": ("Ltd", "Limited", "plc"),
    "DE": ("GmbH", "AG", "GmbH & Co. KG"),
    "FR": ("SAS", "S.A.", "SARL"),
    "ES": ("S.L.", "S.A.", "SLU"),
}
TOWNS = {
    "GB": ("Leeds", "Bristol"),
    "DE": ("Köln", "Ulm"),
    "FR": ("Lyon", "Lille"),
    "ES": ("Sevilla", "Vigo"),
}
LANDS = {"GB": "UK", "DE": "Deutschland", "FR": "France", "ES": "España"}
KEPT = {"domain": 0.6, "city": 0.8, "street": 0.5, "phone": 0.5, "postcode": 0.5, "country": 0.9}


def firm(draw: random.Random, land: str, root: str, trade: str, number: int) -> Record:
    return {
        "company": f"{root} {trade} {draw.choice(FORMS[land])}",
        "domain": f"{root}{number}.example".lower(),
        "city": draw.choice(TOWNS[land]),
        "street": f"{draw.choice(('High Street', 'Gartenweg', 'rue Foch', 'Calle Mayor'))} {draw.randint(1, 99)}",
        "phone": f"+{draw.randint(10**10, 10**11 - 1)}",
        "postcode": str(draw.randint(10000, 99999)),
        "country": land,
    }


def family(draw: random.Random, number: int) -> list[Record]:
    land, root, trade = draw.choice(list(TRADES)), draw.choice(ROOTS) + draw.choice(ENDS), draw.randrange(6)
    first = firm(draw, land, root, TRADES[land][trade], number)
    members = [first]
    if draw.random() < 0.3:
        members.append(firm(draw, land, root, TRADES[land][(trade + 1) % 6], number))
    if draw.random() < 0.2:
        abroad = draw.choice([other for other in TRADES if other != land])
        members.append(firm(draw, abroad, root, LANDS[abroad], number))
    if draw.random() < 0.2:
        members.append(
            first | {"company": f"{root} Holding {draw.choice(FORMS[land])}", "phone": f"+{number + 10**10}"}
        )
    return members


def written(draw: random.Random, company: Record) -> Record:
    name = str(company["company"])
    at = draw.randrange(1, len(name.split()[0]) - 1)
    again = draw.choice(
        (" ".join(name.split()[:2]), name.upper(), f"The {name}", name[:at] + name[at + 1 :], name[:at] + name[at] + name[at:])
    )  # fmt: skip
    return company | {"company": again}


def made(seed: int, families: int = 200) -> tuple[list[Record], set[tuple[int, int]]]:
    draw = random.Random(seed)
    records: list[Record] = []
    truth: list[tuple[int, int]] = []
    for number in range(families):
        for place, member in enumerate(family(draw, number)):
            for copy in range(draw.choice((1, 2, 2, 3))):
                whole = written(draw, member) if copy else member
                records.append({k: v for k, v in whole.items() if draw.random() < KEPT.get(k, 1)})
                truth.append((number, place))
    same = {(a, b) for b in range(len(truth)) for a in range(b) if truth[a] == truth[b]}
    return records, same


@pytest.mark.parametrize("seed", [1, 2])
def test_companies_are_found_again_and_their_sisters_are_for_a_person(seed: int) -> None:
    base, truth = made(seed)
    kinds = [COMPANY] * len(base)
    pairs = list(alike(base, kinds))
    linked = {(pair.a, pair.b) for pair in pairs if pair.likeness.score >= LINK and proven(pair.likeness)}
    seen = {(pair.a, pair.b) for pair in pairs}
    assert len(truth & candidates(base, kinds)) / len(truth) > 0.97
    assert len(truth & seen) / len(truth) > 0.95
    assert len(truth & linked) / len(truth) > 0.84
    assert len(truth & linked) / len(linked) > 0.75
