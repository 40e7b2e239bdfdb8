"""A campaign's rules are changed in the browser."""

import pytest
from django.urls import reverse

from oversight.models import Principle

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(name, args=["maths", *args])


def told(response):
    return " ".join(str(message) for message in response.context["messages"])


def test_rules_are_added_changed_and_retired(admin, campaign):
    admin.post(url("campaign-principles"), {"text": "First"})
    admin.post(url("campaign-principles"), {"text": "Second"})
    first = Principle.objects.get(text="First")
    admin.post(url("principle-change", first.pk), {"text": "First, better"})
    admin.post(url("principle-retire", Principle.objects.get(text="Second").pk))
    rows = Principle.objects.order_by("number", "version")
    assert [(p.number, p.version, p.text, p.retired_at is None) for p in rows] == [
        (1, 1, "First", False),
        (1, 2, "First, better", True),
        (2, 1, "Second", False),
    ]
    admin.post(url("campaign-principles"), {"text": "Third"})
    assert Principle.objects.get(text="Third").number == 3


def test_a_rule_that_changed_meanwhile_is_not_changed_again(admin, campaign):
    old = Principle.objects.create(campaign=campaign, number=1, text="Old")
    admin.post(url("principle-change", old.pk), {"text": "New"})
    response = admin.post(url("principle-change", old.pk), {"text": "Newer"}, follow=True)
    assert "changed by someone meanwhile" in told(response)
    assert not Principle.objects.filter(text="Newer").exists()


def test_an_empty_rule_is_refused(admin):
    assert admin.post(url("campaign-principles"), {"text": " "}).status_code == 422
