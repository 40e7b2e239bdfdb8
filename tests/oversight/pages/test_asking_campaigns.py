"""A campaign in which people judge what was brought, and no model learns, tells what they said."""

import pytest
from django.urls import reverse

from oversight.models import ActiveVersion, Campaign, Judgement, Trial
from tests.factories import make_item, make_round, make_user, make_version

pytestmark = pytest.mark.django_db


def brought(campaign, **fields):
    """An item whose answers nobody at work wrote."""
    item = make_item(campaign, **fields)
    ActiveVersion.objects.all().delete()
    return item


def judge(item, choice, **fields):
    pair = {"query": item.query, "response_a": item.response_a, "response_b": item.response_b}
    values = {
        "source": "person",
        "user": make_user(),
        "choice": choice,
        "p_a_better": 0.5,
        **fields,
    }
    return Judgement.objects.create(item=item, **pair, **values)


def page(client):
    return " ".join(client.get(reverse("campaign", args=["maths"])).content.decode().split())


def test_it_tells_what_people_said(admin, campaign):
    judge(brought(campaign, state="closed"), "b")
    brought(campaign)
    html = page(admin)
    assert "1 of 2 items is judged" in html
    assert '<dt>B is better</dt> <dd class="num"> 1 </dd>' in html
    for words in ("Start the next round", "No version has been measured", "No model is at work"):
        assert words not in html


def test_what_was_taken_back_is_not_counted(admin, campaign):
    first = judge(brought(campaign), "b")
    judge(first.item, "a", supersedes=first, user=first.user)
    html = page(admin)
    assert "A is better" in html
    assert "B is better" not in html


def test_one_without_anything_to_judge_is_told_what_it_needs(admin, campaign):
    assert "No model is at work as learner" in page(admin)


def test_a_learner_that_is_being_tried_is_not_asked_for_again(admin, campaign):
    version = make_version(campaign, active=False)
    Trial.objects.create(version=version, asked_by=make_user())
    html = page(admin)
    assert "The learner is being tried" in html
    assert "No model is at work as learner" not in html


def test_one_with_a_learner_tells_of_its_versions(admin, campaign):
    make_item(campaign)  # its answers are those of the learner at work
    html = page(admin)
    assert "No version has been measured yet" in html
    assert "Start the next round" in html


def test_one_that_had_rounds_tells_of_them(admin, campaign):
    brought(campaign, round=make_round(make_version(campaign, active=False), number=1))
    assert "No version has been measured yet" in page(admin)


def test_a_finished_one_offers_nothing_that_cannot_be_done(admin, campaign):
    make_version(campaign)
    Campaign.objects.update(finished_at=campaign.created_at)
    assert "Start the next round" not in page(admin)
    assert "Choose one" not in page(admin)
    html = admin.get(reverse("settings-group", args=["maths", "judging"])).content.decode()
    assert ">Save</button>" not in html
    assert "its settings can be read, and no longer changed" in " ".join(html.split())
