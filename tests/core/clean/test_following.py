"""What follows from other facts, what no table knows, and what goes when its field changes."""

from typing import cast

import pytest

from firstright.core.clean.following import stale
from firstright.core.clean.jobtitle import Standing, standing
from firstright.core.clean.normalize import normalize


@pytest.mark.parametrize(
    ("title", "seniority", "function"),
    [
        ("Geschäftsführer", "c-level", "executive"),
        ("Directeur commercial", "director", "sales"),
        ("Jefe de compras", "manager", "procurement"),
        ("Head of IT", "director", "it"),
        ("VP Sales", "vp", "sales"),
        ("Vice President", "vp", "executive"),
        ("President", "c-level", "executive"),
        ("CFO", "c-level", "finance"),
        ("Chief Revenue Officer", "c-level", "sales"),
        ("Co-Founder & CEO", "owner", "executive"),
        ("CTO & Co-founder", "owner", "engineering"),
        ("Assistant to the CEO", "staff", "executive"),
        ("Assistenz der Geschäftsführung", "staff", "executive"),
        ("Vertriebsleiterin", "director", "sales"),
        ("Leiter Einkauf", "director", "procurement"),
        ("IT-Leiter", "director", "it"),
        ("Abteilungsleiter Produktion", "manager", "operations"),
        ("Prokurist", "director", ""),
        ("Sachbearbeiterin Buchhaltung", "staff", "finance"),
        ("Personalreferentin", "staff", "hr"),
        ("Product Marketing Manager", "manager", "marketing"),
        ("Sr. Manager, Customer Success", "manager", "support"),
        ("Account Executive", "staff", "sales"),
        ("Junior Product Manager", "junior", "product"),
        ("Marketing Intern", "junior", "marketing"),
        ("Werkstudentin Marketing", "student", "marketing"),
        ("Directrice des ressources humaines", "director", "hr"),
        ("PDG", "c-level", "executive"),
        ("Gerente general", "c-level", "executive"),
        ("Responsabile acquisti", "manager", "procurement"),
        ("Diretor Comercial", "director", "sales"),
        ("Inköpschef", "director", "procurement"),
        ("Kierownik działu zakupów", "director", "procurement"),
        ("Генеральный директор", "c-level", "executive"),
        ("営業部長", "director", "sales"),
        ("Managing Director", "c-level", "executive"),
        ("Executive Vice President, Finance", "vp", "finance"),
        ("HR Business Partner", "staff", "hr"),
        ("Partner", "owner", "executive"),
        ("Software Engineer", "staff", "engineering"),
        ("Chief Happiness Wizard", "c-level", "executive"),
        ("Ninja", "", ""),
    ],
)
def test_a_title_says_how_high_it_stands_and_what_it_is_about(
    title: str, seniority: str, function: str
) -> None:
    assert standing(title) == Standing(seniority, function)


def test_a_title_nobody_knows_stays_without_and_waits_for_a_mapping() -> None:
    found = normalize({"title": "Ninja"})
    assert (found.facts, found.problems, found.unmapped) == (
        {"title": "Ninja"},
        (),
        (("seniority", "Ninja"),),
    )
    mapped = normalize(
        {"title": "Ninja"}, synonyms={"seniority": {"ninja": "staff"}, "function": {"ninja": "it"}}
    )
    assert mapped.facts == {"title": "Ninja", "seniority": "staff", "function": "it"}
    assert mapped.unmapped == ()


def test_what_was_sent_goes_before_what_follows() -> None:
    facts = normalize({"title": "VP Sales", "seniority": "Director", "function": "Marketing"}).facts
    assert facts == {"title": "VP Sales", "seniority": "director", "function": "marketing"}


@pytest.mark.parametrize(
    ("written", "name", "sector"),
    [
        ("COMPUTER_SOFTWARE", "Software", "Technology"),
        ("Logiciel", "Software", "Technology"),
        ("Finanzdienstleistungen", "Financial Services", "Financial Services"),
        ("541511", "Professional Services", "Professional Services"),
        ("31-33", "Manufacturing", "Manufacturing"),
        ("62: Health Care", "Healthcare", "Healthcare"),
        ("Information Technology", "Technology", "Technology"),
        ("Automobilindustrie", "Automotive", "Automotive"),
        ("Chemical Industry", "Chemicals", "Materials"),
        ("IT / Consulting", "IT Services", "Technology"),
        ("Handel; Logistik", "Retail", "Retail"),
        ("Hospital & Health Care", "Hospitals", "Healthcare"),
    ],
)
def test_industries_have_one_name_and_a_sector(written: str, name: str, sector: str) -> None:
    assert normalize({"industry": written}).facts == {"industry": name, "sector": sector}


def test_an_unknown_industry_stays_as_written_and_is_told_unless_the_policy_chose_the_word() -> None:
    found = normalize({"industry": "Technolgy"})
    assert (found.facts, found.unmapped) == ({"industry": "Technolgy"}, (("industry", "Technolgy"),))
    ours = {"industry": {"technolgy": "Key vertical"}}
    mapped = normalize({"industry": "Technolgy"}, synonyms=ours)
    assert (mapped.facts, mapped.unmapped) == ({"industry": "Key vertical"}, ())


@pytest.mark.parametrize(
    ("raw", "unmapped"),
    [
        ({"country": "Germny"}, (("country", "Germny"),)),
        ({"country": "US", "state": " Kalifornia  North "}, (("state", "Kalifornia North"),)),
        ({"language": "Klingonish"}, (("language", "Klingonish"),)),
        ({"zone": "CST"}, (("zone", "CST"),)),
        ({"employees": "SME"}, (("employees", "SME"),)),
        ({"channel": "carrier pigeon"}, (("channel", "carrier pigeon"),)),
        ({"employees": -5}, ()),
        ({"email": "ann@"}, ()),
        ({"city": "Nowhere"}, ()),
    ],
)
def test_only_what_a_mapping_would_mend_is_unmapped(
    raw: dict[str, object], unmapped: tuple[tuple[str, str], ...]
) -> None:
    assert normalize(raw).unmapped == unmapped


@pytest.mark.parametrize(
    ("said", "employees", "band"),
    [
        ("1,001-5,000", 1001, "1001-5000"),
        ("10-50", 10, "11-50"),
        ("<50", 0, "11-50"),
        ("200+", 200, "201-500"),
        ("10k+", 10_000, "10001+"),
        ("zwischen 50 und 100", 50, "51-200"),
        ("de 10 a 49 empleados", 10, "11-50"),
        ("100人", 100, "51-200"),
        (1, 1, "1"),
    ],
)
def test_a_range_is_in_the_band_of_its_middle(said: object, employees: int, band: str) -> None:
    assert normalize({"employees": said}).facts == {"employees": employees, "employees_band": band}


@pytest.mark.parametrize(
    ("said", "revenue", "band"),
    [
        ("2.5 Cr", 25_000_000, "10M-50M"),
        ("€5m", 5_000_000, "1M-10M"),
        ("<$1M", 0, "<1M"),
        ("$1bn+", 1_000_000_000, "1B+"),
        ("5億円", 500_000_000, "250M-1B"),
        ("1,5 Mio €", 1_500_000, "1M-10M"),
        (999_999, 999_999, "<1M"),
        (1_000_000, 1_000_000, "1M-10M"),
    ],
)
def test_revenue_has_a_band_too(said: object, revenue: int, band: str) -> None:
    assert normalize({"revenue": said}).facts == {"revenue": revenue, "revenue_band": band}


def test_nobody_is_in_no_band() -> None:
    assert normalize({"employees": 0}).facts == {"employees": 0}


def test_what_followed_from_a_value_goes_with_it() -> None:
    facts = normalize({"title": "VP Sales", "industry": "Software", "employees": "50-100"}).facts
    assert stale(facts, {"title": "Ninja"}) == {"seniority", "function"}
    assert stale(facts, {"title": "VP Sales"}) == set()
    assert stale(facts, normalize({"title": "CFO"}).facts) == set()
    assert stale(facts, {"industry": "Key vertical", "employees": 0}) == {"sector", "employees_band"}


def test_pages_are_bounded_and_the_newest_stay() -> None:
    pages = [f"/{number}" for number in range(60)]
    assert normalize({"pages": pages}).facts == {"pages": tuple(pages[10:])}
    assert normalize({"pages": "/a | /b|/a", "downloads": ["x.pdf"]}, texts=True).facts == {
        "pages": ("/a", "/b"),
        "downloads": ("x.pdf",),
    }
    assert cast("tuple[str, ...]", normalize({"pages": "/pricing"}).facts["pages"]) == ("/pricing",)
