"""The bench of matching runs on tiny bases of its own: figures are counted rightly, and quirks of files are read."""

from pathlib import Path

import pytest

from firstright.cli.benches import match as bench_match
from firstright.cli.benches import quality as bench_quality
from firstright.cli.exits import Stop
from firstright.simulate.benches import companies
from firstright.simulate.benches.measure import Method
from firstright.simulate.quality import engines, splinked
from firstright.simulate.quality.bases import Base, Record, halves, restaurants, senzing_keys
from firstright.simulate.quality.report import compare
from firstright.simulate.quality.scores import Score, best, scored

GIVEN = ("Jane", "Otto", "Anna", "Miguel", "Ingrid", "Pavel", "Yasmin", "Chloe")
FAMILY = ("Kowalczyk", "Braun", "Ekstrand", "Fonseca", "Haugland", "Novotny", "Rahimi", "Dubois")


def tiny() -> Base:
    """Eight people, each written twice, once with a letter doubled."""
    records: list[Record] = []
    for given, family in zip(GIVEN, FAMILY, strict=True):
        mail = f"{given}@{family}.example".lower()
        records += [
            {"first_name": given, "last_name": family, "email": mail},
            {"first_name": f"{given[:2]}{given[1:]}", "last_name": family, "email": mail},
        ]
    return Base("tiny", tuple(records), ("person",) * 16, tuple(str(at // 2) for at in range(16)))


TINY = tiny()


def test_right_wrong_and_missed_make_precision_recall_and_f1() -> None:
    found = scored({(0, 1), (2, 3)}, {(0, 1), (4, 5)})
    assert (found, found.precision, found.recall, found.f1) == (Score(1, 1, 1), 0.5, 0.5, 0.5)


def test_who_may_choose_a_threshold_gets_the_best_one_and_cannot_cut_between_equals() -> None:
    ranked = [(90.0, (0, 1)), (80.0, (2, 3)), (80.0, (4, 5)), (70.0, (6, 7))]
    assert best(ranked, {(0, 1), (4, 5)}) == (Score(2, 1, 0), 80.0)


def test_a_base_is_compared_by_all_engines_on_the_half_where_nothing_was_chosen() -> None:
    found = compare(TINY, lambda engine, done, of: None)
    _, measured = halves(TINY)
    pairs = len(measured.pairs())
    assert (found.records, found.pairs) == (len(measured.records), pairs)
    assert found.ours == Score(pairs, 0, 0)
    assert found.brute.score.f1 <= found.brute.hindsight.f1
    assert (found.learning, found.whole) == (Score(8 - pairs, 0, 0), Score(8, 0, 0))


def test_rapidfuzz_is_held_to_the_threshold_the_other_half_chose() -> None:
    """What is certain in one half is not in the other: there, the threshold lets strangers in."""
    learning, measured = halves(TINY)
    strangers = tuple({"first_name": "Jan", "last_name": "Novak"} for _ in measured.records)
    misled = Base("misled", strangers, measured.kinds, tuple(f"s{at}" for at in range(len(strangers))))
    found = engines.brute(learning, misled, lambda done, of: None)
    assert (found.score.right, found.score.wrong > 0, found.hindsight) == (0, True, Score(0, 0, 0))


def test_halves_share_nobody_and_leave_nobody_out_and_a_person_is_on_one_side_in_every_base() -> None:
    learning, measured = halves(TINY)
    assert set(learning.truth) & set(measured.truth) == set()
    assert len(learning.records) + len(measured.records) == len(TINY.records)
    assert min(len(learning.records), len(measured.records)) > 0
    backwards = Base("other", TINY.records[::-1], TINY.kinds, TINY.truth[::-1])
    assert set(halves(backwards)[1].truth) == set(measured.truth)


def test_the_keys_of_the_truth_sets_are_two_and_disagree() -> None:
    actual, alternate = senzing_keys("actual"), senzing_keys("alternate")
    assert actual.keys() == alternate.keys()
    assert len(actual) == 159
    assert len(set(actual.values())) != len(set(alternate.values()))


def test_a_file_with_blanks_before_its_quotes_is_read(tmp_path: Path) -> None:
    place = tmp_path / "dedupe" / "restaurants"
    place.mkdir(parents=True)
    (place / "restaurants_labelled.csv").write_text(
        'name,address,city,cuisine,unique_id\n"art\'s deli", "12 ventura blvd.", "studio city", "delis", \'1\'\n'
    )
    base = restaurants(tmp_path)
    assert (base.truth, base.records) == (
        ("1",),
        ({"company": "art's deli", "city": "studio city", "street": "12 ventura blvd."},),
    )


def test_a_folder_without_the_data_is_named() -> None:
    with pytest.raises(Stop, match="no folder of data"):
        bench_quality.run(Method(rounds=1, scale=0.1), "/nowhere")


def test_figures_tell_where_we_are_worst() -> None:
    found = bench_quality.as_figures([compare(TINY, lambda engine, done, of: None)])
    assert (found.name, found.met, [point.at for point in found.growth]) == ("quality", True, ["tiny"])
    told = {extra.what.partition(": ")[2]: extra.value for extra in found.extras}
    assert (found.a.median, told["recall"], told["F1 on the learning half"]) == (1.0, 1.0, 1.0)


def test_splink_compares_the_same_records(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("splink", reason="the er extra is not installed")
    people = [
        {"first_name": f"Ann{n % 10}", "last_name": f"Ek{n % 10}", "email": f"a{n % 10}@x.example"}
        for n in range(40)
    ]
    found = splinked.splinked(people, ["person"] * 40)
    assert all(a < b for _, (a, b) in found)
    assert {pair for value, pair in found if value > 0.5} >= {(0, 10)}


def test_made_up_companies_are_the_same_every_time_and_their_askers_differ() -> None:
    assert companies.company(7) == companies.company(7) != companies.company(8)
    assert companies.asked(7, 1) == companies.asked(7, 1)
    assert {companies.asked(n, 0)["company"] == companies.company(n) for n in range(50)} == {True, False}


def test_the_bench_of_look_ups_finds_most_by_keys(tmp_path: Path) -> None:
    found = bench_match.run(Method(rounds=1, scale=0.001), str(tmp_path))
    assert [point.at for point in found.growth] == ["10 accounts", "100 accounts", "1,000 accounts"]
    told = {extra.what.partition(": ")[2]: extra.value for extra in found.extras}
    assert told["recall, linked or for review"] > 0.8
    assert told["false positives, linked"] < 0.05
