"""Models by role: chosen, tested, changed, put back to work."""

import json
from pathlib import Path

import httpx2
import pytest
from django.urls import reverse

from oversight.errors import InvalidCampaign
from oversight.models import (
    ActiveVersion,
    ModelVersion,
    Promotion,
)
from oversight.versions.services import connections, trials
from oversight.versions.services.loading import spec_of
from tests.factories import make_campaign, make_version

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(name, args=["maths", *args])


def told(response):
    return " ".join(str(message) for message in response.context["messages"])


SERVER = {
    "name": "big",
    "backend": "openai",
    "location": "http://127.0.0.1:8000/v1",
    "served_name": "big-model",
    "adapter": "",
    "api_key_env": "VLLM_API_KEY",
    "reason": "a better one",
}


@pytest.fixture
def answering(monkeypatch):
    """Let every model that is tried answer, as a worker would find."""
    monkeypatch.setattr(trials, "try_model", lambda spec, role: "")


def test_changing_a_model_makes_a_version_and_puts_it_to_work(admin, campaign, answering):
    before = make_version(campaign, name="old")
    for _ in range(2):
        reply = admin.post(url("model-change", "learner"), SERVER, follow=True)
        assert "is being tried" in told(reply)
        trials.try_models()
    active = ActiveVersion.objects.get(campaign=campaign, role="learner").version
    assert (active.name, active.revision) == ("big", 1)
    history = Promotion.objects.filter(role="learner", reason="a better one").order_by("pk")
    assert [row.previous.name for row in history] == ["old", "big"]
    assert ModelVersion.objects.filter(pk=before.pk).exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"location": "ftp://host/v1"}, "location"),
        ({"location": "http://host:8000"}, "location"),
        ({"location": "http://user:pw@host/v1"}, "location"),
        ({"location": "http://host/v1?x"}, "location"),
        ({"location": ""}, "location"),
        ({"served_name": ""}, "served_name"),
        ({"api_key_env": "SECRET_KEY"}, "api_key_env"),
        ({"api_key_env": "DATABASE_URL"}, "api_key_env"),
        ({"api_key_env": "sk-abc"}, "api_key_env"),
        ({"backend": "recorded"}, "backend"),
        ({"name": ""}, "name"),
        ({"backend": "transformers", "api_key_env": "", "location": "/no/where"}, "location"),
        ({"backend": "transformers", "api_key_env": "", "location": "."}, "location"),
        ({"backend": "transformers", "api_key_env": "", "location": "artifact:no"}, "location"),
        ({"backend": "transformers", "api_key_env": "", "location": "a b"}, "location"),
        ({"backend": "transformers", "location": "org/name"}, "api_key_env"),
        (
            {"backend": "transformers", "api_key_env": "", "location": "org/x", "adapter": "/no"},
            "adapter",
        ),
    ],
)
def test_a_model_that_cannot_be_is_refused_beside_its_field(admin, changes, field):
    response = admin.post(url("model-change", "critic"), SERVER | changes)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not ModelVersion.objects.filter(role="critic").exists()


def test_a_folder_with_a_config_is_a_model(admin, tmp_path: Path):
    (tmp_path / "config.json").write_text("{}")
    data = SERVER | {"backend": "transformers", "location": str(tmp_path), "api_key_env": ""}
    assert admin.post(url("model-change", "learner"), data).status_code == 302


def test_a_folder_with_a_gguf_file_is_a_model(admin, tmp_path: Path):
    (tmp_path / "tiny-Q8_0.gguf").touch()
    data = SERVER | {"backend": "transformers", "location": str(tmp_path), "api_key_env": ""}
    assert admin.post(url("model-change", "learner"), data).status_code == 302


def test_a_hub_id_is_taken_with_a_note(admin):
    data = SERVER | {"backend": "transformers", "location": "org/name", "api_key_env": ""}
    response = admin.post(url("model-change", "learner"), data, follow=True)
    assert "fetched from its hub" in told(response)


def test_an_unknown_role_is_not_found(admin):
    assert admin.get(url("model-change", "judge")).status_code == 404


def answer(monkeypatch, body=b"", error=None):
    """Let the server answer with a body, or fail; return the requests that reached it."""
    seen = []

    def handle(request):
        seen.append(request)
        if error:
            raise error
        return httpx2.Response(200, content=body)

    def client(**options):
        return httpx2.Client(transport=httpx2.MockTransport(handle))

    monkeypatch.setattr(connections, "guarded_client", client)
    return seen


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"data": [{"id": "big-model"}]}', "The server is there with 1 model"),
        (b'{"data": [{"id": "other"}]}', "does not serve big-model"),
        (b"<html>", "not with a list of models"),
        (b"[]", "not with a list of models"),
    ],
)
def test_the_connection_test_reports_and_saves_nothing(admin, monkeypatch, body, words):
    seen = answer(monkeypatch, body)
    monkeypatch.setenv("VLLM_API_KEY", "the-key")
    response = admin.post(url("model-change", "learner"), SERVER | {"test": "1"})
    assert words in response.content.decode()
    assert str(seen[0].url) == "http://127.0.0.1:8000/v1/models"
    assert seen[0].headers["Authorization"] == "Bearer the-key"
    assert not ModelVersion.objects.exists()


def test_a_server_that_is_down_is_reported(admin, monkeypatch):
    monkeypatch.setenv("VLLM_API_KEY", "the-key")
    answer(monkeypatch, error=httpx2.ConnectError("[Errno 111] refused"))
    response = admin.post(url("model-change", "learner"), SERVER | {"test": "1"})
    assert "No answer: refused" in response.content.decode()


def test_no_address_but_a_servers_is_called(monkeypatch):
    seen = answer(monkeypatch)
    report = connections.probe_server(location="file:///etc/passwd", served_name="")
    assert not report.is_ok
    report = connections.probe_server(
        location="http://host/v1", served_name="", api_key_env="SECRET_KEY"
    )
    assert not report.is_ok
    assert seen == []


def test_a_former_version_is_put_back_to_work(admin, campaign, answering):
    admin.post(url("model-change", "learner"), SERVER)
    admin.post(url("model-change", "learner"), SERVER)
    trials.try_models()
    former = ModelVersion.objects.get(name="big", revision=0)
    response = admin.post(url("version-activate", former.pk), {"reason": "better"}, follow=True)
    assert ActiveVersion.objects.get(role="learner").version == former
    assert Promotion.objects.first().reason == "better"
    assert "big@0 is at work" in told(response)
    again = admin.post(url("version-activate", former.pk), follow=True)
    assert "already" in told(again)


def test_a_candidate_that_the_gate_refused_cannot_be_put_to_work(admin, campaign):
    make_version(campaign)
    candidate = make_version(campaign, active=False)
    response = admin.post(url("version-activate", candidate.pk), follow=True)
    assert "was never at work" in told(response)


def test_a_version_of_another_campaign_is_not_found(admin):
    other = make_version(make_campaign())
    assert admin.post(url("version-activate", other.pk)).status_code == 404


def test_models_cost_the_same_however_many_versions(admin, campaign, django_assert_max_num_queries):
    parent = None
    for _ in range(8):
        parent = make_version(campaign, active=False, parent=parent)
        Promotion.objects.create(campaign=campaign, role="learner", version=parent, reason="x")
    with django_assert_max_num_queries(9):
        admin.get(url("campaign-models"))


@pytest.mark.fault("models-and-attackers")
def test_the_page_says_what_is_being_tried_and_what_was_refused(admin, campaign, monkeypatch):
    make_version(campaign, name="old")
    admin.post(url("model-change", "learner"), SERVER)
    page = admin.get(url("campaign-models")).content.decode()
    assert "Being tried" in page
    assert 'hx-trigger="every 2s"' in page
    monkeypatch.setattr(trials, "try_model", lambda spec, role: "no such model: <b>")
    trials.try_models()
    page = admin.get(url("campaign-models")).content.decode()
    assert "Not put to work" in page
    assert "no such model: &lt;b&gt;" in page
    assert "every 2s" not in page
    assert ActiveVersion.objects.get(role="learner").version.name == "old"


@pytest.mark.fault("models-and-attackers")
def test_an_attacker_is_taken_away_with_a_reason_and_its_history_stays(admin, campaign):
    attacker = make_version(campaign, "attacker", backend="transformers")
    page = url("model-remove", "attacker")
    assert page in admin.get(url("campaign-models")).content.decode()
    assert "no longer at work" in admin.get(page).content.decode()
    assert admin.post(page, {"reason": ""}).status_code == 422
    reply = admin.post(page, {"reason": "imported queries only"}, follow=True)
    assert "No attacker is at work any more." in told(reply)
    assert not ActiveVersion.objects.filter(campaign=campaign, role="attacker").exists()
    assert "imported queries only" in reply.content.decode()
    assert "none any more" in reply.content.decode()
    again = admin.post(page, {"reason": "again"}, follow=True)
    assert "no attacker of maths is at work" in told(again)
    back = admin.post(url("version-activate", attacker.pk), {"reason": "back"}, follow=True)
    assert "is at work as attacker" in told(back)


@pytest.mark.fault("models-and-attackers")
@pytest.mark.parametrize("role", ["learner", "critic", "judge"])
def test_only_what_is_at_work_and_is_no_learner_can_be_taken_away(admin, campaign, role):
    make_version(campaign, "learner")
    assert admin.get(url("model-remove", role)).status_code == 404
    reply = admin.post(url("model-remove", role), {"reason": "x"}, follow=True)
    assert "Not done" in told(reply)
    assert ActiveVersion.objects.filter(campaign=campaign, role="learner").exists()


@pytest.mark.fault("templates")
def test_a_models_page_says_how_it_is_asked(admin, campaign, tmp_path):
    template = "{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}"
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "chat_template.jinja").write_text(template)
    data = {"name": "g", "backend": "transformers", "location": str(tmp_path)}
    saved = admin.post(url("model-change", "learner"), data, follow=True)
    assert saved.status_code == 200
    words = "instructions are put at the head of the first message"
    assert words in told(saved)
    page = admin.get(url("campaign-models")).content.decode()
    assert words in page.partition("<table")[2]


@pytest.mark.fault("server-answers")
def test_names_that_a_server_lists_can_be_shown(monkeypatch):
    listed = json.dumps({"data": [{"id": "a\ud800\x00b\n" * 1000}]}).encode()
    answer(monkeypatch, listed)
    report = connections.probe_server(location="http://127.0.0.1:8000/v1", served_name="")
    [name] = report.models
    assert name.isprintable()
    assert len(name) <= 300


def folder_answer(admin, location, adapter=""):
    data = SERVER | {
        "backend": "transformers", "api_key_env": "", "location": location, "adapter": adapter
    }  # fmt: skip
    form = admin.post(url("model-change", "critic"), data).context["form"]
    return form.errors.as_json()


@pytest.mark.fault("model-servers")
def test_the_folder_field_does_not_tell_which_folders_exist(admin, tmp_path, settings):
    allowed, other = tmp_path / "allowed", tmp_path / "other"
    for folder in (allowed / "empty", other / "model"):
        folder.mkdir(parents=True)
    (other / "model" / "config.json").write_text("{}")
    (other / "model" / "adapter_config.json").write_text("{}")
    (allowed / "way-out").symlink_to(other / "model")
    settings.MODEL_FOLDERS = [allowed]
    places = [
        "/etc", "/etc/passwd", "/no/where", str(allowed), str(allowed / "empty"),
        str(other / "model"), str(allowed / "way-out"), f"{allowed}/../other/model",
        "artifact:../../../../../../../etc", "starter:../..", "/root", "~root", "a/..", ".",
        "/" + "x" * 300,
    ]  # fmt: skip
    assert len({folder_answer(admin, place) for place in places}) == 1
    assert len({folder_answer(admin, "org/x", place) for place in places}) == 1


@pytest.mark.fault("model-servers")
def test_a_folder_beneath_an_allowed_one_is_taken(admin, tmp_path, settings):
    settings.MODEL_FOLDERS = [tmp_path]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "config.json").write_text("{}")
    data = SERVER | {
        "backend": "transformers", "location": str(tmp_path / "mine"), "api_key_env": ""
    }  # fmt: skip
    assert admin.post(url("model-change", "learner"), data).status_code == 302


@pytest.mark.fault("model-servers")
@pytest.mark.parametrize("location", ["/etc", "starter:../../..", "artifact:../..", "oversight"])
def test_a_row_with_another_folder_loads_nothing(campaign, settings, tmp_path, location):
    settings.MODEL_FOLDERS = [tmp_path]
    version = make_version(campaign, backend="transformers", location=location)
    with pytest.raises(InvalidCampaign, match="MODEL_FOLDERS"):
        spec_of(version)


@pytest.mark.fault("model-servers")
def test_a_server_that_this_installation_does_not_ask_is_refused(admin, monkeypatch):
    monkeypatch.setenv("HOST", "0.0.0.0")
    page = admin.post(url("model-change", "learner"), SERVER | {"api_key_env": ""})
    assert page.status_code == 422
    assert "MODEL_ADDRESSES" in str(page.context["form"].errors["location"])
    report = connections.probe_server(location="http://127.0.0.1:9/v1", served_name="")
    assert "MODEL_ADDRESSES" in report.message


@pytest.mark.fault("model-servers")
def test_a_key_for_another_server_is_not_sent(admin, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    seen = answer(monkeypatch)
    data = SERVER | {"api_key_env": "OPENAI_API_KEY", "test": "1"}
    page = admin.post(url("model-change", "learner"), data)
    assert "MODEL_KEYS=OPENAI_API_KEY=127.0.0.1:8000" in str(page.context["form"].errors)
    report = connections.probe_server(
        location=SERVER["location"], served_name="", api_key_env="OPENAI_API_KEY"
    )
    assert "MODEL_KEYS" in report.message
    assert seen == []
