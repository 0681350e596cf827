"""Whether two records are one company: near misses by name, and what holds for any two."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstright.core.lead import Value
from firstright.core.likeness import block_keys, company_likeness
from firstright.core.likeness.value import LINK, REVIEW


def band(a: dict[str, Value], b: dict[str, Value]) -> str:
    found = company_likeness(a, b)
    if found.score >= LINK:
        return "link" if found.supported else "alike"
    return "review" if found.score >= REVIEW else "new"


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Adobe Inc.", "ADOBE", "alike"),
        ("A. O. Smith", "SMITH A O CORP", "alike"),
        ("Lilly (Eli)", "ELI LILLY & Co", "alike"),
        ("Johnson & Johnson", "Johnson and Johnson", "alike"),
        ("Acme Intl Mfg Corp", "ACME International Manufacturing", "alike"),
        ("Müller & Söhne GmbH & Co. KG", "Mueller und Soehne", "alike"),
        ("Univrsl Export Inc", "Universal Exports", "alike"),
        ("IBM", "International Business Machines Corp", "review"),
        ("Acme Germany GmbH", "Acme France SA", "new"),
        ("Acme", "Acme Rockets", "new"),
        ("Progressive Corporation", "PROGRESSIVE CORP/OH/", "alike"),
        ("Northwind Traders", "Contoso Traders", "new"),
        ("First Solar", "First Energy", "new"),
        # as registers, invoices and people of other countries write them
        ("Gebrüder Weiss GmbH", "Gebr. Weiss Ges.m.b.H.", "alike"),
        ("Hermanos García S.L.", "Hnos. Garcia SL", "alike"),
        ("Fratelli Rossi S.r.l.", "F.lli Rossi srl", "alike"),
        ("Établissements Durand SARL", "Ets Durand", "alike"),
        ("Koninklijke Philips N.V.", "Royal Philips", "alike"),
        ("Banco Santander, S.A.", "Santander Bank", "alike"),
        ("Deutsche Telekom AG", "Dt. Telekom", "alike"),
        ("Telefonaktiebolaget LM Ericsson", "LM Ericsson", "alike"),
        ("Technische Universität Berlin", "TU Berlin", "alike"),
        ("Massachusetts Inst. of Technology", "Massachusetts Institute of Technology", "alike"),
        ("Krankenhaus Sankt Josef gGmbH", "Krankenhaus St. Josef", "alike"),
        ("Compagnie de Saint-Gobain S.A.", "Saint-Gobain", "alike"),
        ("SIA Baltic Foods", "Baltic Foods", "alike"),
        ("Contoso GmbH i.L.", "Contoso GmbH", "alike"),
        ("Contoso Limited t/a Contoso Cleaning", "Contoso Limited", "alike"),
        ("Tailspin Toys (Pty) Ltd", "Tailspin Toys", "alike"),
        ("ABB Ltd", "Asea Brown Boveri", "review"),
        ("Smith & Sons Plumbing", "Smith & Sons Roofing", "new"),
        ("Volksbank Stuttgart eG", "Volksbank Karlsruhe eG", "new"),
        ("Stadtwerke Köln", "Stadtwerke Bonn", "new"),
        ("Crédit Agricole", "Crédit Mutuel", "new"),
        ("University of Texas at Austin", "University of Texas at Dallas", "new"),
        ("Blackstone Partners III", "Blackstone Partners IV", "review"),
        ("Siemens Energy", "Siemens Healthineers", "new"),
        ("Hotel Adler Wien", "Hotel Adler Bern", "new"),
        ("Acme Holding AG", "Acme Logistics AG", "review"),
    ],
)
def test_names_alone(one: str, other: str, expected: str) -> None:
    assert band({"company": one}, {"company": other}) == expected


def test_one_support_links_what_is_named_alike() -> None:
    a = {"company": "Adobe Inc.", "domain": "adobe.com"}
    assert band(a, {"company": "ADOBE SYSTEMS", "domain": "adobe.com"}) == "link"


def test_sisters_with_one_domain_are_near_and_not_the_same() -> None:
    a = {"company": "Acme Germany", "domain": "acme.com", "country": "DE"}
    b = {"company": "Acme France", "domain": "acme.com", "country": "FR"}
    assert REVIEW - 100 < company_likeness(a, b).score < LINK


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"company": "Kappachem Software S.L."}, {"company": "Kappachem Holding"}),
        ({"company": "Nordchem Engineering plc"}, {"company": "Nordchem Foods Ltd"}),
        ({"company": "Boreal Versicherung AG"}, {"company": "Boreal Logistik GmbH"}),
        ({"company": "Polarmed SARL", "country": "FR"}, {"company": "Polarmed UK Inc.", "country": "GB"}),
    ],
)
def test_sisters_of_another_trade_or_land_are_never_linked_by_what_a_group_shares(
    one: dict[str, Value], other: dict[str, Value]
) -> None:
    """One domain, one house, one switchboard: Acme Foods was linked to Acme Engineering."""
    shared: dict[str, Value] = {"domain": "kappachem.example", "city": "Vigo", "phone": "+34912345678"}
    assert company_likeness(one | shared, other | shared).score < LINK


def test_one_trade_in_two_tongues_or_left_out_is_no_sister() -> None:
    shared: dict[str, Value] = {"domain": "boreal.example", "city": "Ulm"}
    for one, other in (
        ("Boreal Logistik GmbH", "Boreal Logistics"),
        ("Boreal Foods Ltd", "Boreal"),
        ("Boreal Consulting", "Boreal Beratung AG"),
    ):
        assert band({"company": one} | shared, {"company": other} | shared) == "link"


NAMES = st.sampled_from(
    ["Acme", "ACME GmbH", "Acme Rockets", "Acme Germany", "Acme France", "Rockets of Acme", "IBM", "3M", "", "Super Micro",
     "Supermicro", "International Business Machines", "大众汽车", "The Company"]
)  # fmt: skip
FACTS = st.fixed_dictionaries(
    {"company": NAMES},
    optional={
        "domain": st.sampled_from(["acme.com", "acme.de", "ibm.com"]),
        "phone": st.sampled_from(["+14155550123", "5550123"]),
        "street": st.sampled_from(["12 Main Street", "12 Main St, Portland"]),
        "city": st.sampled_from(["Portland", "Berlin"]),
        "country": st.sampled_from(["DE", "US"]),
    },
)


@settings(max_examples=300, deadline=None)
@given(FACTS, FACTS)
def test_it_does_not_matter_who_comes_first_nor_in_which_order_fields_stand(
    a: dict[str, Value], b: dict[str, Value]
) -> None:
    found = company_likeness(a, b)
    assert company_likeness(b, a) == found
    assert company_likeness(dict(reversed(a.items())), b) == found


@settings(max_examples=200, deadline=None)
@given(FACTS)
def test_keys_are_few(a: dict[str, Value]) -> None:
    assert len(block_keys(a, "company")) <= 8
