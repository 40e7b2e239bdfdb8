"""A campaign's rules are changed in the browser."""

import pytest
from django.urls import reverse

from oversight.models import Principle

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(name, args=["maths", *args])


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


@pytest.mark.fault("overwriting")
def test_a_rule_that_changed_meanwhile_is_not_changed_again(admin, campaign):
    old = Principle.objects.create(campaign=campaign, number=1, text="Old")
    admin.post(url("principle-change", old.pk), {"text": "New"})
    response = admin.post(url("principle-change", old.pk), {"text": "Newer"})
    assert not Principle.objects.filter(text="Newer").exists()
    html = response.content.decode()
    assert response.status_code == 409
    assert "somebody else changed this rule meanwhile" in html
    assert "<p>New</p>" in html
    assert "Newer</textarea>" in html
    again = url("principle-change", Principle.objects.get(text="New").pk)
    assert f'action="{again}"' in html
    assert admin.post(again, {"text": "Newer"}).status_code == 302
    assert Principle.objects.get(text="Newer").version == 3


@pytest.mark.fault("overwriting")
def test_a_rule_that_was_retired_meanwhile_can_be_added_anew(admin, campaign):
    old = Principle.objects.create(campaign=campaign, number=1, text="Old")
    page = admin.get(url("principle-change", old.pk)).content.decode()
    assert "Save as a new version" in page
    admin.post(url("principle-retire", old.pk))
    response = admin.post(url("principle-change", old.pk), {"text": "Newer"})
    html = response.content.decode()
    assert (response.status_code, "Add as a new rule" in html) == (409, True)
    assert f'action="{url("campaign-principles")}"' in html
    assert "Newer" in html


@pytest.mark.fault("overwriting")
def test_a_rule_that_is_sent_twice_is_added_once(admin, campaign):
    first, again = (admin.post(url("campaign-principles"), {"text": "Be kind."}) for _ in "ab")
    assert (first.status_code, again.status_code) == (302, 409)
    assert "rule 1 says this already" in again.content.decode()
    assert Principle.objects.count() == 1
    admin.post(url("campaign-principles"), {"text": "Be brief."})
    brief = Principle.objects.get(text="Be brief.")
    response = admin.post(url("principle-change", brief.pk), {"text": "Be kind."})
    assert (response.status_code, Principle.objects.count()) == (422, 2)
    assert admin.post(url("principle-change", brief.pk), {"text": "Be brief."}).status_code == 302
    admin.post(url("principle-retire", Principle.objects.get(text="Be kind.").pk))
    assert admin.post(url("campaign-principles"), {"text": "Be kind."}).status_code == 302


def test_an_empty_rule_is_refused(admin):
    assert admin.post(url("campaign-principles"), {"text": " "}).status_code == 422
