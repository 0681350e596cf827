"""How a lead came is read from what it said when it came, and the sort of a page from the words of its address."""

from datetime import UTC, datetime

import pytest

from firstright.core.attribution import SORTS, Came, came, page_sort

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "sort"),
    [
        ("https://ours.example/", "home"),
        ("ours.example", "home"),
        ("https://ours.example/de", "home"),
        ("https://ours.example/en/index", "home"),
        ("https://ours.example/de/preise?utm_source=x", "pricing"),
        ("https://ours.example/book-a-demo", "demo"),
        ("/contact-us", "contact"),
        ("https://ours.example/blog/how-we-do-pricing", "pricing"),
        ("https://ours.example/blog/robots-at-work", "content"),
        ("https://ours.example/karriere/monteur", "careers"),
        ("https://ours.example/lp/spring-fair", "campaign"),
        ("https://ours.example/products/arm", "product"),
        ("https://ours.example/vorf%C3%BChrung", "demo"),
        ("https://ours.example/about", "other"),
        ("https://[broken", "other"),
    ],
)
def test_the_sort_of_a_page(url: str, sort: str) -> None:
    assert page_sort(url) == sort
    assert sort in SORTS


def test_what_an_arrival_says_of_itself() -> None:
    facts: dict[str, str | int | bool | tuple[str, ...]] = {
        "source": "website",
        "medium": "cpc",
        "campaign": "spring",
        "channel": "paid-search",
        "landing_page": "https://ours.example/pricing",
        "pages": ("/", "/pricing"),
        "offer": "guide",
        "topic": "robots",
        "intent": "pricing",
        "intent_by": "pricing-page",
        "employees": 5,
    }
    assert came("a1", AT, "web", "created", facts) == Came(
        arrival="a1",
        at=AT,
        source="website",
        label="created",
        medium="cpc",
        campaign="spring",
        channel="paid-search",
        landing_page="https://ours.example/pricing",
        landing="pricing",
        pages=("/", "/pricing"),
        offer="guide",
        topic="robots",
        intent="pricing",
        intent_by="pricing-page",
    )


def test_without_facts_it_says_who_sent_it_and_when() -> None:
    assert came("a1", AT, "web", "pending", {}) == Came("a1", AT, "web", "pending")
