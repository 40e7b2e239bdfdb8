"""A model is chosen by its kind: the fields of other kinds are left aside."""

import pytest
from django.urls import reverse

from oversight.models import ActiveVersion, ModelVersion, Promotion, TrialState
from oversight.versions.services import trials
from tests.factories import make_version

pytestmark = pytest.mark.django_db
CHANGE = reverse("model-change", args=["maths", "critic"])
STALE = {
    "name": "new",
    "location": "http://127.0.0.1:8000/v1",
    "served_name": "big",
    "adapter": "/no/where",
    "api_key_env": "VLLM_API_KEY",
    "starter": "starter:critic",
}


def url(name, *args):
    return reverse(name, args=["maths", *args])


def chosen():
    version = ModelVersion.objects.get(role="critic")
    return version.backend, version.location, version.served_name, version.adapter


def test_a_starter_is_chosen_by_its_name(admin):
    assert admin.post(CHANGE, STALE | {"kind": "starter"}).status_code == 302
    assert chosen() == ("transformers", "starter:critic", "", "")


def test_a_starter_learner_that_can_revise_is_offered(admin):
    learner = reverse("model-change", args=["maths", "learner"])
    assert "starter-reviser" in admin.get(learner).content.decode()
    sent = STALE | {"kind": "starter", "starter": "starter:reviser"}
    assert admin.post(learner, sent).status_code == 302
    version = ModelVersion.objects.get(role="learner", name="new")
    assert (version.backend, version.location) == ("transformers", "starter:reviser")


def test_only_starters_that_play_the_part_are_offered(admin):
    page = admin.get(CHANGE).content.decode()
    assert "starter-critic" in page
    assert "starter-reviser" not in page
    refused = admin.post(CHANGE, STALE | {"kind": "starter", "starter": "starter:reviser"})
    assert (refused.status_code, [*refused.context["form"].errors]) == (422, ["starter"])


@pytest.mark.parametrize(
    ("name", "named"), [("starter-learner", "starter-reviser"), ("mine", "mine")]
)
def test_the_usual_name_follows_the_starter_that_is_chosen(admin, name, named):
    learner = reverse("model-change", args=["maths", "learner"])
    sent = STALE | {"kind": "starter", "starter": "starter:reviser", "name": name}
    assert admin.post(learner, sent).status_code == 302
    assert ModelVersion.objects.get(location="starter:reviser").name == named


def test_a_folder_leaves_what_a_server_is_told_by_aside(admin):
    sent = STALE | {"kind": "folder", "location": "starter:critic"}
    assert admin.post(CHANGE, sent).status_code == 302
    assert chosen() == ("transformers", "starter:critic", "", "")


def test_a_server_leaves_the_adapter_aside(admin):
    assert admin.post(CHANGE, STALE | {"kind": "server"}).status_code == 302
    assert chosen() == ("openai", "http://127.0.0.1:8000/v1", "big", "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "adapter", "location": "org/base", "adapter": ""}, "adapter"),
        ({"kind": "adapter", "location": "org/base"}, "adapter"),
        ({"kind": "server", "served_name": ""}, "served_name"),
        ({"kind": "folder"}, "location"),
        ({"kind": "magic"}, "kind"),
        ({"kind": "starter", "starter": "starter:../.."}, "starter"),
    ],
)
def test_what_is_wrong_stands_beside_a_field_of_the_kind(admin, changes, field):
    refused = admin.post(CHANGE, STALE | changes)
    assert refused.status_code == 422
    assert field in refused.context["form"].errors
    assert not ModelVersion.objects.exists()


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"backend": "transformers", "location": "starter:critic"}, "starter"),
        ({"backend": "transformers", "location": "org/x"}, "folder"),
        ({"backend": "transformers", "location": "org/x", "adapter": "a"}, "adapter"),
        ({"backend": "openai", "location": "http://127.0.0.1:1/v1"}, "server"),
    ],
)
def test_the_form_begins_with_the_model_at_work(admin, campaign, fields, kind):
    make_version(campaign, "critic", **fields)
    page = admin.get(CHANGE)
    assert page.context["form"]["kind"].value() == kind
    assert f'value="{kind}" id="id_kind_' in page.content.decode()


@pytest.fixture
def refused(admin, campaign, monkeypatch):
    """A version that did not answer when it was tried."""
    monkeypatch.setattr(trials, "try_model", lambda spec, role: "the server is down")
    admin.post(CHANGE, STALE | {"kind": "server"})
    trials.try_models()
    return ModelVersion.objects.get(role="critic")


def test_one_that_did_not_answer_is_tried_again_and_put_to_work(admin, refused, monkeypatch):
    page = admin.get(url("version-activate", refused.pk)).content.decode()
    assert "tries it once more with a real request" in page
    monkeypatch.setattr(trials, "try_model", lambda spec, role: "")
    told = admin.post(url("version-activate", refused.pk), {"reason": "It is up."}, follow=True)
    assert "is being tried" in told.content.decode()
    assert not ActiveVersion.objects.exists()
    trials.try_models()
    assert ActiveVersion.objects.get(role="critic").version == refused
    assert Promotion.objects.get(version=refused).reason == "It is up."


def test_tried_again_it_may_still_not_answer(admin, refused):
    admin.post(url("version-activate", refused.pk))
    again = admin.post(url("version-activate", refused.pk), follow=True)
    assert "Not done" in again.content.decode()
    trials.try_models()
    refused.trial.refresh_from_db()
    assert (refused.trial.state, refused.trial.outcome) == (TrialState.FAILED, "the server is down")
    assert not ActiveVersion.objects.exists()


def test_what_follows_of_a_rollback_is_said_before_it_is_done(admin, campaign):
    former = make_version(campaign, name="old", backend="transformers", location="org/x")
    ActiveVersion.objects.all().delete()
    make_version(campaign, name="new", backend="transformers", location="org/y")
    listed = admin.get(url("campaign-models")).content.decode()
    assert url("version-activate", former.pk) in listed
    page = admin.get(url("version-activate", former.pk)).content.decode()
    assert f"{former} is then at work as learner, from the next round on." in page
    assert "which is at work now, is kept" in page
    assert ActiveVersion.objects.get().version.name == "new"


def test_the_newest_thirty_are_listed_with_a_picture_and_a_way_to_all(admin, campaign):
    parent = make_version(campaign, name="base")
    for _ in range(31):
        parent = make_version(campaign, name="next", active=False, parent=parent)
    page = admin.get(url("campaign-models")).content.decode()
    assert page.count('<tr id="version-') == 30
    assert page.count("<circle") == 30
    assert "All 32 versions" in page
    assert admin.get(url("campaign-models") + "?all").content.decode().count("<circle") == 32
