"""From judged pairs to reliability by pair, calibration, and the columns of acceptance."""

from dataclasses import replace

import numpy as np
import pytest

from oversight.trust.policies.source.judged_pairs import (
    Answer,
    JudgedPair,
    acceptance_columns,
    source_pairs,
)
from oversight.trust.policies.source.report import (
    LEAST_AUDITS,
    fit_calibrator,
    report_calibration,
    report_population,
    report_source,
    report_taken,
)


def draw(count: int, *, audits: int, right: float = 0.9, lured: float = 0.0, seed: int = 0):
    """Pairs of a source that is right with probability `right`, but takes the longer response
    outright in a share `lured`."""
    rng = np.random.default_rng(seed)
    pairs = []
    for index in range(count):
        human_a, a_longer = rng.random() < 0.5, rng.random() < 0.5
        says_a = human_a == (rng.random() < right)
        if rng.random() < lured:
            says_a = a_longer
        sizes = (200, 100) if a_longer else (100, 200)
        pairs.append(
            JudgedPair(
                round=1,
                query_id=index,
                category=f"kind {index % 3}",
                p_a_better=0.95 if says_a else 0.05,
                a=Answer(sizes[0], -0.1),
                b=Answer(sizes[1], -0.2),
                human=("a" if human_a else "b") if index < audits else None,
                is_random=index < audits,
                is_eligible=True,
            )
        )
    return pairs


def stratum(report, name):
    return next(each for each in report.strata if each.name == name)


ANEW = "an answer written anew against the one before (self-refine)"
FIRST = "the best of several answers against the worst (best of k)"


def written_anew(pairs, said_new: bool | None = None):
    """Every other pair has a new answer, a or b in turn; with `said_new` the source takes it."""
    changed = []
    for index, pair in enumerate(pairs):
        side = ("a" if index % 4 else "b") if index % 2 == 0 else ""
        p = pair.p_a_better
        if side and said_new:
            p = 0.95 if side == "a" else 0.05
        changed.append(replace(pair, anew=side, p_a_better=p))
    return changed


def test_what_was_written_anew_has_a_reliability_of_its_own() -> None:
    report = report_source(written_anew(draw(600, audits=300, right=0.95), said_new=True))
    assert stratum(report, ANEW).pairs == 300
    assert stratum(report, ANEW).audited + stratum(report, FIRST).audited == 300
    assert stratum(report, ANEW).agreement < 0.6 < 0.9 < stratum(report, FIRST).agreement
    assert stratum(report, ANEW).p_l > stratum(report, FIRST).p_l + 0.2
    assert any("written anew" in name for name in report.coefficients)


def test_only_campaigns_that_have_such_pairs_hear_of_it() -> None:
    pairs = draw(100, audits=50)
    assert not {ANEW, FIRST} & {each.name for each in report_source(pairs).strata}
    plain, anew = source_pairs(pairs), source_pairs(written_anew(pairs))
    assert "written anew" not in [*plain.traits, *plain.sides, *plain.features]
    assert anew.traits == [*plain.traits[:2], "written anew", *plain.traits[2:]]
    assert anew.sides == [*plain.sides, "written anew"]
    assert anew.columns.traits.shape[1] == len(anew.traits)
    assert anew.columns.sides.shape[1] == len(anew.sides)
    np.testing.assert_array_equal(anew.columns.sides[:, :3], plain.columns.sides)


def test_few_audits_give_one_posterior_for_all() -> None:
    pairs = draw(50, audits=LEAST_AUDITS - 1, right=1.0)
    report = report_source(pairs)
    assert report.method == "beta"
    assert set(report.p_w) == {(LEAST_AUDITS - 1 + 8) / (LEAST_AUDITS - 1 + 9)}
    assert report.p_l == pytest.approx(1 - report.p_w)


def test_without_pairs_there_is_nothing_to_report() -> None:
    report = report_source([])
    assert (len(report.p_w), report.strata, report.audited) == (0, (), 0)


def test_a_lure_shows_in_the_strata_that_nobody_named() -> None:
    report = report_source(draw(600, audits=300, lured=0.5))
    longer = stratum(report, "it prefers the longer one")
    shorter = stratum(report, "it prefers the shorter one")
    assert report.method == "model"
    assert longer.p_l > shorter.p_l + 0.2
    assert longer.agreement < shorter.agreement
    assert longer.low < longer.agreement < longer.high
    assert report.coefficients["lure: length"] > 0.5


def test_an_even_source_has_even_strata() -> None:
    report = report_source(draw(600, audits=300, right=0.8))
    for each in report.strata:
        assert each.p_w == pytest.approx(0.8, abs=0.08)
    assert stratum(report, "all pairs").audited == 300


def test_people_who_were_asked_because_of_doubt_do_not_count_as_audits() -> None:
    asked = [
        JudgedPair(1, n, "", 0.6, Answer(9, None), Answer(9, None), human="b") for n in range(60)
    ]
    report = report_source([*asked, *draw(40, audits=10, right=1.0)])
    assert report.audited == 10
    assert report.p_w.min() > 0.9


def test_ties_of_people_count_against_acceptance_and_not_against_reliability() -> None:
    tied = JudgedPair(1, 1, "", 0.9, Answer(9, None), Answer(9, None), "tie", True, True)
    confidence, is_wrong = acceptance_columns([tied])
    assert (confidence.tolist(), is_wrong.tolist()) == ([0.9], [True])
    assert report_source([tied]).audited == 0


def test_both_ways_of_counting_say_how_many_ties_they_differ_by() -> None:
    tied = JudgedPair(1, 1, "", 0.9, Answer(9, None), Answer(9, None), "tie", True, True)
    pairs = [tied, *(replace(tied, human=human) for human in ("tie", "a", "a", "b"))]
    taken = report_taken(pairs, 0.85)["taken"]
    assert isinstance(taken, dict)
    assert (taken["accepted"], taken["errors"], taken["ties"]) == (5, 3, 2)
    everything = stratum(report_source(pairs), "all pairs")
    assert (everything.audited, everything.ties) == (3, 2)
    assert report_taken(pairs, 0.95) == {}


@pytest.mark.parametrize("field", ["is_random", "is_eligible"])
def test_acceptance_is_fitted_on_what_it_will_decide_about(field) -> None:
    flags = {"is_random": True, "is_eligible": True, field: False}
    pair = JudgedPair(1, 1, "", 0.9, Answer(9, None), Answer(9, None), "a", **flags)
    assert len(acceptance_columns([pair])[0]) == 0


def test_columns_of_the_mirror_image_change_sign() -> None:
    pair = JudgedPair(1, 1, "", 0.9, Answer(200, -1.0), Answer(100, -2.0))
    mirror = JudgedPair(1, 1, "", 0.1, Answer(100, -2.0), Answer(200, -1.0))
    named = source_pairs([pair, mirror])
    assert named.sides == named.features == ["length", "likelihood", "place"]
    found = named.columns
    assert found.sides[0, :2] == pytest.approx(-found.sides[1, :2])
    assert found.traits[0] == pytest.approx(found.traits[1])


def with_margins(pairs, *, right: float, seed: int = 1):
    """The pairs, all with a person's choice in mind that a reward model ranks rightly in `right`."""
    rng = np.random.default_rng(seed)
    return [
        replace(pair, reward_margin=float(rng.normal(4, 2)) * (1 if told else -1))
        for pair, told in (
            (pair, (truth == "a") == (rng.random() < right)) for pair, truth in pairs
        )
    ]


def draw_with_truth(count: int, audits: int, **source: float):
    """Pairs as `draw` gives them, with what a person prefers of each, asked or not."""
    asked = draw(count, audits=count, **source)
    kept = [pair if n < audits else replace(pair, human=None, is_random=False)
            for n, pair in enumerate(asked)]  # fmt: skip
    return list(zip(kept, [pair.human for pair in asked], strict=True))


def test_reward_margins_tell_right_labels_from_wrong_ones_where_strata_cannot() -> None:
    drawn = draw_with_truth(600, 60, right=0.75)
    report = report_source(with_margins(drawn, right=0.9))
    is_right = np.array([(truth == "a") == pair.prefers_a for pair, truth in drawn])
    p_w, p_l = report.labels()
    assert report.method == "reward"
    assert p_w + p_l == pytest.approx(1)
    believed = p_w > p_l
    assert (believed == is_right).mean() > 0.88
    alone = report_source([pair for pair, _ in drawn])
    assert ((alone.p_w > alone.p_l) == is_right).mean() < 0.8
    assert report.coefficients["people: reward margin"] > 1


def test_margins_that_say_nothing_move_little() -> None:
    drawn = draw_with_truth(600, 60, right=0.85)
    report = report_source(with_margins(drawn, right=0.5))
    alone = report_source([pair for pair, _ in drawn])
    assert report.labels()[0] == pytest.approx(alone.p_w, abs=0.05)


def test_a_pair_without_a_margin_has_the_sources_word_alone() -> None:
    scored = with_margins(draw_with_truth(300, 60, right=0.8), right=0.9)
    report = report_source([*scored, replace(scored[-1], reward_margin=None)])
    p_w, p_l = report.labels()
    assert report.preference[-1] == 0.5
    assert p_w[-1] / p_l[-1] == pytest.approx(report.p_w[-1] / report.p_l[-1])


def test_without_a_reward_model_labels_have_the_confusion() -> None:
    report = report_source(draw(100, audits=60))
    p_w, p_l = report.labels()
    assert p_w == pytest.approx(report.p_w, abs=1e-8)
    assert p_l == pytest.approx(report.p_l, abs=1e-8)
    assert set(report.preference) == {0.5}


def test_the_last_digit_of_a_sum_does_not_reach_the_labels() -> None:
    pairs = draw(300, audits=60, right=0.8, lured=0.2)
    noisy = [replace(p, a=replace(p.a, logprob=float(np.nextafter(-0.1, 0)))) for p in pairs]
    report, other = report_source(pairs), report_source(noisy)
    assert not np.array_equal(report.p_w, other.p_w)
    assert np.array_equal(report.labels(), other.labels())


def test_the_last_digit_of_a_margin_does_not_reach_the_labels() -> None:
    pairs = with_margins(draw_with_truth(300, 60, right=0.8), right=0.9)
    noisy = [replace(p, reward_margin=float(np.nextafter(p.reward_margin, 0))) for p in pairs]
    report, other = report_source(pairs), report_source(noisy)
    assert not np.array_equal(report.preference, other.preference)
    assert np.array_equal(report.labels(), other.labels())


def test_calibration_takes_overconfidence_back_and_is_even() -> None:
    name, calibrator = fit_calibrator(draw(100, audits=100, right=0.7))
    assert name == "platt"
    high, low = calibrator(np.array([0.95, 0.05]))
    assert high == pytest.approx(0.7, abs=0.1)
    assert low == pytest.approx(1 - high)
    assert fit_calibrator(draw(300, audits=300))[0] == "isotonic"
    assert fit_calibrator(draw(300, audits=5))[0] == "none"


def test_the_population_figure_undoes_whom_people_were_asked_about() -> None:
    """People see every doubtful pair, where the source is a guess, and a tenth of the sure ones."""
    rng = np.random.default_rng(3)
    pairs, right = [], []
    for index in range(3000):
        is_sure, human_a = rng.random() < 0.8, rng.random() < 0.5
        is_right = rng.random() < (0.95 if is_sure else 0.5)
        confidence, propensity = (0.95, 0.1) if is_sure else (0.55, 1.0)
        says_a = human_a == is_right
        was_asked = rng.random() < propensity
        pairs.append(
            JudgedPair(
                round=1,
                query_id=index,
                category="",
                p_a_better=confidence if says_a else 1 - confidence,
                a=Answer(1, None),
                b=Answer(1, None),
                human=("a" if human_a else "b") if was_asked else None,
                propensity=propensity,
            )
        )
        right.append(is_right)
    found = report_population(pairs)
    asked = [pair.agrees for pair in pairs if pair.human]
    assert np.mean(asked) < 0.7
    for name in ("weighted", "assisted"):
        assert found[name]["low"] < np.mean(right) < found[name]["high"]
        assert found[name]["sampled"] == len(asked)
        assert found[name]["high"] - found[name]["low"] < 0.1
    assert report_population([replace(pair, human=None) for pair in pairs]) == {}
    assert report_population([replace(pairs[0], human="tie")]) == {}


def test_an_assisted_share_stays_between_0_and_1() -> None:
    """Few answers, all right though little was foretold: the corrected prediction is beyond 1."""
    pair = JudgedPair(
        round=1,
        query_id=1,
        category="",
        p_a_better=0.95,
        a=Answer(1, None),
        b=Answer(1, None),
        human=None,
        propensity=0.5,
    )
    unsure = replace(pair, p_a_better=0.55, human="a")
    found = report_population([*([pair] * 20), unsure, unsure, replace(unsure, propensity=1.0)])
    assert found["assisted"]["value"] == found["assisted"]["high"] == 1.0
    assert 0 <= found["assisted"]["low"] <= 1


def test_calibration_is_measured_with_intervals() -> None:
    report = report_calibration(draw(200, audits=200, right=0.7))
    said = report["said"]
    assert said["pairs"] == 200
    assert said["ece"] == pytest.approx(0.25, abs=0.1)
    assert said["ece_interval"][0] <= said["ece"] <= said["ece_interval"][1]
    assert "corrected" not in report
    assert report_calibration([]) == {}
