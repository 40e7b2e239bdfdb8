"""Before the gate people judge flawed answers of both versions, like with like, without being told."""

import pytest

from oversight.feedback.services.preferences import conclude_item
from oversight.learning.services.gate_evidence import comparisons, evaluation_answers, false_accepts
from oversight.loop.stages import compare
from oversight.models import (
    ItemKind,
    Judgement,
    Preference,
    Purpose,
    Response,
    ResponseRating,
    ReviewItem,
    Source,
)
from tests.factories import make_query, make_response, make_user, set_settings
from tests.oversight.learning.services.test_gate_evidence import judged, round_

__all__ = ["round_"]  # a fixture
pytestmark = pytest.mark.django_db


@pytest.fixture
def maths(round_):
    set_settings(round_.campaign, checker="arithmetic")
    round_.campaign.refresh_from_db()
    return round_


def held_out(round_, beads, new, old):
    """A held-out query with both versions' answers: each right, wrong, or a text of its own."""
    text = f"Tom keeps {beads} beads in a drawer. Tom wins 4 bags of 7. How many beads now?"
    query = make_query(round_.campaign, text, split="held_out")
    versions = (round_.training_run.result_version, round_.learner)
    for version, said in zip(versions, (new, old), strict=True):
        total = beads + 28
        texts = {
            "right": f"4 * 7 = 28\n{beads} + 28 = {total}\n#### {total}",
            "right too": f"So:\n4 * 7 = 28\n{beads} + 28 = {total}\n#### {total}",
            "wrong": f"4 * 7 = 27\n{beads} + 27 = {total - 1}\n#### {total - 1}",
            "wrong too": f"{beads} + 4 = {beads + 4}\n#### {beads + 4}",
        }
        make_response(query, texts[said], version=version, purpose=Purpose.EVALUATION)
    return query


def ask(round_, flawed, compared=0):
    round_.plan |= {"flawed_items": flawed, "gate_items": compared}
    round_.save()
    assert compare.unit_count(round_) == 1
    compare.write(round_, 0, compare.think(round_, 0))
    return ReviewItem.objects.filter(round=round_)


def rate(item, new, old, *, source=Source.PERSON, **fields):
    judgement = Judgement.objects.create(
        query=item.query,
        response_a=item.response_a,
        response_b=item.response_b,
        item=item,
        source=source,
        user=make_user(),
        choice="a",
        p_a_better=1.0,
        **fields,
    )
    for response, worst in ((item.response_a, new), (item.response_b, old)):
        ResponseRating.objects.create(judgement=judgement, response=response, worst_flaw=worst)


def counts(round_):
    found = false_accepts(round_.campaign, round_.training_run.result_version, round_.learner)
    return found and [(each.accepted, each.flawed) for each in found]


def test_what_is_wrong_by_itself_comes_first_and_like_stands_beside_like(maths):
    natural = held_out(maths, 31, "wrong", "wrong too")
    tampered = held_out(maths, 32, "right", "right too")
    held_out(maths, 33, "right", "wrong")
    held_out(maths, 34, "wrong", "wrong")
    [first] = ask(maths, 1)
    assert (first.query, first.kind, first.asks_flaws) == (natural, ItemKind.FLAWED, True)
    ReviewItem.objects.all().delete()
    items = {item.query: item for item in ask(maths, 10)}
    assert items.keys() == {natural, tampered}
    item = items[tampered]
    assert [each.purpose for each in (item.response_a, item.response_b)] == ["tampered"] * 2
    assert item.response_a.revises.version == maths.training_run.result_version
    assert item.response_b.revises.version == maths.learner
    # Asked once more, nothing is written twice.
    ReviewItem.objects.all().delete()
    ask(maths, 10)
    assert Response.objects.filter(purpose=Purpose.TAMPERED).count() == 2


def test_nothing_tells_them_from_what_is_compared(maths):
    for beads in range(31, 37):
        held_out(maths, beads, "wrong", "wrong too")
    items = list(ask(maths, 3, compared=3))
    assert sorted(item.kind for item in items) == ["flawed"] * 3 + ["pairwise"] * 3
    assert len({item.query_id for item in items}) == 6
    shown = {(item.asks_flaws, item.priority, item.annotators, item.state) for item in items}
    assert len(shown) == 1


def test_a_campaign_that_asks_for_none_asks_nothing_new(maths):
    held_out(maths, 31, "wrong", "wrong too")
    [item] = ask(maths, 0, compared=1)
    assert (item.kind, item.asks_flaws) == (ItemKind.PAIRWISE, False)


def test_without_a_checker_nobody_knows_what_is_flawed(round_):
    held_out(round_, 31, "wrong", "wrong too")
    assert not ask(round_, 5)


def test_they_count_for_the_gate_and_for_nothing_else(maths):
    for beads in range(31, 41):
        held_out(maths, beads, "wrong", "wrong too")
    items = list(ask(maths, 10))
    for at, item in enumerate(items):
        rate(item, "none", "none" if at < 2 else "major")
        assert conclude_item(item=item) is None
    assert counts(maths) == [(10, 10), (2, 10)]
    evaluation = judged(maths)
    assert not evaluation.is_promoted
    assert any("take more flawed answers for sound" in reason for reason in evaluation.reasons)
    assert evaluation.metrics["false_accepts_rise"] == pytest.approx(0.8)
    assert evaluation.metrics["false_accepts_rise_low"] > 0.3
    answers = evaluation_answers(maths, maths.training_run.result_version)
    assert all(row.human is None for row in comparisons(answers, {}))
    assert not Preference.objects.exists()


def test_an_answer_counts_once_however_many_judge_it(maths):
    held_out(maths, 31, "wrong", "wrong too")
    [item] = ask(maths, 1)
    for new in ("none", "none", "major"):
        rate(item, new, "major")
    assert counts(maths) == [(1, 1), (0, 1)]


def test_an_error_that_was_put_in_is_the_versions_own(maths):
    held_out(maths, 31, "right", "right too")
    [item] = ask(maths, 1)
    rate(item, "none", "critical")
    assert counts(maths) == [(1, 1), (0, 1)]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"source": Source.SIMULATED}, id="by-programs"),
        pytest.param({"was_critique_shown": True}, id="with-the-critique"),
    ],
)
def test_only_people_without_a_critique_count(maths, said):
    held_out(maths, 31, "wrong", "wrong too")
    [item] = ask(maths, 1)
    rate(item, "none", "none", **said)
    assert counts(maths) is None


def test_what_was_judged_side_by_side_outweighs_what_was_rated_elsewhere(maths):
    held_out(maths, 31, "wrong", "wrong too")
    [item] = ask(maths, 1)
    elsewhere = make_response(item.query, "#### 1", version=maths.learner, purpose="feedback")
    judgement = Judgement.objects.create(
        query=item.query, response_a=elsewhere, source=Source.PERSON, user=make_user()
    )
    ResponseRating.objects.create(judgement=judgement, response=elsewhere, worst_flaw="none")
    rate(item, "major", "major")
    assert counts(maths) == [(0, 1), (0, 1)]
