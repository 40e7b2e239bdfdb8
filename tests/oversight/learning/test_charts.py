"""Charts: figures in, points out, and nothing drawn that is not there."""

import math

from oversight.learning.views.charts import metric_charts


def test_each_metric_has_its_chart():
    charts = metric_charts(
        [{"step": 1, "loss": 2, "margin": 0.0}, {"step": 2, "loss": 1, "margin": 1}]
    )
    assert [chart.name for chart in charts] == ["Loss", "margin"]
    assert charts[0].points == "64.0,12.0 426.0,152.0"


def test_missing_and_endless_figures_are_left_out_never_zero():
    rows = [
        {"step": step, "loss": loss} for step, loss in enumerate([3, None, math.nan, math.inf, 1])
    ]
    [chart] = metric_charts(rows)
    assert len(chart.points.split()) == 2


def test_one_point_is_no_line():
    assert metric_charts([{"step": 1, "loss": 2}, {"step": 2}]) == []


def test_a_constant_lies_in_the_middle():
    [chart] = metric_charts([{"step": 1, "loss": 2}, {"step": 2, "loss": 2}])
    assert chart.points == "64.0,82.0 426.0,82.0"
    assert [tick.label for tick in chart.y_ticks] == ["2"]


def test_words_and_truth_values_are_not_charted():
    assert metric_charts([{"step": n, "note": "x", "flag": True} for n in range(3)]) == []


def test_what_tells_most_comes_first_and_the_clock_is_left_out():
    names = ["eval_runtime", "zeta", "kl", "eval_rewards/margins", "alpha", "loss"]
    charts = metric_charts([{"step": step, **dict.fromkeys(names, step)} for step in (1, 2)])
    assert [chart.name for chart in charts] == [
        "Loss",
        "Margin: by how much the chosen answer is likelier, on pairs held back",
        "Distance from the reference (KL, nats per token)",
        "zeta",
        "alpha",
    ]


def test_a_metric_on_pairs_held_back_is_drawn_on_the_same_axes():
    rows = [{"step": 1, "loss": 2.0, "eval_loss": 3.0}, {"step": 2, "loss": 1.0, "eval_loss": 2.0}]
    [chart] = metric_charts(rows)
    assert chart.points == "64.0,82.0 426.0,152.0"
    assert chart.held_back == "64.0,12.0 426.0,82.0"
    assert [tick.label for tick in chart.y_ticks] == ["1", "2", "3"]


def test_what_is_nothing_is_0():
    rows = [{"step": 1, "kl": 3.8e-15}, {"step": 2, "kl": 0.25}]
    [chart] = metric_charts(rows)
    assert (chart.first, chart.y_ticks[0].label) == ("0", "0")


def test_a_figure_that_is_another_times_beta_is_told_once():
    names = ["rewards/chosen", "rewards/rejected", "drift/chosen"]
    charts = metric_charts([{"step": step, **dict.fromkeys(names, step)} for step in (1, 2)])
    assert [chart.name for chart in charts] == [
        "Chosen answers: how much likelier they became (nats)",
        "Rejected answers: β times how much likelier they became",
    ]
