"""The keys by which a lead may be somebody we know."""

import csv
from pathlib import Path

import pytest

from firstright.core.clean.company import company_key
from firstright.core.clean.normalize import normalize
from firstright.core.matchkeys import match_keys

FIRMS = Path(__file__).parents[3] / "shared/data/vectors/company_names/cleanco_companies_country.csv"


def test_keys_come_strongest_first() -> None:
    facts = normalize(
        {
            "external_id": "00Q1",
            "email": "Ann@Acme.com",
            "phone": "+1 415 555 2671",
            "last_name": "O'Müller",
            "company": "Acme, Inc.",
        }
    ).facts
    assert match_keys(facts, "salesforce") == (
        ("external", "salesforce:00Q1"),
        ("email", "ann@acme.com"),
        ("phone", "+14155552671|omuller"),
        ("domain", "acme.com"),
    )


def test_free_mail_has_no_domain_key_and_a_phone_without_a_name_is_no_key() -> None:
    facts = normalize({"email": "ann@gmail.com", "phone": "+1 415 555 2671"}).facts
    assert match_keys(facts) == (("email", "ann@gmail.com"),)


def test_an_id_belongs_to_its_source_and_a_colon_cannot_borrow_another() -> None:
    assert match_keys({"external_id": "c", "source": "a:b"}) == (("external", "a%3Ab:c"),)
    assert match_keys({"external_id": "b:c", "source": "a"}) == (("external", "a:b:c"),)


def test_spelling_of_a_last_name_does_not_matter() -> None:
    keys = {
        match_keys({"phone": "+4930901820", "last_name": name})
        for name in ("M\u00fcller", "Mu\u0308ller", "MULLER", "muller")
    }
    assert keys == {(("phone", "+4930901820|muller"),)}


def test_nobody_known_has_no_keys() -> None:
    assert match_keys({}) == ()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Acme GmbH & Co. KG", "acme"),
        ("ACME G.m.b.H.", "acme"),
        ("The Acme Company", "acme"),
        ("Acme Co., Ltd.", "acme"),
        ("Müller & Söhne GmbH", "muller and sohne"),
        ("A B Volvo", "volvo"),
        ("AB Volvo", "volvo"),
        ("A/S Steamship Company Torm", "steamship company torm"),
        ("Petróleo Brasileiro S.A.", "petroleo brasileiro"),
        ("Grupo Bimbo, S.A.B. de C.V.", "grupo bimbo"),
        ("Orlen Sp. z o.o.", "orlen"),
        ("J.P. Morgan", "jp morgan"),
        ("Atlassian Pty Ltd", "atlassian"),
        ("AG", "ag"),
        ("Limited", "limited"),
        ("株式会社", "株式会社"),
        ("", ""),
    ],
)
def test_a_company_is_known_by_its_name_without_the_legal_form(name: str, key: str) -> None:
    assert company_key(name) == key


@pytest.mark.skipif(not FIRMS.is_file(), reason="../shared/data is not beside this repository")
def test_real_firms_keep_a_name_and_lose_the_common_forms() -> None:
    with FIRMS.open(encoding="utf-8") as file:
        names = [row[0] for row in csv.reader(file, delimiter=";") if row]
    keys = [company_key(name) for name in names]
    assert len(keys) > 1_000
    assert [name for name, key in zip(names, keys, strict=True) if not key] == []
    forms = {"inc", "ltd", "limited", "plc", "gmbh", "corp", "corporation", "llc"}
    assert [key for key in keys if " " in key and key.rpartition(" ")[2] in forms] == []
