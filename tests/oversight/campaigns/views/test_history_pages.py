"""Who changed settings, and the way back, in the browser."""

import pytest
from django.urls import reverse

from models_srv.dpo import PLAIN
from oversight.campaigns.forms.history import differences
from oversight.campaigns.services.settings import change_settings
from oversight.learning.policies.terms import USUAL
from tests.factories import make_user
from tests.oversight.campaigns.views.test_settings_pages import page_of, settings_of

pytestmark = pytest.mark.django_db
HISTORY = reverse("settings-history", args=["maths"])


def restoring(number, key="routing"):
    return reverse("settings-restore", args=["maths", key, number])


def test_it_says_who_changed_what_in_the_settings_own_words(admin, campaign):
    assert "Nothing has been changed yet" in admin.get(HISTORY).content.decode()
    ada = make_user("ada")
    rules = {"always_ask": ["critical"], "human_minutes": 90}
    change_settings(campaign=campaign, changed_by=ada, audit_share=0.3, **rules)
    html = admin.get(HISTORY).content.decode()
    assert "ada" in html
    assert "<del>10</del> → <ins>30</ins>" in html
    assert "<ins>A comment of critical severity</ins>" in html
    assert "<del>nothing</del> → <ins>90</ins>" in html
    assert "audit_share" not in html


def test_a_long_history_has_pages_and_costs_the_same(
    admin, campaign, django_assert_max_num_queries
):
    for number in range(35):
        change_settings(campaign=campaign, break_minutes=number + 1)
    with django_assert_max_num_queries(9):
        html = admin.get(HISTORY).content.decode()
    assert "Page 1 of 2" in html


def test_a_setting_that_is_newer_than_a_version_was_its_default_in_it():
    old = {"hidden_share": 0.1}
    assert differences("measuring", old, {"hidden_share": 0.1, "evidence_share": 0.0}) == []
    [change] = differences("measuring", old, {"hidden_share": 0.1, "evidence_share": 0.2})
    assert (change.old, change.new) == ("0", "20")


def test_a_loss_of_before_there_were_terms_was_without_them():
    old = {"loss": "dpo"}
    assert differences("training", old, {**old, **PLAIN}) == []
    assert len(differences("training", old, {**old, **USUAL})) == 3


def test_words_of_people_stay_text(admin, campaign):
    change_settings(campaign=campaign, guidelines="<b>bold</b>")
    assert "<b>bold" not in admin.get(HISTORY).content.decode()


def test_the_way_back_is_shown_first(admin, campaign):
    change_settings(campaign=campaign, audit_share=0.3)
    assert "Audit share (%): 30 → 10" in admin.get(restoring(1)).content.decode()
    campaign.refresh_from_db()
    assert campaign.routing.audit_share == 0.3
    assert admin.post(restoring(1)).url == HISTORY
    campaign.refresh_from_db()
    assert (campaign.routing.audit_share, campaign.routing.number) == (0.1, 3)


def test_going_back_to_what_is_changes_nothing(admin, campaign):
    told = admin.post(restoring(1), follow=True).content.decode()
    assert "as in version 1 already" in told


@pytest.mark.parametrize("address", [restoring(9), restoring(1, "magic")])
def test_there_is_no_such_version(admin, address):
    assert admin.get(address).status_code == 404


def test_the_second_of_two_admins_is_told_and_may_insist(admin, campaign):
    sent = settings_of(admin.get(page_of("routing")).context["form"], audit_share="50")
    change_settings(campaign=campaign, changed_by=make_user("ada"), audit_share=0.3)
    answer = admin.post(page_of("routing"), sent)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "somebody else changed these settings meanwhile" in html
    assert "<del>10</del> → <ins>30</ins>" in html
    again = settings_of(answer.context["form"])
    assert again["audit_share"] == "50"
    assert admin.post(page_of("routing"), again).status_code == 302
    campaign.refresh_from_db()
    assert campaign.routing.audit_share == 0.5


def test_a_form_that_does_not_say_what_it_was_made_from_is_refused(admin):
    sent = settings_of(admin.get(page_of("routing")).context["form"])
    del sent["read"]
    assert admin.post(page_of("routing"), sent).status_code == 422
