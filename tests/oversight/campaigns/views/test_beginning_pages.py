"""Whoever made a campaign is led on to its first judged item."""

import pytest
from django.urls import reverse

from tests.annotate.records import make_reviewed_pair
from tests.factories import make_member, make_query, set_settings

pytestmark = pytest.mark.django_db


def test_what_comes_next_is_ticked_as_it_is_done(admin, campaign):
    page = reverse("campaign-begin", args=["maths"])
    assert "✓ Done" not in admin.get(page).content.decode()
    make_member(campaign)
    assert admin.get(page).content.decode().count("✓ Done") == 1
    make_reviewed_pair(campaign)
    html = admin.get(page).content.decode()
    assert html.count("✓ Done") == 3  # its answers are a learner's
    assert "Waiting for people" in html


def test_how_a_version_is_tried_is_asked_for_and_ticked(admin, campaign):
    page = reverse("campaign-begin", args=["maths"])
    set_settings(campaign, checker="")
    html = admin.get(page).text
    assert "Without any it is never put to work." in html
    assert "Hold queries out" in html
    assert reverse("settings-group", args=["maths", "basics"]) in html
    make_query(campaign, "Held back?", split="held_out")
    html = admin.get(page).text
    assert "Queries are held out" in html
    assert "Choose who checks" in html
    before = html.count("✓ Done")
    set_settings(campaign, checker="arithmetic")
    html = admin.get(page).text
    assert "A program decides which answers are right." in html
    assert html.count("✓ Done") == before + 1
