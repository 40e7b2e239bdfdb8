"""A model's own settings: asked for by kind under More, kept with the version, sent to its server."""

import json

import pytest
from django.urls import reverse

from models_srv.options import ModelOptions
from oversight.models import Delivery, ModelVersion
from oversight.versions.policies.options import options_of
from oversight.versions.services.loading import NOT_AT_HAND, spec_of
from tests.factories import make_version

pytestmark = pytest.mark.django_db
CHANGE = reverse("model-change", args=["maths", "learner"])
MODELS = reverse("campaign-models", args=["maths"])
SERVER = {
    "kind": "server",
    "name": "big",
    "location": "http://127.0.0.1:8000/v1",
    "served_name": "big",
}
ALL = {
    "concurrency": "8",
    "timeout_seconds": "600",
    "reasoning": "no",
    "merge_system": "on",
    "structured": "on",
    "no_seed": "on",
    "chat_template_kwargs": '{"b": 1,  "a": 2}',
    "extra_body": '{"top_k": 20}',
    "replicas": "http://127.0.0.1:8001/v1\r\n\r\nhttp://127.0.0.1:8002/v1",
    "price_in": "0.5",
    "price_out": "1.5",
    "weights": "starter:learner",
}


def made():
    return ModelVersion.objects.get(name="big")


def test_a_servers_settings_are_kept_and_used(admin):
    assert admin.post(CHANGE, SERVER | ALL).status_code == 302
    version = made()
    assert options_of(version) == ModelOptions(
        concurrency=8,
        timeout_seconds=600,
        reasoning=False,
        merge_system=True,
        structured=True,
        sends_seed=False,
        chat_template_kwargs='{"a": 2, "b": 1}',
        extra_body='{"top_k": 20}',
    )
    assert spec_of(version).options == options_of(version)
    assert version.addresses == [f"http://127.0.0.1:{port}/v1" for port in (8000, 8001, 8002)]
    assert (float(version.price_in), float(version.price_out)) == (0.5, 1.5)
    assert version.base == "starter:learner"


def test_what_is_left_empty_is_as_usual_and_not_kept(admin):
    admin.post(CHANGE, SERVER)
    assert made().options == {}
    assert options_of(made()) == ModelOptions()


def test_a_model_in_process_keeps_what_means_something_there(admin):
    sent = ALL | {"kind": "starter", "name": "big", "starter": "starter:learner", "max_length": 99}
    assert admin.post(CHANGE, sent).status_code == 302
    version = made()
    kept = {"max_length", "reasoning", "merge_system", "chat_template_kwargs"}
    assert version.options.keys() == kept
    assert (version.replicas, version.weights, version.price_in) == ([], "", None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("extra_body", "top_k: 20"),
        ("extra_body", "[1]"),
        ("extra_body", '{"messages": []}'),
        ("extra_body", "[" * 4000),
        ("chat_template_kwargs", '"x"'),
        ("concurrency", "0"),
        ("concurrency", "5000"),
        ("timeout_seconds", "nan"),
        ("timeout_seconds", "0"),
        ("reasoning", "perhaps"),
        ("replicas", "ftp://x/v1"),
        ("replicas", "http://127.0.0.1:8001/v1\nhttp://169.254.169.254/v1"),
        ("weights", "/etc"),
        ("control_key_env", "SECRET_KEY"),
        ("price_in", "-1"),
        ("served_adapter", "/no/where"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(admin, field, value):
    refused = admin.post(CHANGE, SERVER | {field: value})
    assert refused.status_code == 422
    assert refused.context["form"].errors.keys() == {field}
    assert not ModelVersion.objects.filter(name="big").exists()


def test_the_form_begins_with_the_settings_of_the_model_at_work(admin, campaign):
    make_version(
        campaign,
        backend="openai",
        location="http://127.0.0.1:8000/v1",
        served_name="big",
        options={"sends_seed": False, "reasoning": True, "concurrency": 4},
        replicas=["http://127.0.0.1:8001/v1"],
    )
    page = admin.get(CHANGE)
    form = page.context["form"]
    assert form["no_seed"].value() is True
    assert form["reasoning"].value() == "yes"
    assert form["concurrency"].value() == 4
    assert form["replicas"].value() == "http://127.0.0.1:8001/v1"
    assert '<details class="more" open>' in page.content.decode()


def test_the_page_says_whether_a_learner_can_be_trained_here(admin, campaign):
    make_version(campaign, backend="openai", location="http://127.0.0.1:8000/v1", served_name="b")
    assert NOT_AT_HAND in admin.get(MODELS).content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {
                "state": "proven",
                "proven_at": "2026-11-01T00:00Z",
                "evidence": {"has_weights": True},
            },
            "Proven to be served",
        ),
        ({"state": "proven", "proven_at": "2026-11-01T00:00Z"}, "are not at hand to compare with"),
        ({"state": "loading", "waits_for": "No answer."}, "Being loaded on its servers"),
        ({"state": "failed", "outcome": "It answers with the base."}, "It answers with the base."),
        ({"state": "unloaded"}, "Taken off its servers"),
    ],
)
def test_the_page_says_how_a_version_stands_with_its_servers(admin, campaign, fields, words):
    version = make_version(
        campaign,
        active=False,
        backend="openai",
        location="http://127.0.0.1:8000/v1",
        served_name="b",
    )
    Delivery.objects.create(version=version, **fields)
    page = admin.get(MODELS).content.decode()
    assert words in page
    assert ("every 2s" in page) == (fields["state"] == "loading")


def post(admin, body):
    address = reverse("api-versions", args=["maths"])
    return admin.post(address, json.dumps(body), content_type="application/json")


REST = {"role": "learner", "name": "big", "backend": "openai"} | {
    "location": SERVER["location"],
    "served_name": "big",
}


def test_over_rest_the_same_settings_are_objects(admin):
    options = {"sends_seed": False, "reasoning": True, "extra_body": {"top_k": 20}}
    reply = post(
        admin,
        REST | {"options": options, "replicas": ["http://127.0.0.1:8001/v1"], "price_out": "2.5"},
    )
    assert reply.status_code == 201, reply.content
    assert reply.json()["options"] == options
    assert float(reply.json()["price_out"]) == 2.5
    assert reply.json()["delivery"] is None
    assert made().options == options | {"extra_body": '{"top_k": 20}'}
    assert made().replicas == ["http://127.0.0.1:8001/v1"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"options": {"concurrency": 0}},
        {"options": {"extra_body": {"n": 4}}},
        {"options": {"extra_body": [1]}},
        {"replicas": ["ftp://x/v1"]},
        {"price_in": -1},
    ],
)
def test_over_rest_what_is_wrong_is_said(admin, wrong):
    assert post(admin, REST | wrong).status_code == 400
    assert not ModelVersion.objects.filter(name="big").exists()
