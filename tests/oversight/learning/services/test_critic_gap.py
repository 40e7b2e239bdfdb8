"""Before an update: nothing is trained on a critic that guesses, where the campaign says so."""

import pytest
from django.urls import reverse

from oversight.data.services.snapshots import make_snapshot
from oversight.learning.services.critic_gap import GUESSES, critic_gap
from oversight.learning.services.run_folder import _warnings
from oversight.loop.stages import train
from oversight.models import AtChance, Critique, Preference, RunState, Source, TrainingRun
from tests.factories import make_campaign, make_member, make_query, make_response, make_version
from tests.oversight.judging import add_pair, make_round

pytestmark = pytest.mark.django_db


def make_answers(round_, *, is_critic_right, count=20):
    """Each query has a right and a wrong answer, which the critic tells apart, or the wrong way round."""
    for beads in range(31, 31 + count):
        text = f"Tom keeps {beads} beads in a drawer. Tom wins 4 bags of 7. How many beads now?"
        query = make_query(round_.campaign, text, round=round_)
        right = f"4 * 7 = 28\n{beads} + 28 = {beads + 28}\n#### {beads + 28}"
        rows = [make_response(query, each, version=round_.learner) for each in (right, "#### 1")]
        for row, is_right in zip(rows, (True, False), strict=True):
            p = 0.1 if is_right == is_critic_right else 0.9
            Critique.objects.create(response=row, version=round_.critic, p_flawed=p)
    return rows


def make_run(rule, *, is_critic_right, source=Source.CRITIC):
    campaign = make_campaign(checker="arithmetic", critic_at_chance=rule, min_preferences=1)
    round_ = make_round(campaign, make_version(campaign, "critic"))
    chosen, rejected = make_answers(round_, is_critic_right=is_critic_right)
    Preference.objects.create(
        campaign=campaign, query=chosen.query, chosen=chosen, rejected=rejected, source=source
    )
    return TrainingRun.objects.create(
        campaign=campaign,
        round=round_,
        parent=round_.learner,
        snapshot=make_snapshot(campaign=campaign),
        settings={"min_preferences": 0, "loss": "dpo", "method": "full"},
    )


def test_an_update_on_guesses_is_skipped_where_the_campaign_says_so(client):
    run = make_run(AtChance.STOP, is_critic_right=False)
    assert train._skip(run)
    run.refresh_from_db()
    assert run.state == RunState.SKIPPED
    assert run.reason.startswith(GUESSES)
    assert run.critic_gap["value"] == -0.5
    client.force_login(make_member(run.campaign, "owner"))
    page = client.get(reverse("training-run", args=[run.campaign.slug, run.pk])).content.decode()
    assert "Of 20 queries with several answers" in page
    page = client.get(reverse("round", args=[run.campaign.slug, run.round.number])).content.decode()
    assert "Of 20 queries with several answers" in page


def test_usually_it_is_warned_of(db):
    run = make_run(AtChance.WARN, is_critic_right=False)
    assert not train._skip(run)
    assert GUESSES in _warnings(run)


def test_a_critic_that_knows_is_no_reason_for_either(db):
    run = make_run(AtChance.STOP, is_critic_right=True)
    assert not train._skip(run)
    assert GUESSES not in _warnings(run)
    assert run.critic_gap["low"] > 0


def test_where_only_people_are_trained_on_the_critic_does_not_matter(db):
    run = make_run(AtChance.STOP, is_critic_right=False, source=Source.PERSON)
    assert not train._skip(run)
    assert run.critic_gap == {}


def test_without_a_checker_people_tell(db):
    campaign = make_campaign()
    round_ = make_round(campaign, make_version(campaign, "critic"))
    assert critic_gap(round_) is None
    for human in "aaaaaaaaaaaab":
        add_pair(round_, 0.9, human=human)
    found = critic_gap(round_)
    assert (found.by, found.n) == ("people", 13)
    assert found.chosen == pytest.approx(12 / 13)
    assert not found.holds_chance
    assert critic_gap(make_round(campaign, None)) is None
