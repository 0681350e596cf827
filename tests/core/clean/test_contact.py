"""E-mail, phone, domain: the values by which we find somebody again."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from firstright.core.clean.email import Email, judged, read_email
from firstright.core.clean.normalize import normalize
from firstright.core.clean.phone import Phone, read_phone
from firstright.core.clean.problem import Refusal


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Ann@Acme.COM", Email("ann@acme.com", "acme.com", "business", False)),
        ("mailto:ann+offer@acme.com", Email("ann+offer@acme.com", "acme.com", "business", False)),
        ("info@acme.com", Email("info@acme.com", "acme.com", "role", False)),
        ("sales+eu@acme.com", Email("sales+eu@acme.com", "acme.com", "role", False)),
        ("info@gmail.com", Email("info@gmail.com", "gmail.com", "free", False)),
        ("a.n.n@yahoo.co.jp", Email("a.n.n@yahoo.co.jp", "yahoo.co.jp", "free", False)),
        ("x@sub.mailinator.com", Email("x@sub.mailinator.com", "sub.mailinator.com", "disposable", False)),
        ("ann@xn--bcher-kva.de", Email("ann@bücher.de", "bücher.de", "business", False)),
        ("ann@аpple.com", Email("ann@аpple.com", "аpple.com", "business", True)),
    ],
)
def test_an_address_is_lower_case_and_knows_its_kind(written: str, kept: Email) -> None:
    assert read_email(written) == kept


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("a@", "email.invalid"),
        ("@x", "email.invalid"),
        ("a b@x.de", "email.invalid"),
        ("a@x", "email.invalid"),
        ("a@b@c.de", "email.invalid"),
        ("ann@[10.0.0.1]", "email.invalid"),
        ("ann@localhost", "email.invalid"),
        ("Ann <ann@acme.com", "email.invalid"),
        ("<ann@acme.com> <bo@acme.com>", "email.invalid"),
        ("ann@acme.com or call", "email.invalid"),
        ("x" * 65 + "@acme.com", "email.length"),
        ("ann@" + "acme." * 60 + "com", "email.length"),
    ],
)
def test_what_is_no_address_says_why(written: str, code: str) -> None:
    refused = read_email(written)
    assert isinstance(refused, Refusal) and refused.code == code and refused.reason


def test_an_address_longer_than_any_line_is_still_called_too_long() -> None:
    assert [p.code for p in normalize({"email": "a@" + "b" * 3_000 + ".de"}).problems] == ["email.length"]
    assert [p.code for p in normalize({"phone": "1" * 3_000}).problems] == ["phone.unparseable"]


@pytest.mark.parametrize(
    ("raw", "domain"),
    [
        ({"email": "ann@mail.acme.co.uk"}, "acme.co.uk"),
        ({"email": "ann@acme.com", "website": "acme-group.com"}, "acme.com"),
        ({"email": "ann@gmail.com", "website": "https://www.acme-group.com"}, "acme-group.com"),
        ({"email": "ann@yopmail.com", "website": "gmail.com"}, None),
        ({"email": "ann@gmail.com"}, None),
        ({"website": "linkedin.com/company/acme"}, None),
        ({"website": "acme.myshopify.com"}, "acme.myshopify.com"),
        ({"website": "10.0.0.1"}, None),
    ],
)
def test_the_company_domain_is_the_one_it_owns(raw: dict[str, object], domain: str | None) -> None:
    assert normalize(raw).facts.get("domain") == domain


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("Acme.de", "acme.de"),
        ("https://www.Acme.de/x?y#z", "acme.de"),
        ("http://acme.de:8080", "acme.de"),
        ("//cdn.acme.io", "cdn.acme.io"),
        ("https://xn--bcher-kva.de", "bücher.de"),
        ("www.de", "www.de"),
    ],
)
def test_a_website_is_its_host(written: str, host: str) -> None:
    assert normalize({"website": written}).facts["website"] == host


@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)",
        "n/a",
        "none",
        "https://u:p@acme.de",
        "http://[::1",
        "acme.de:port",
        "a b.de",
        ".",
    ],
)
def test_what_is_no_web_address_is_a_problem(written: str) -> None:
    assert [p.code for p in normalize({"website": written}).problems] == ["website.invalid"]


@pytest.mark.parametrize(
    ("written", "region", "read"),
    [
        ("+49 (0)30/901820", "", Phone("+4930901820", "DE", "Europe/Berlin", "fixed")),
        ("030 901820", "DE", Phone("+4930901820", "DE", "Europe/Berlin", "fixed")),
        (
            "(415) 555-2671 ext. 12",
            "US",
            Phone("+14155552671", "US", "America/Los_Angeles", "fixed-or-mobile"),
        ),
        ("+1 415 555 2671", "DE", Phone("+14155552671", "US", "America/Los_Angeles", "fixed-or-mobile")),
        ("1-800-FLOWERS", "US", Phone("+18003569377", "", "", "toll-free")),
        ("0040 721 234 567", "CA", Phone("+40721234567", "RO", "Europe/Bucharest", "mobile")),
        ("0049 30 901820", "", Phone("+4930901820", "DE", "Europe/Berlin", "fixed")),
        ("+15551234567", "", Phone("+15551234567", "", "")),
        ("+800 1234 5678", "", Phone("+80012345678", "", "", "toll-free")),
        ("+91 98765 43210", "", Phone("+919876543210", "IN", "Asia/Kolkata", "mobile")),
    ],
)
def test_phones_become_e164_with_their_country_and_zone(written: str, region: str, read: Phone) -> None:
    assert read_phone(written, region) == read


@pytest.mark.parametrize(
    ("written", "region", "code"),
    [
        ("12345", "", "phone.needs_country"),
        ("12345", "DE", "phone.unparseable"),
        ("12345", "US", "phone.unparseable"),
        ("call me", "DE", "phone.unparseable"),
        ("call me", "", "phone.unparseable"),
        ("4" * 40, "DE", "phone.unparseable"),
        ("1-800-FLOWERS", "", "phone.needs_country"),
        ("+999 123456789", "DE", "phone.unparseable"),
    ],
)
def test_what_is_no_phone_says_why(written: str, region: str, code: str) -> None:
    refused = read_phone(written, region)
    assert isinstance(refused, Refusal) and refused.code == code and refused.reason


def test_a_phone_never_decides_the_country() -> None:
    assert normalize({"phone": "+49 30 901820"}).facts == {
        "phone": "+4930901820",
        "phone_country": "DE",
        "phone_zone": "Europe/Berlin",
        "phone_kind": "fixed",
    }


_ADDRESS_PARTS = st.sampled_from(
    ["ada", "Ada", "a", "9", "-", "--", "+", "_", ".", "..", "@", "@", "xn--", "x" * 63, "example", "com", "COM", "c", "test", "local",
     "ONION", "arpa", "co1", "münchen", "\u017f", "K", " ", "\n"]
)  # fmt: skip


@given(st.lists(_ADDRESS_PARTS, min_size=3, max_size=9).map("".join))
@example("ada@example.com\n")
@example("ada@example.TEST")
@example(f"ada@{'x' * 62}.de")
@example(f"ada@{'x' * 64}.de")
@settings(max_examples=600, deadline=None)
def test_a_plain_address_is_read_as_the_library_reads_it(text: str) -> None:
    assert len(text) > 254 or len(text.rpartition("@")[0]) > 64 or read_email(text) == judged(text)
