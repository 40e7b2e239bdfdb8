"""The learner over its versions: the page, and the same over REST."""

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from oversight.data.services.snapshots import make_snapshot
from oversight.models import Critique, Preference, Purpose, RunState, Source, TrainingRun
from tests.factories import make_member, make_query, make_response, make_version, set_settings
from tests.oversight.judging import make_round
from tests.oversight.page_fixtures import admin, campaign

__all__ = ["admin", "campaign"]  # fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def versions(campaign):
    """A version and one that was trained from it, which says the same to everything."""
    set_settings(campaign, checker="arithmetic")
    round_ = make_round(campaign, make_version(campaign, "critic"))
    old = round_.learner
    new = make_version(campaign, name=old.name, revision=old.revision + 1, parent=old, active=False)
    for beads in range(31, 61):
        text = f"Tom keeps {beads} beads in a drawer. Tom wins 4 bags of 7. How many beads now?"
        query = make_query(campaign, text, split="held_out")
        right = f"4 * 7 = 28\n{beads} + 28 = {beads + 28}\n#### {beads + 28}"
        for version, said in ((old, right), (new, "It is #### 59 as always")):
            make_response(query, said, version=version, purpose=Purpose.EVALUATION)
            row = make_response(query, said, version=version)
            Critique.objects.create(
                response=row, version=round_.critic, p_flawed=0.1 if version == new else 0.3
            )
    chosen = make_response(make_query(campaign), "Yes.")
    Preference.objects.create(
        campaign=campaign,
        query=chosen.query,
        chosen=chosen,
        rejected=make_response(chosen.query, "No."),
        source=Source.PERSON,
    )
    TrainingRun.objects.create(
        campaign=campaign,
        round=round_,
        parent=old,
        snapshot=make_snapshot(campaign=campaign),
        state=RunState.SUCCEEDED,
        result_version=new,
        metrics=[{"step": 1, "kl": 0.25}],
    )
    return old, new


def test_the_page_comes_first_and_its_figures_after_it(admin, campaign, versions):
    address = reverse("learner-versions", args=[campaign.slug])
    page = admin.get(address).content.decode()
    assert 'hx-get="?figures=true"' in page
    part = admin.get(address, {"figures": "true"}, headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    whole = admin.get(address, {"figures": "true"}).content.decode()
    assert "its answers are less varied" in whole
    fall = whole[whole.index("the first sample is right less often") :].partition("</p>")[0]
    assert "each answered the queries of its own rounds" in fall
    assert "1 of 1" in whole
    assert "Does it please the critic more than it is right?" in whole
    assert address in admin.get(reverse("campaign-models", args=[campaign.slug])).content.decode()


def test_a_campaign_without_answers_says_so(admin, campaign):
    address = reverse("learner-versions", args=[campaign.slug])
    page = admin.get(address, {"figures": "true"}).content.decode()
    assert "No version of the learner has answered anything yet" in page


def test_rest_gives_the_same_figures(campaign, versions):
    client = APIClient()
    client.force_authenticate(make_member(campaign, "owner"))
    new, old = client.get(f"/api/v1/campaigns/{campaign.slug}/learner-versions/").json()
    assert (new["version"], old["version"]) == (str(versions[1]), str(versions[0]))
    assert new["variety"]["distinct"]["is_loss"] is True
    assert new["variety"]["pass_first"]["value"] < old["variety"]["pass_first"]["value"] == 1
    assert new["fresh"] == {"labels": 1, "human": 1, "new": 1}
    assert old["pleasing"]["kl"] == 0
    assert new["pleasing"]["kl"] == 0.25
    assert new["pleasing"]["critic"] > old["pleasing"]["critic"]
    assert new["pleasing"]["truth"] < old["pleasing"]["truth"]
    assert old["fresh"] is None
