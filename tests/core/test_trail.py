"""What a lead did, kept as a fact: in order of time, bounded, and read back as it was written."""

from datetime import UTC, datetime, timedelta

from firstright.core.lead import Fact
from firstright.core.trail import MOST, Step, followed, steps_of

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_mara_visits_prices_and_fetches_a_paper() -> None:
    facts: dict[str, Fact] = {"name": "Mara"}
    facts |= followed(facts, Step(MONDAY + HOUR, "download", "guide to routing.pdf"))
    facts |= followed(facts, Step(MONDAY, "visit", "/pricing"))  # logged later
    assert facts == {
        "name": "Mara",
        "trail": (
            "2026-03-02T09:00:00Z visit /pricing",
            "2026-03-02T10:00:00Z download guide to routing.pdf",
        ),
        "engagement.count": 2,
        "engagement.last": "2026-03-02T10:00:00+00:00",
        "pages": ("/pricing",),
        "downloads": ("guide to routing.pdf",),
    }
    assert steps_of(facts) == (
        Step(MONDAY, "visit", "/pricing"),
        Step(MONDAY + HOUR, "download", "guide to routing.pdf"),
    )


def test_the_newest_steps_are_kept_and_all_are_counted() -> None:
    facts: dict[str, Fact] = {}
    for hour in range(MOST + 5):
        facts |= followed(facts, Step(MONDAY + hour * HOUR, "click"))
    assert [step.at for step in steps_of(facts)] == [MONDAY + hour * HOUR for hour in range(5, MOST + 5)]
    assert facts["engagement.count"] == MOST + 5


def test_texts_of_another_shape_are_passed_over() -> None:
    texts = (
        "yesterday visit /x",
        "2026-03-02T09:00:00 visit /x",
        "2026-03-02T09:00:00Z",
        "",
        "2026-03-02T09:00:00Z reply",
    )
    assert steps_of({"trail": texts}) == (Step(MONDAY, "reply"),)
    assert steps_of({"trail": "2026-03-02T09:00:00Z reply"}) == ()
