"""What the shipped checks take for junk, and what they leave alone that only looks like it."""

from datetime import UTC, datetime

import pytest

from firstright.core.deriving import Deriving
from firstright.core.junk import CHECKS, SHIPPED, JunkChecks
from firstright.core.lead import Value
from firstright.core.wording import Spoken

OURS = JunkChecks(SHIPPED.ids, ("northwind.example",))

JUNK: list[tuple[str, dict[str, Value]]] = [
    ("own-staff", {"email": "ada@northwind.example", "email_domain": "northwind.example"}),
    ("own-staff", {"email": "ada@mail.northwind.example", "email_domain": "mail.northwind.example"}),
    ("test-address", {"email": "test@acme.example"}),
    ("test-address", {"email": "test12@acme.example"}),
    ("test-address", {"email": "test+form@acme.example"}),
    ("test-address", {"email": "asdf@asdf.example"}),
    ("test-name", {"first_name": "Test", "last_name": "Test", "company": "Acme"}),
    ("test-name", {"first_name": "TEST", "last_name": "User 1"}),
    ("test-name", {"name": "Prueba"}),
    ("test-name", {"company": "Test", "email": "kim@acme.example"}),
    ("test-message", {"name": "Kim Lee", "message": "Test test TEST!"}),
    ("test-message", {"name": "Kim Lee", "message": "This is a test - please ignore."}),
    ("test-message", {"message": "Dies ist ein Test"}),
    ("test-message", {"message": "テスト"}),
    ("keyboard-mash", {"first_name": "asdf", "last_name": "qwerty"}),
    ("keyboard-mash", {"name": "sdfsdfsdf"}),
    ("keyboard-mash", {"name": "xxxxx"}),
    ("keyboard-mash", {"company": "asdasd", "message": "fghj"}),
    ("link-spam", {"message": "Great [url=http://x.example]site[/url]"}),
    ("link-spam", {"message": 'See <a href="http://x.example">this</a>'}),
    ("link-spam", {"message": "http://a.example http://b.example/x http://c.example/y now"}),
    ("link-spam", {"message": "The best online casino is here: https://x.example"}),
    (
        "vendor-offer",
        {"message": "Hi, I came across your website and we offer SEO and link building at low prices."},
    ),
    (
        "vendor-offer",
        {"message": "I would love to publish a guest post on your blog, with one dofollow link"},
    ),
    ("vendor-offer", {"message": "Wir bieten Suchmaschinenoptimierung für Ihre Website an."}),
    ("job-seeker", {"message": "Please find my resume and let me know"}),
    ("job-seeker", {"message": "Hiermit bewerbe ich mich um die Stelle als Monteur."}),
    ("job-seeker", {"message": "Bonjour, je vous envoie mon CV"}),
    ("job-seeker", {"topic": "Careers"}),
    ("job-seeker", {"title": "Job seeker"}),
    ("student", {"title": "Student"}),
    ("student", {"title": "Étudiante"}),
    ("student", {"message": "I am a student at ETH and need data for my thesis on robots"}),
    ("student", {"message": "Für meine Masterarbeit suche ich Zahlen"}),
]

NEAR_MISSES: list[dict[str, Value]] = [
    {"company": "Test Automation GmbH", "name": "Kim Lee", "email": "kim@testautomation.example"},
    {"company": "Stiftung Warentest", "email": "presse@test.example"},
    {"company": "Student Housing Ltd", "title": "Head of Student Services"},
    {"company": "Spam Experts", "message": "We fight spam. Can we see a demo?"},
    {"email": "testa.rossi@acme.example", "name": "Testa Rossi"},
    {"email": "contest@acme.example"},
    {"email": "kim@northwind-partners.example", "email_domain": "northwind-partners.example"},
    {"first_name": "Marie", "last_name": "Test"},
    {"name": "Azer Trew", "company": "DFG"},
    {"name": "Reza Hjelm"},
    {"name": "Kim Lee", "company": "Acme", "message": "asdf"},  # lazy, and real
    {"company": "ASDF GmbH", "message": "We look for an arm"},
    {"message": "We run a test bench and want to test your arm. Test it with us?"},
    {"message": "Our site is https://acme.example/shop", "domain": "acme.example"},
    {
        "message": "See https://a.example, https://b.example and https://c.example for what we use today; we want to move."
    },
    {"message": "We run an online casino, see https://lucky.example", "domain": "lucky.example"},
    {"message": "We offer SEO services to our clients and would like a demo of your platform"},
    {"message": "We are a link building agency. What does your product cost?"},
    {"message": "Your website says you ship to Norway. We provide robots to schools; can we get a quote?"},
    {"message": "I found your site. Do you have arms for link chains?"},
    {"message": "We get 500 job applications a month and need software for candidates' resumes"},
    {"message": "I am looking for a job scheduling tool"},
    {"message": "I am looking for work order software"},
    {"message": "We're open to work with a reseller"},
    {"message": "Ich suche einen Job-Scheduler"},
    {"message": "I am a student advisor and we need two rovers"},
    {"message": "My thesis is that your arm would pay for itself"},
    {"title": "Student Success Manager"},
    {"title": "Dean of Students", "message": "For our students' lab"},
    {"topic": "Career fair robots"},
    {"message": "How do I ignore a fault?"},
    {},
]


@pytest.mark.parametrize(("check", "facts"), JUNK)
def test_junk_is_found_by_the_check_that_is_meant_for_it(check: str, facts: dict[str, Value]) -> None:
    found = OURS.find(Spoken(facts))
    assert found is not None
    assert found.id == check


@pytest.mark.parametrize("facts", NEAR_MISSES)
def test_what_only_looks_like_junk_is_left_alone(facts: dict[str, Value]) -> None:
    assert OURS.find(Spoken(facts)) is None


def test_every_check_is_shown_by_an_example() -> None:
    assert {check for check, _ in JUNK} == set(CHECKS)


def test_a_throw_away_mailbox_is_no_junk() -> None:
    assert OURS.find(Spoken({"email": "kim@mailinator.example", "email_kind": "disposable"})) is None


def test_checks_that_are_switched_off_find_nothing() -> None:
    assert JunkChecks(("student",)).find(Spoken({"email": "test@acme.example"})) is None
    assert JunkChecks().find(Spoken({"title": "student"})) is None


def test_our_own_domains_are_nobodys_unless_somebody_names_them() -> None:
    assert SHIPPED.find(Spoken({"email_domain": "northwind.example"})) is None


def test_every_field_a_check_looks_at_is_known_beforehand() -> None:
    deriving = Deriving((), checks=OURS)
    asked: set[str] = set()

    class Noting(dict[str, Value]):
        def get(self, name: str, default: object = None) -> object:  # type: ignore[override]  # notes who is asked for
            asked.add(name)
            return super().get(name)

    for _, facts in JUNK:
        OURS.find(Spoken(Noting(facts)))
    for facts in NEAR_MISSES:
        OURS.find(Spoken(Noting(facts)))
    assert asked == deriving.reads
    assert deriving.derived({}, datetime(2026, 3, 2, tzinfo=UTC)) == {}
