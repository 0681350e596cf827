"""Training: what comes out is what scikit-learn found, in whole numbers; it is calibrated, told, and the same each time."""

import math

import pytest

from firstright.core.accuracy import accuracy
from firstright.core.learned import model_text, predict, read_model
from firstright.simulate.learning.binning import features
from firstright.simulate.learning.calibrating import calibrated
from simulate.learning.made import chance, made

pytest.importorskip("sklearn", reason="the extra ml is not installed")

from sklearn.linear_model import LogisticRegression

from firstright.simulate.learning.checking import check
from firstright.simulate.learning.training import STRENGTH, TooFew, _matrix, train


def test_numbers_are_cut_so_that_each_bin_has_enough_and_rare_texts_are_others() -> None:
    rare = ["often" if chance(n, "rare") < 0.97 else f"seldom {n}" for n in range(3000)]
    cut = {feature.field: feature for feature in features(made(3000, word=rare, same=["x"] * 3000))}
    assert sorted(cut) == ["employees", "source", "word"]
    assert len(cut["employees"].edges) == 9 and min(cut["employees"].counts[:-2]) > 250
    assert cut["word"].values == ("often",)
    assert sum(cut["word"].counts) == 3000 and cut["word"].counts[2] == 0


def test_the_whole_numbers_say_what_the_regression_says() -> None:
    examples = made()
    model = train(examples, "won").model
    matrix = _matrix(examples, features(examples))
    regression = LogisticRegression(C=STRENGTH, max_iter=2000).fit(matrix, examples.had)
    for row, wanted in zip(examples.rows, regression.decision_function(matrix), strict=True):
        assert predict(model, row).sum == pytest.approx(1000 * wanted, abs=len(model.features) + 1)


def test_the_same_leads_make_the_same_bytes_and_they_read_back() -> None:
    one, other = train(made(), "won").model, train(made(), "won").model
    assert model_text(one) == model_text(other)
    assert read_model(model_text(one)) == one


def test_chances_come_true_on_leads_it_has_not_seen() -> None:
    examples = made(12_000)
    early, late = examples.by_chance(50)
    model = train(early, "won").model
    found = accuracy(
        [(predict(model, row).chance / 1000, had) for row, had in zip(late.rows, late.had, strict=True)]
    )
    assert found.error < 0.02
    assert found.auc is not None and found.auc > 0.66
    assert found.brier < found.rate * (1 - found.rate)


def test_contributions_are_against_the_mean_lead() -> None:
    model = train(made(), "won").model
    for feature in model.features:
        mean = sum(w * n for w, n in zip(feature.weights, feature.counts, strict=True)) / sum(feature.counts)
        assert abs(mean) < 1
    big = predict(model, {"employees": 5000, "source": "referral"})
    assert all(part.weight > 0 for part in big.contributions)


def test_what_was_refused_and_what_was_allowed_is_kept_with_the_model() -> None:
    won = made().had
    noise = ["long" if chance(n, "call") < (0.8 if had else 0.3) else "short" for n, had in enumerate(won)]
    examples = made(duration=noise)
    refused = train(examples, "won").model
    assert [field for field, _ in refused.training.refused] == ["duration"]
    assert "duration" not in {feature.field for feature in refused.features}
    allowed = train(examples, "won", {"duration": "of the call before"}).model
    assert allowed.training.allowed == (("duration", "of the call before"),)
    assert "duration" in {feature.field for feature in allowed.features}


def test_the_training_set_is_told() -> None:
    told = train(made(), "won").model.training
    assert (told.rows, told.outcome, told.source, told.first, told.last) == (
        *(3000, "won", "made up", "2026-01-01", "2026-12-01"),
    )
    assert sum(told.decile_counts) == 3000 and len(told.decile_counts) == len(told.deciles) + 1
    assert [name for name, _ in told.figures] == ["auc", "brier", "log_loss"]


def test_too_little_is_not_learned_from() -> None:
    with pytest.raises(TooFew, match="at least 50 of each are needed"):
        train(made(100), "won")
    with pytest.raises(TooFew, match="no field is left"):
        train(made().without(["employees", "source"]), "won")


def test_a_check_sets_the_model_beside_the_base_rate() -> None:
    found = check(made(6000), "time")
    model, base = found.contestants
    assert (model.name, base.name, base.accuracy.auc) == ("model", "base rate", 0.5)
    assert model.accuracy.brier < base.accuracy.brier
    assert (found.trained, found.judged) == (4200, 1800)


def test_a_table_of_chances_rises_and_its_mean_is_the_rate() -> None:
    sums = [(n, chance(n, "c") < 1 / (1 + math.exp(-(n - 2000) / 500))) for n in range(4000)]
    table = calibrated(sums)
    assert [p[0] for p in table] == sorted({p[0] for p in table})
    assert [p[1] for p in table] == sorted(p[1] for p in table)
    assert all(abs(p[1] - 1000 / (1 + math.exp(-(p[0] - 2000) / 500))) < 120 for p in table)
    assert calibrated([(5, True)]) == ((5, 999),)


def test_a_field_that_alone_tells_more_than_all_others_together_is_asked_about() -> None:
    """How long they spoke, under a name nobody knows it by, has an AUC far below one that is refused."""
    plain = made()
    spoken = [int(400 * chance(n, "spoken") + 250 * won) for n, won in enumerate(plain.had)]
    told = train(made(zeit_b=spoken), "won")
    assert [(leak.field, leak.code) for leak in told.doubted] == [("zeit_b", "tells-more")]
    assert told.refused == () and "zeit_b" in {feature.field for feature in told.model.features}
    assert train(made(zeit_b=spoken), "won", {"zeit_b": "it is known before"}).doubted == ()
    assert train(plain, "won").doubted == ()


def test_what_nothing_was_learned_from_is_said_with_the_reason() -> None:
    noted = made(same=["x"] * 3000, note=[f"note {n}" for n in range(3000)])
    assert {each.field: each.text for each in train(noted, "won").passed_over} == {
        "same": 'all that have it have "x"',
        "note": "3,000 values (note 0, note 1, note 10 ...), and hardly two leads have the same",
    }
