"""Measures say what they were told, in text that Prometheus reads, under labels nobody outside can make grow."""

from prometheus_client.parser import text_string_to_metric_families

from firstright.measures import MOST_WORDS, Measures


def samples(measures: Measures) -> dict[tuple[str, tuple[str, ...]], float]:
    """(name, label values) of everything that is not zero, without buckets and instants of creation."""
    return {
        (sample.name.removeprefix("firstright_"), tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(measures.text().decode())
        for sample in family.samples
        if sample.value and not sample.name.endswith(("_bucket", "_created"))
    }


def test_what_happened_is_counted_and_timed() -> None:
    measures = Measures()
    measures.arrived(0.25)
    measures.decided("owner", "arrived")
    measures.decided("owner", "arrived")
    measures.delivered("slack", "again", 8.0)
    measures.delivered("slack", "sent", 16.0)
    measures.late("speed-to-lead", 0.5)
    measures.refused(422)
    measures.refused(0)
    measures.took(64)
    assert samples(measures) == {
        ("arrival_to_decision_seconds_count", ()): 1,
        ("arrival_to_decision_seconds_sum", ()): 0.25,
        ("decisions_total", ("arrived", "owner")): 2,
        ("deliveries_total", ("slack", "again")): 1,
        ("deliveries_total", ("slack", "sent")): 1,
        ("decision_to_delivery_seconds_count", ("slack",)): 1,
        ("decision_to_delivery_seconds_sum", ("slack",)): 16,
        ("deadline_lateness_seconds_count", ("speed-to-lead",)): 1,
        ("deadline_lateness_seconds_sum", ("speed-to-lead",)): 0.5,
        ("requests_refused_total", ("4xx",)): 1,
        ("requests_refused_total", ("gone",)): 1,
        ("writer_batch_size_count", ()): 1,
        ("writer_batch_size_sum", ()): 64,
    }


def test_a_word_nobody_knows_is_counted_as_other_and_shown_nowhere() -> None:
    measures = Measures()
    measures.delivered("email:ann@hill.example", "ann@hill.example", 1.0)
    measures.late("ann@hill.example", 1.0)
    for i in range(MOST_WORDS + 50):
        measures.decided(f"outcome-{i}", "arrived")
    found = samples(measures)
    assert found["deliveries_total", ("other", "other")] == 1
    assert found["deadline_lateness_seconds_count", ("other",)] == 1
    assert found["decisions_total", ("other", "other")] == 50
    assert b"hill" not in measures.text()


def test_two_of_them_share_nothing() -> None:
    one, other = Measures(), Measures()
    one.arrived(1.0)
    assert samples(other) == {}


def test_a_clock_that_went_back_makes_nothing_negative() -> None:
    measures = Measures()
    measures.late("owner", -3.0)
    assert samples(measures) == {("deadline_lateness_seconds_count", ("owner",)): 1}
