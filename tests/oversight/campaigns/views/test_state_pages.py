"""Pausing, finishing, archiving and deleting in the browser: said first, then done once."""

import pytest
from django.urls import reverse

from oversight.campaigns.policies.states import MOVES
from oversight.campaigns.services.states import move_campaign
from oversight.models import Campaign, Source
from tests.factories import make_campaign, make_member, make_version
from tests.oversight.campaigns.services.test_deleting import judge

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(name, args=["maths", *args])


def end(campaign, verb="finish"):
    move_campaign(campaign=campaign, move=MOVES[verb], reason="The study is over.")


def test_what_happens_is_said_and_then_done_with_a_reason(admin, campaign):
    page = admin.get(url("campaign-move", "pause")).content.decode()
    assert "Nobody is given an item any more." in page
    assert admin.post(url("campaign-move", "pause"), {"reason": ""}).status_code == 422
    done = admin.post(url("campaign-move", "pause"), {"reason": "A holiday."}, follow=True)
    assert done.redirect_chain == [(url("campaign-state"), 302)]
    page = done.content.decode()
    assert "The campaign is paused" in page
    assert "A holiday." in page
    again = admin.post(url("campaign-move", "pause"), {"reason": "again"}, follow=True)
    assert "Not done" in again.content.decode()


def test_an_unknown_verb_is_not_found(admin):
    assert admin.get(url("campaign-move", "explode")).status_code == 404


def test_each_page_of_the_campaign_says_that_it_rests(admin, campaign):
    end(campaign, "pause")
    for name in ("campaign", "campaign-models", "campaign-edit"):
        assert "The study is over." in admin.get(url(name)).content.decode()


def test_what_is_finished_is_read_and_not_changed(admin, campaign):
    make_version(campaign)
    end(campaign)
    for name in ("campaign", "campaign-edit", "campaign-principles", "campaign-data"):
        assert admin.get(url(name)).status_code == 200
    refused = admin.post(url("campaign-principles"), {"text": "Be right."})
    assert refused.status_code == 409
    assert "Maths is finished" in refused.content.decode()
    assert not campaign.principles.exists()
    assert admin.post(url("round-start")).status_code == 409
    assert "Start the next round" not in admin.get(url("campaign")).content.decode()


def test_who_may_is_still_seen_to_in_a_finished_campaign(admin, campaign):
    end(campaign)
    assert admin.post(url("campaign-move", "resume"), {"reason": "More."}).status_code == 302
    campaign.refresh_from_db()
    assert campaign.state == "active"


def test_archived_campaigns_are_listed_where_they_are_asked_for(admin, campaign):
    other = make_campaign(name="Another")
    make_member(other, "owner", user=campaign.members.get().user)
    end(campaign, "archive")
    page = admin.get(reverse("home")).content.decode()
    assert ">Maths<" not in page
    assert ">Another<" in page
    assert "1 archived campaign<" in page
    page = admin.get(reverse("home") + "?archived").content.decode()
    assert ">Maths<" in page
    assert ">Another<" not in page


def test_it_is_deleted_by_who_types_its_name(admin, campaign):
    assert "1 members" in admin.get(url("campaign-delete")).content.decode()
    assert admin.post(url("campaign-delete"), {"name": "maths"}).status_code == 422
    done = admin.post(url("campaign-delete"), {"name": "Maths"}, follow=True)
    assert "Maths is deleted." in done.content.decode()
    assert not Campaign.objects.filter(slug="maths").exists()


def test_what_holds_labels_is_offered_to_the_archive_instead(admin, campaign):
    judge(campaign, Source.PERSON, campaign.members.get().user)
    page = admin.get(url("campaign-delete")).content.decode()
    assert "1 answer of people" in page
    assert url("campaign-move", "archive") in page
    assert "cannot be deleted" in admin.get(url("campaign-state")).content.decode()
    refused = admin.post(url("campaign-delete"), {"name": "Maths"})
    assert refused.status_code == 422
    assert Campaign.objects.filter(slug="maths").exists()
