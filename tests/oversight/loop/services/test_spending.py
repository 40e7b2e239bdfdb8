"""What models cost is written with each unit, shown by role, and bounded by the campaign's budget."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from models_srv.types import Generation, ModelUnavailable
from oversight.loop.selectors.spending import campaign_spending, spending
from oversight.loop.services.spending import record_tokens, require_budget
from oversight.loop.stages import assess, attack, critique, evaluate, respond
from oversight.loop.stages.roles import reply, trial
from oversight.models import Stage, TokenUse
from tests.factories import make_campaign, make_member, make_round, make_version, set_settings

pytestmark = pytest.mark.django_db


def answer(read=None, written=None):
    return Generation("x", "hash", prompt_tokens=read, completion_tokens=written)


@pytest.fixture
def learner():
    return make_version(make_campaign(slug="costly"), price_in="2", price_out="6")


@pytest.fixture
def running(learner):
    critic = make_version(learner.campaign, "critic")
    return make_round(learner, critic=critic, stage=Stage.RESPOND)


def spend(round_, index=0, tokens=(1_000_000, 500_000)):
    record_tokens(round_, Stage.RESPOND, index, [(round_.learner_id, answer(*tokens))])


def test_it_is_added_up_by_version_with_its_price(running):
    told = [(running.learner_id, answer(1_500_000, 250_000)), (running.critic_id, answer(10, 20))]
    record_tokens(running, Stage.EVALUATE, 0, told)
    spend(running, tokens=(500_000, 250_000))
    found = spending(running)
    by_role = {row.version.role: row for row in found.rows}
    assert (by_role["learner"].read, by_role["learner"].written) == (2_000_000, 500_000)
    assert by_role["learner"].cost == Decimal(7)
    assert by_role["critic"].cost is None
    assert found.cost == Decimal(7)
    assert campaign_spending(running.campaign) == found


def test_answers_of_which_nothing_is_known_are_told_apart(running):
    told = [(running.learner_id, answer()), (running.learner_id, answer(3, 4))]
    record_tokens(running, Stage.RESPOND, 0, told)
    (row,) = spending(running).rows
    assert (row.answers, row.untold, row.read, row.written) == (2, 1, 3, 4)


def test_a_unit_has_one_row_and_what_was_asked_again_was_paid_for_twice(running):
    spend(running)
    spend(running)
    row = TokenUse.objects.get()
    assert (row.answers, row.prompt_tokens, row.completion_tokens) == (2, 2_000_000, 1_000_000)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_round_within_its_budget_asks(running):
    set_settings(running.campaign, cost_budget=6)
    spend(running)
    require_budget(running)  # 5 of 6


@pytest.mark.parametrize("stage", [attack, respond, critique, assess, trial, reply])
def test_one_that_has_spent_it_asks_no_more_and_says_so(running, stage):
    set_settings(running.campaign, cost_budget=5)
    spend(running)
    with pytest.raises(ModelUnavailable, match=r"have cost 5\.00 of 5: it asks no more"):
        stage.ask(running, 0)


def test_nor_are_versions_compared(running):
    set_settings(running.campaign, cost_budget=5)
    spend(running)
    running.candidate = make_version(running.campaign, active=False)
    with pytest.raises(ModelUnavailable, match="it asks no more"):
        evaluate.ask(running, 0)


def test_raised_it_goes_on(running):
    set_settings(running.campaign, cost_budget=5)
    spend(running)
    set_settings(running.campaign, cost_budget=50)
    require_budget(running)


def test_the_rounds_page_shows_it(client, running):
    spend(running)
    record_tokens(running, Stage.CRITIQUE, 0, [(running.critic_id, answer())])
    client.force_login(make_member(running.campaign, "manager"))
    page = client.get(reverse("round", args=["costly", running.number])).content.decode()
    assert "What its models cost" in page
    assert "1,000,000" in page
    assert "5.00 in all" in page
    assert "no price" in page
    assert "nothing is known" in page


def test_a_round_without_any_shows_no_table(client, running):
    client.force_login(make_member(running.campaign, "manager"))
    page = client.get(reverse("round", args=["costly", running.number])).content.decode()
    assert "What its models cost" not in page
