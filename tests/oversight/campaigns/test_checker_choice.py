"""The checker is chosen among the domains that are installed; one that is missing is said."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from oversight.campaigns.forms.groups import setting_words
from oversight.campaigns.services.settings import change_settings
from tests.factories import make_query, make_response, set_settings
from tests.models_srv.own_domains import installed
from tests.oversight.campaigns.views.test_settings_pages import page_of, send
from tests.oversight.page_fixtures import admin, campaign, quick_passwords  # noqa: F401
from tests.oversight.rest.clients import client_of_role

pytestmark = pytest.mark.django_db
MISSING = "“shouting” is not installed here"


@pytest.fixture
def _shouting(tmp_path):
    with installed(tmp_path):
        yield


@pytest.fixture
def rest(campaign):  # noqa: F811
    api, address = client_of_role(campaign, "owner"), reverse("api-settings-basics", args=["maths"])

    def choose(name):
        match = {"If-Match": api.get(address).headers["ETag"]}
        return api.patch(address, {"checker": name}, format="json", headers=match)

    return choose


@pytest.mark.usefixtures("_shouting")
def test_one_that_is_installed_is_offered_with_its_sentence_and_chosen(admin, campaign):  # noqa: F811
    page = admin.get(page_of("basics")).content.decode()
    assert "Shouted words. Knows whether a word was said in capitals." in page
    assert "broken" not in page
    assert send(admin, "basics", checker="shouting").status_code == 302
    campaign.refresh_from_db()
    assert campaign.basics.checker == "shouting"
    assert setting_words("checker", "shouting") == "Shouted words"


def test_one_that_is_not_installed_is_refused_everywhere(admin, campaign, rest):  # noqa: F811
    refused = send(admin, "basics", checker="shouting")
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["checker"])
    answer = rest("shouting")
    assert answer.status_code == 400
    assert MISSING in answer.content.decode()
    with pytest.raises(ValidationError, match=MISSING):
        change_settings(campaign=campaign, checker="shouting")
    assert rest("arithmetic").status_code == 200


@pytest.mark.usefixtures("_shouting")
def test_one_that_cannot_be_loaded_says_why(rest):
    assert "OSError: no word list here" in rest("broken").content.decode()


def test_one_that_was_taken_away_is_said_and_stays_until_another_is_chosen(
    admin,  # noqa: F811
    campaign,  # noqa: F811
    rest,
):
    set_settings(campaign, checker="shouting")
    assert f"{MISSING}: nobody knows" in admin.get(page_of("basics")).content.decode()
    overview = admin.get(reverse("campaign-edit", args=["maths"])).content.decode()
    assert f"The checker {MISSING}: nobody knows which answers are right." in overview
    assert send(admin, "basics", guidelines="Be kind.").status_code == 302
    assert rest("shouting").status_code == 200
    campaign.refresh_from_db()
    assert (campaign.basics.checker, campaign.basics.guidelines) == ("shouting", "Be kind.")
    assert send(admin, "basics", checker="").status_code == 302


def test_known_answers_are_not_made_without_it(admin, campaign):  # noqa: F811
    set_settings(campaign, checker="shouting")
    query = make_query(campaign, "Shout this word: x")
    for text in ("x", "X"):
        make_response(query, text)
    page = admin.post(
        reverse("known-answers", args=["maths"]), {"gold-count": "1", "gold-purpose": "queue"}
    )
    assert page.status_code == 422
    assert "so nobody knows which answers are right" in page.content.decode()
    assert not campaign.items.exists()
