"""What others have written down about e-mail, phones, suffixes, referrers and company names, beside what we make of it.

Every disagreement is listed, exactly; docs/data-quality.md argues each. Vectors that are not beside this repository are skipped;
our own, in the other tests of this folder, are not.
"""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from firstright.core.clean.channel import came
from firstright.core.clean.company import company_key
from firstright.core.clean.domain import mail_kind, registrable
from firstright.core.clean.email import Email, read_email
from firstright.core.clean.mailhint import email_hint
from firstright.core.clean.phone import Phone, read_phone
from firstright.core.clean.places import country_code
from firstright.core.clean.tables import DISPOSABLE, FREE_MAIL, MAIL_ENDINGS, MAIL_HOSTS, ZONES

DATA = Path(__file__).parents[4] / "shared" / "data"
VECTORS = DATA / "vectors"
needs_vectors = pytest.mark.skipif(
    not VECTORS.is_dir(), reason="../shared/data is not beside this repository"
)

# One number for a numbering plan of several countries: free, premium and personal numbers of +1 are nobody's (""), those of
# +44 are the United Kingdom's; and the small places whose ranges are their neighbour's.
_PLAN = "TOLL_FREE PREMIUM_RATE PERSONAL_NUMBER"
OTHER_COUNTRY = {
    **dict.fromkeys(re.findall(r"..", "AGAIASBBBMBSCADMDOGDGUJMKNKYLCMPMSPRSXTCTTUSVCVGVI"), ("", _PLAN)),
    "AX": ("FI", "MOBILE TOLL_FREE PREMIUM_RATE UAN"),
    "BL": ("GP", "MOBILE TOLL_FREE PREMIUM_RATE VOIP"),
    "CC": ("AU", "MOBILE TOLL_FREE PREMIUM_RATE SHARED_COST VOIP"),
    "CX": ("AU", "MOBILE TOLL_FREE PREMIUM_RATE SHARED_COST VOIP"),
    "EH": ("MA", "FIXED_LINE MOBILE TOLL_FREE PREMIUM_RATE VOIP"),
    "GG": ("GB", "TOLL_FREE PREMIUM_RATE VOIP PERSONAL_NUMBER PAGER UAN"),
    "IM": ("GB", "MOBILE TOLL_FREE PREMIUM_RATE VOIP PERSONAL_NUMBER UAN"),
    "JE": ("GB", "TOLL_FREE PREMIUM_RATE VOIP PERSONAL_NUMBER PAGER UAN"),
    "KZ": ("RU", _PLAN),
    "MF": ("GP", "MOBILE TOLL_FREE PREMIUM_RATE VOIP"),
    "SJ": ("NO", "MOBILE TOLL_FREE PREMIUM_RATE SHARED_COST VOIP PERSONAL_NUMBER UAN VOICEMAIL"),
    "VA": ("IT", "MOBILE TOLL_FREE PREMIUM_RATE SHARED_COST VOIP PERSONAL_NUMBER VOICEMAIL"),
    "YT": ("RE", "TOLL_FREE"),
}
# Ranges in which fixed lines and mobiles share numbers: the example stands for one of them, the number for both.
EITHER = (
    "CA FIXED_LINE,CA MOBILE,CL MOBILE,DK FIXED_LINE,DO FIXED_LINE,DO MOBILE,FM FIXED_LINE,FM MOBILE,GU FIXED_LINE,GU MOBILE,"
    "IN FIXED_LINE,JM FIXED_LINE,MP FIXED_LINE,MP MOBILE,MU FIXED_LINE,MX MOBILE,PM FIXED_LINE,PR FIXED_LINE,PR MOBILE,"
    "TN FIXED_LINE,US FIXED_LINE,US MOBILE,UZ FIXED_LINE,VI FIXED_LINE,VI MOBILE,WF FIXED_LINE"
)
KINDS = {
    "MOBILE": "mobile",
    "FIXED_LINE": "fixed",
    "FIXED_LINE_OR_MOBILE": "fixed-or-mobile",
    "TOLL_FREE": "toll-free",
    "PREMIUM_RATE": "premium",
    "SHARED_COST": "premium",
    "VOIP": "voip",
}
MEDIA = {
    "search": {"organic-search"},
    "social": {"social"},
    "email": {"email"},
    "paid": {"display"},
    "chatbot": {"ai-assistant"},
}


def numbers() -> list[dict[str, str]]:
    with (VECTORS / "phones" / "example_numbers.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def addresses() -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((VECTORS / "email" / "isemail_tests.json").read_text("utf-8"))
    return found


@needs_vectors
def test_addresses_are_judged_as_isemail_does_but_for_what_no_form_means() -> None:
    """Refused beyond the errors: quoted local parts, comments, folding blanks and literals, which no customer has."""
    controls = {0x2400 + code: code for code in range(32)}  # the file shows controls as their pictures
    taken = Counter(
        row["category"]
        for row in addresses()
        if isinstance(read_email(row["address"].translate(controls)), Email)
    )
    every = Counter(row["category"] for row in addresses())
    assert {name: (taken[name], n) for name, n in every.items()} == {
        "ISEMAIL_ERR": (0, 66),
        "ISEMAIL_VALID_CATEGORY": (13, 14),
        "ISEMAIL_DNSWARN": (8, 8),
        "ISEMAIL_RFC5321": (0, 16),
        "ISEMAIL_RFC5322": (0, 30),
        "ISEMAIL_DEPREC": (0, 20),
        "ISEMAIL_CFWS": (0, 10),
    }
    good = [row["address"] for row in addresses() if row["category"] == "ISEMAIL_VALID_CATEGORY"]
    assert [address for address in good if not isinstance(read_email(address), Email)] == ["test@io"]


@needs_vectors
def test_misspelt_addresses_are_hinted_at_as_mailcheck_does() -> None:
    cases = json.loads((VECTORS / "email" / "mailcheck_suggest.json").read_text("utf-8"))["cases"]
    differ = []
    for case in cases:
        read = read_email(case["input"])
        hint = email_hint(read.address) if isinstance(read, Email) else None
        domain = hint.rpartition("@")[2] if hint else False
        if domain != case["expected"]:
            differ.append((case["input"], case["expected"], domain))
    assert len(cases) == 20
    assert differ == [
        ("test@emaildomain.co", "emaildomain.com", False),  # a provider only in that test's own list
        ("test@#gmail.com", "gmail.com", False),  # no address at all: the problem says so
    ]


@needs_vectors
def test_example_numbers_are_read_back_with_their_country_and_kind() -> None:
    elsewhere: dict[str, tuple[str, list[str]]] = {}
    either = []
    for row in numbers():
        read = read_phone(row["international"], "")
        assert isinstance(read, Phone) and read.e164 == row["e164"]
        owner = "" if row["region"] == "001" else row["region"]
        if read.country != owner and (row["region"], row["type"]) != ("MF", "FIXED_LINE"):
            elsewhere.setdefault(row["region"], (read.country, []))[1].append(row["type"])
        if read.kind != KINDS.get(row["type"], "other"):
            assert read.kind == "fixed-or-mobile"
            either.append(f"{row['region']} {row['type']}")
    assert {
        region: (country, " ".join(types)) for region, (country, types) in elsewhere.items()
    } == OTHER_COUNTRY
    assert ",".join(either) == EITHER


@needs_vectors
def test_a_number_has_the_one_zone_it_can_be_in_or_none() -> None:
    differ = []
    for row in numbers():
        read = read_phone(row["international"], "")
        assert isinstance(read, Phone)
        possible = {ZONES.get(zone.lower(), "") for zone in row["possible_timezones"].split("|")}
        if read.zone not in possible and (read.zone or len(possible) == 1):
            differ.append((row["e164"], possible, read.zone))
    assert differ == []


@needs_vectors
def test_numbers_as_dialled_at_home_are_never_read_as_others() -> None:
    at_home = [
        (row["e164"], read_phone(row["national"], row["region"]))
        for row in numbers()
        if row["region"] != "001"
    ]
    assert [want for want, got in at_home if not (isinstance(got, Phone) and got.e164 == want)] == []


@needs_vectors
@pytest.mark.parametrize("name", ["test_psl.txt", "tests.txt"])
def test_the_public_suffix_lists_own_vectors_hold(name: str) -> None:
    lines = (VECTORS / "public_suffix" / name).read_text("utf-8").splitlines()
    if name == "test_psl.txt":
        called = [
            re.fullmatch(r"checkPublicSuffix\('([^']*)', (?:'([^']*)'|null)\);", line) for line in lines
        ]
        cases = [(case[1], case[2]) for case in called if case]
    else:
        rows = [line.split() for line in lines if line and not line.startswith("//")]
        cases = [(host, None if owned == "null" else owned) for host, owned in rows if host != "null"]
    assert len(cases) > 70
    assert [(host, registrable(host)) for host, _ in cases] == [
        (host, owned and owned.lower()) for host, owned in cases
    ]


@needs_vectors
def test_referrers_are_told_as_snowplow_tells_them() -> None:
    cases = json.loads((VECTORS / "attribution" / "referer-tests.json").read_text("utf-8"))
    differ = []
    for case in cases:
        found = came({"referrer": case["uri"]})
        term = case["term"].strip() if case["term"] else None
        same = found.get("channel") in MEDIA[case["medium"]] and found.get("referrer_site") == case["source"]
        if not same or found.get("term") != term:
            differ.append(case["spec"])
    assert len(cases) == 118
    assert differ == []


@needs_vectors
def test_no_page_of_snowplows_own_table_is_taken_for_another_sort_but_six_we_mean_so() -> None:
    """A page we do not know is a referral; its table has 2,506 hosts, many of engines that are gone."""
    text = (DATA / "reference" / "attribution" / "referers.yml").read_text("utf-8")
    medium, key, hosts = "", "", []
    for line in text.splitlines():
        if found := re.fullmatch(r"(\w+):\s*", line):
            medium = found[1]
        elif found := re.fullmatch(r" +(domains|parameters):\s*", line):
            key = found[1]
        elif key == "domains" and (found := re.fullmatch(r" +- [\"']?([^\s\"']+)[\"']?\s*(?:#.*)?", line)):
            hosts.append((medium, found[1]))
    said = [(sort, host, str(came({"referrer": f"https://{host}/"})["channel"])) for sort, host in hosts]
    differ = [each for each in said if each[2] not in MEDIA.get(each[0], set()) | {"referral"}]
    assert differ == [
        ("social", "youtube.com", "video"),
        ("social", "youtu.be", "video"),
        ("social", "vimeo.com", "video"),
        ("search", "digg.com", "social"),
        ("search", "inbox.com/search/", "email"),
        ("search", "mail.ru", "email"),
    ]
    assert Counter(sort for sort, _ in hosts) == {
        "search": 2_108, "social": 154, "email": 119, "paid": 84, "unknown": 30, "chatbot": 11,
    }  # fmt: skip
    same = Counter(sort for sort, _, channel in said if channel in MEDIA.get(sort, set()))
    assert same == {"search": 1_666, "social": 98, "email": 112, "paid": 57, "chatbot": 11}


@needs_vectors
def test_company_names_lose_their_legal_form_and_nothing_else() -> None:
    path = VECTORS / "company_names" / "cleanco_companies_country.csv"
    rows = [line.rsplit(";", 1) for line in path.read_text("utf-8").splitlines() if line.strip()]
    assert len(rows) == 1_320
    forms = re.compile(
        r"\b(?:a ?g|a/s|asa?|b\.?v|corp|corporation|gmbh|inc|incorporated|kgaa|limited|llc|ltda?|n\.?v|oyj?|plc|pte|s\.?a|s\.?p\.?a"
        r"|s\.?r\.?l|s\.?e|tbk|ojsc|c\.?a|rt)\.?$",
        re.IGNORECASE,
    )
    left = [name for name, _ in rows if forms.search(company_key(name))]
    assert left == ["Corimon C.A."]  # a form of Venezuela, and California to everybody else
    assert [name for name, _ in rows if not company_key(name)] == []
    assert [(name, key) for name, _ in rows if company_key(key := company_key(name)) != key] == []
    assert {land for _, land in rows if not isinstance(country_code(land), str)} == {
        "Neth. Antilles"
    }  # gone since 2010
    assert [company_key(name) for name in ("A B Volvo", "A B SKF", "A.O. Tatneft", "P.T. Indosat Tbk")] == [
        "volvo",
        "skf",
        "tatneft",
        "indosat",
    ]


@needs_vectors
def test_throw_away_mail_is_known_and_people_keep_three_that_are_listed() -> None:
    text = (DATA / "reference" / "email_domains" / "disposable_blocklist.conf").read_text("utf-8")
    listed = {line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")}
    assert {domain for domain in listed if mail_kind(domain) != "disposable"} == {
        "21cn.com",
        "mail.by",
        "sify.com",
    }


def test_free_and_throw_away_mail_share_no_domain_and_know_what_lists_forget() -> None:
    assert set() == FREE_MAIL & DISPOSABLE
    assert {
        mail_kind(domain) for domain in ("proton.me", "btinternet.com", "hey.com", "gmx.at", "yahoo.co.jp")
    } == {"free"}
    assert {mail_kind(domain) for domain in ("acme.com", "siemens.de", "post.ch")} == {"business"}


def test_endings_that_are_corrected_are_no_top_level_domains() -> None:
    assert [
        ending for ending in MAIL_ENDINGS if registrable(f"acme.co.{ending}") == f"acme.co.{ending}"
    ] == []
    assert [host for host in MAIL_HOSTS if email_hint(f"ann@{host}")] == []
