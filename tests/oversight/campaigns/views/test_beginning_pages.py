"""Whoever made a campaign is led on to its first judged item."""

import pytest
from django.urls import reverse

from tests.annotate.records import make_reviewed_pair
from tests.factories import make_member

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
