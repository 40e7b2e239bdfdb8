"""A backend that another distribution brings is chosen, tried and put to work like ours."""

import pytest
from django.urls import reverse

from models_srv.types import ModelMisconfigured
from oversight.models import ActiveVersion, ModelVersion, Trial
from oversight.versions.services.loading import backend_of
from oversight.versions.services.trials import try_models
from tests.factories import make_version
from tests.models_srv.own_backends import installed
from tests.oversight.rest.clients import client_of_role, url

pytestmark = pytest.mark.django_db
CHANGE = reverse("model-change", args=["maths", "critic"])
FORM = {
    "kind": "own-echo",
    "name": "mountain",
    "location": "here",
    "served_name": "e",
    "adapter": "/no/where",
}


@pytest.fixture
def _echo(tmp_path):
    with installed(tmp_path):
        yield


@pytest.mark.usefixtures("_echo")
def test_it_is_a_kind_of_its_own_on_the_page(admin):
    page = admin.get(CHANGE).content.decode()
    assert 'value="own-echo"' in page
    assert "A backend that is installed here, by echo-models." in page
    assert page.count("Whatever this backend finds its model by.") == 1
    assert 'data-kinds="folder adapter server own"' in page, "the field of where it is"


@pytest.mark.usefixtures("_echo")
def test_it_is_tried_and_put_to_work(admin):
    assert admin.post(CHANGE, FORM).status_code == 302
    version = ModelVersion.objects.get(role="critic")
    assert (version.backend, version.location, version.adapter) == ("echo", "here", "")
    assert try_models() == 1
    assert ActiveVersion.objects.get(role="critic").version == version
    assert type(backend_of(version).backend).__name__ == "Echo"
    assert admin.get(CHANGE).context["form"]["kind"].value() == "own-echo"


@pytest.mark.usefixtures("_echo")
def test_one_that_does_not_answer_is_refused_in_its_own_words(admin):
    admin.post(CHANGE, FORM | {"location": "away"})
    try_models()
    assert Trial.objects.get().outcome == "The mountain is closed."
    assert not ActiveVersion.objects.filter(role="critic").exists()


@pytest.mark.usefixtures("_echo")
def test_it_is_registered_over_rest(campaign):
    api = client_of_role(campaign, "owner")
    sent = {"role": "critic", "name": "m", "backend": "echo", "location": "here"}
    made = api.post(url("api-versions", campaign), sent, format="json")
    assert (made.status_code, made.json()["backend"]) == (201, "echo")
    other = sent | {"backend": "magic"}
    refused = api.post(url("api-versions", campaign), other, format="json")
    assert refused.status_code == 400


@pytest.mark.usefixtures("_echo")
def test_a_folder_that_models_are_not_loaded_from_is_none_of_its_places(admin, settings):
    settings.MODEL_FOLDERS = []
    refused = admin.post(CHANGE, FORM | {"location": "/etc"})
    assert refused.status_code == 422
    assert "location" in refused.context["form"].errors


def test_one_that_is_not_installed_is_no_kind(admin):
    assert "own-echo" not in admin.get(CHANGE).content.decode()
    refused = admin.post(CHANGE, FORM)
    assert refused.status_code == 422
    assert "kind" in refused.context["form"].errors


def test_one_that_was_taken_away_says_so(admin, campaign):
    version = make_version(campaign, "critic", backend="echo", location="here")
    assert admin.get(CHANGE).status_code == 200
    assert admin.get(reverse("campaign-models", args=["maths"])).status_code == 200
    with pytest.raises(ModelMisconfigured, match="Unknown backend 'echo'"):
        backend_of(version)
