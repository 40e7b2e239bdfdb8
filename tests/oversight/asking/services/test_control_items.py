"""Gold, tampered and rated items of a round on the starter models, and of rows made by hand."""

import pytest

from oversight.asking.services.checkers import score
from oversight.asking.services.control_items import gold_pairs
from oversight.asking.services.rating_items import draw_rated, make_rating_items
from oversight.demo import create_demo_campaign
from oversight.feedback.services.preferences import conclude_item
from oversight.loop.services.rounds import start_round
from oversight.loop.stages.tampering.drawing import unit_part
from oversight.models import Critique, ItemKind, Preference, Purpose, Response, ReviewItem, Stage
from tests.factories import make_campaign, make_item, make_query, make_response, make_version
from tests.oversight.judging import make_round
from tests.oversight.small_rounds import SMALL

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewed(db, drive):
    campaign = create_demo_campaign(
        slug="controlled", **SMALL, gold_items=3, tampered_items=4, rating_items=2, critic_samples=2
    )
    return drive(start_round(campaign=campaign), Stage.REVIEW)


def test_a_round_asks_about_known_answers_among_the_others(reviewed):
    items = ReviewItem.objects.filter(round=reviewed)
    known = list(items.filter(kind__in=[ItemKind.GOLD, ItemKind.TAMPERED]))
    assert sorted(item.kind for item in known) == ["gold"] * 3 + ["tampered"] * 4
    others = set(items.filter(kind="pairwise").values_list("priority", flat=True))
    for item in known:
        right, wrong = item.response_a, item.response_b
        if item.expected == "b":
            right, wrong = wrong, right
        truth = [score(reviewed.campaign, item.query.text, each.text) for each in (right, wrong)]
        assert truth == [1, 0]
        assert item.priority in others
        # A pair without its critique would stand out.
        for response in (right, wrong):
            assert Critique.objects.filter(response=response, version=reviewed.critic).exists()
    assert {item.expected for item in known} == {"a", "b"}
    asked = items.filter(kind="pairwise").values_list("response_a", "response_b")
    pairs = [frozenset(pair) for pair in asked]
    assert not any(frozenset((i.response_a_id, i.response_b_id)) in pairs for i in known)
    _check_tampered(reviewed)
    _check_rated(list(items.filter(kind="critique_rating")))


def _check_tampered(round_):
    for row in Response.objects.filter(purpose=Purpose.TAMPERED):
        assert (row.version, row.author) == (None, None)
        assert row.revises.version_id == round_.learner_id
        assert row.text != row.revises.text
        item = ReviewItem.objects.get(kind="tampered", query=row.query)
        assert row.pk in item.response_ids
        assert item.problem == row.sampling["problem"]


def _check_rated(items):
    assert len(items) == 2
    for item in items:
        assert item.response_b is None
        assert {critique.response_id for critique in item.critiques.all()} == {item.response_a_id}
        assert len({critique.raw_text for critique in item.critiques.all()}) == 2


def test_known_answers_train_nothing(reviewed, judge_all):
    judge_all(reviewed)
    made = Preference.objects.filter(judgement__item__round=reviewed)
    assert made.exists()
    assert set(made.values_list("judgement__item__kind", flat=True)) == {"pairwise"}


def test_the_units_parts_add_up_to_the_plan():
    campaign = make_campaign()
    round_ = make_round(campaign, None, slots=[{}] * 70, tampered_items=7)
    round_.plan["tampered_items"], round_.plan["slots"] = 7, [{}] * 70
    assert sum(unit_part(round_, index) for index in range(3)) == 7


def test_gold_is_taken_from_what_imported_data_say():
    campaign = make_campaign()
    query, unknown = make_query(campaign), make_query(campaign)
    right = make_response(query, "2", is_marked_correct=True)
    wrong = make_response(query, "3", is_marked_correct=False)
    make_response(unknown, "2")
    make_response(unknown, "3")
    pairs = gold_pairs(campaign, [unknown, query], 5)
    assert [(pair.right, pair.wrong) for pair in pairs] == [(right, wrong)]
    assert gold_pairs(campaign, [query], 5, {query.pk: [{wrong.pk, right.pk}]}) == []


def test_a_known_pair_that_people_judged_gives_no_preference():
    item = make_item(make_campaign(), kind=ItemKind.GOLD, expected="a")
    assert conclude_item(item=item) is None


def test_ratings_compare_sources_first_and_no_response_twice():
    campaign = make_campaign()
    critic, other = make_version(campaign, "critic"), make_version(campaign, "critic", active=False)
    one_source, two_sources = (make_response(make_query(campaign)) for _ in range(2))
    for sample in range(3):
        _critique(one_source, critic, sample)
    kept = [_critique(two_sources, critic, 0), _critique(two_sources, other, 0)]
    more = [_critique(two_sources, critic, sample) for sample in range(1, 5)]
    Critique.objects.create(response=two_sources, version=critic, sample=9)  # did not parse
    drawn = draw_rated(campaign, 2, seed=1)
    assert drawn == [two_sources, one_source]
    item = make_rating_items(campaign, drawn[:1], [3.0], seats=1, seed=1)[0]
    assert set(item.critiques.all()) == {*kept, *more[:2]}
    assert item.priority == 3.0
    assert draw_rated(campaign, 2, seed=1) == [one_source]


def test_the_same_words_twice_are_nothing_to_compare():
    campaign = make_campaign()
    response, critic = make_response(make_query(campaign)), make_version(campaign, "critic")
    for sample in range(3):
        Critique.objects.create(
            response=response, version=critic, sample=sample, verdict="flawed", raw_text="Same."
        )
    assert draw_rated(campaign, 1, seed=1) == []


def _critique(response, version, sample):
    return Critique.objects.create(
        response=response, version=version, sample=sample, verdict="flawed", raw_text=str(sample)
    )
