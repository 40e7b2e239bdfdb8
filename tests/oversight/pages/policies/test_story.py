"""The story: a line of scores by round, its chart, and the sentences before it."""

import pytest

from oversight.pages.policies.story import RIGHT, WON, Gated, headline, tell_story
from oversight.pages.policies.story_chart import HEIGHT, draw

SCORES = {"scored_queries": 200.0, "win_rate": 0.6, "win_rate_low": 0.5, "win_rate_high": 0.7}


def gated(number, candidate, baseline, *, is_promoted=True, **metrics):
    scores = {"candidate_score": candidate, "baseline_score": baseline, **SCORES, **metrics}
    return Gated(number, f"learner@{number + 1}", "learner@1", is_promoted, ["because"], scores)


def won(number, rate, queries=40.0):
    metrics = {"queries": queries, "win_rate": rate, "win_rate_low": 0.4, "win_rate_high": 0.8}
    return Gated(number, "b", "a", True, ["better"], metrics)


def test_the_line_begins_with_the_first_version_and_stays_where_one_was_refused():
    story = tell_story([gated(2, 0.85, 0.86, is_promoted=False), gated(1, 0.86, 0.64)])
    assert story.measure == RIGHT
    assert [(p.round, p.score.value, p.at_work) for p in story.points] == [
        (0, 0.64, 0.64),
        (1, 0.86, 0.86),
        (2, 0.85, 0.86),
    ]
    assert (story.promoted, story.refused) == (1, 1)
    assert headline(story) == ("The learner is right in 86 of 100 held-out queries, up from 64")


def test_an_interval_is_exact():
    point = tell_story([gated(1, 0.9, 0.5)]).points[1]
    assert (round(point.score.low, 3), round(point.score.high, 3)) == (0.850, 0.938)
    assert point.score.n == 200


def test_where_the_truth_is_not_known_comparisons_are_told():
    story = tell_story([won(1, 0.6), won(2, 0.55)])
    assert story.measure == WON
    assert headline(story) == "The newest version won 55 of 100 comparisons with the one before"


def test_without_a_measurement_there_is_no_line():
    assert tell_story([Gated(1, "b", "a", False, ["nothing scored"], {})]) is None
    assert (
        tell_story([Gated(1, "b", "a", False, ["lost"], {"win_rate": 0.5, "queries": 9})]) is None
    )
    assert headline(None) == "No version has been measured yet"


@pytest.mark.parametrize(
    ("candidate", "words"),
    [(0.64, "as at the start"), (0.5, "down from 64")],
)
def test_what_did_not_rise_is_said(candidate, words):
    assert headline(tell_story([gated(1, candidate, 0.64)])).endswith(words)


@pytest.mark.parametrize(
    ("scored", "held_out", "words"),
    [
        pytest.param(
            2,
            77,
            "Too few held-out queries could be scored to say how often the learner is right: 2 of 77",
            id="two-of-many",
        ),
        pytest.param(
            19,
            19,
            "Too few held-out queries could be scored to say how often the learner is right: 19",
            id="few-and-all",
        ),
        pytest.param(
            20, 20, "The learner is right in 90 of 100 held-out queries, up from 60", id="all"
        ),
        pytest.param(
            20,
            77,
            "The learner is right in 18 of the 20 held-out queries that the checker can score, up "
            "from 12; 57 could not be scored",
            id="a-part",
        ),
    ],
)
def test_the_headline_tells_what_it_rests_on(scored, held_out, words):
    counts = {"scored_queries": float(scored), "held_out_queries": float(held_out)}
    assert headline(tell_story([gated(1, 0.9, 0.6, **counts)])) == words


def test_of_a_few_comparisons_there_is_no_share_of_100():
    few = won(1, 0.6, queries=9.0)
    assert headline(tell_story([few])) == (
        "Too few comparisons to say whether the newest version is better: 9"
    )


def test_the_chart_holds_every_point_within_its_frame():
    story = tell_story([gated(n, 0.6 + n / 100, 0.6) for n in range(1, 31)])
    chart = draw(story)
    assert len(chart.line.split()) == len(chart.marks) == 31
    assert len(chart.band.split()) == 62
    for place in (*chart.line.split(), *chart.band.split()):
        x, y = map(float, place.split(","))
        assert 0 <= x <= chart.width
        assert 0 <= y <= HEIGHT
    assert sum(mark.is_named for mark in chart.marks) <= 12
    assert chart.marks[-1].is_named


def test_one_version_alone_is_a_chart_too():
    chart = draw(tell_story([won(1, 0.6)]))
    assert [mark.score for mark in chart.marks] == ["0.600"]
