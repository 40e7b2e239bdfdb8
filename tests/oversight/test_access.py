"""Every page of the site, walked by everyone who might."""

import json

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from oversight.data.services.incoming import folder
from oversight.data.services.snapshots import make_snapshot
from oversight.models import (
    CampaignMember,
    Import,
    Principle,
    Round,
    TrainingRun,
    WebhookEndpoint,
)
from tests.factories import make_campaign, make_member, make_user, make_version

pytestmark = pytest.mark.django_db
PUBLIC = {"login", "healthz"}
# Of admins; there is nothing to send.
ADMINS_READ = {"campaign-edit", "settings-history", "settings-download", "campaign-begin"}
MEMBERS = {"campaign", "campaign-models", "round", "training-run"}
ENGINEERS = {
    *("campaign-queries", "queries-add", "campaign-preferences"),
    *("campaign-data", "campaign-freeze", "campaign-snapshot"),
    *("import", "import-refused", "import-sample"),
    *("webhooks", "webhook", "webhook-remove"),
}
# Sent by engineers too.
ENGINEERS_POSTS = {
    "queries-upload",
    "webhook-rotate",
    "webhook-test",
    "webhook-replay",
    "webhook-at-work",
    "import-cancel",
}
ADMINS = {
    "settings-group",
    "settings-restore",
    "settings-file",
    "campaign-items",
    "campaign-principles",
    "campaign-members",
    "member-remove",
    "principle-change",
    "model-change",
    "round-cancel",
    "model-remove",
    "round-close-review",
}
POSTS = {
    "items-upload",
    "round-start",
    "round-retry",
    "round-update",
    "training-run-cancel",
    "version-activate",
    "principle-retire",
}


def patterns(entries, prefix=""):
    for entry in entries:
        if isinstance(entry, URLResolver):
            if entry.app_name != "admin":
                yield from patterns(entry.url_patterns, prefix)
        elif isinstance(entry, URLPattern):
            yield entry


def own_patterns():
    """The named pages of this app; the other app walks its own, and REST has its table."""
    names = {entry.name: entry for entry in patterns(get_resolver().url_patterns)}
    return {
        name: entry
        for name, entry in names.items()
        if name
        and not name.startswith("api-")
        and entry.callback.__module__.startswith(("oversight.", "django.contrib.auth"))
    }


@pytest.fixture
def campaign():
    return make_campaign(slug="maths")


@pytest.fixture
def url_of(campaign, settings, tmp_path):
    settings.IMPORTS = tmp_path / "imports"
    learner = make_version(campaign)
    round_ = Round.objects.create(campaign=campaign, number=1, plan={}, seed=1, learner=learner)
    run = TrainingRun.objects.create(campaign=campaign, round=round_, parent=learner)
    admin = make_member(campaign, "admin")
    known = {
        "slug": campaign.slug,
        "import_id": _import_with_refused_rows(campaign, admin).pk,
        "ending": "csv",
        "name": "queries",
        "number": 1,
        "key": "routing",
        "run_id": run.pk,
        "version_id": learner.pk,
        "member_id": CampaignMember.objects.get(user=admin).pk,
        "principle_id": Principle.objects.create(campaign=campaign, number=1, text="Rule").pk,
        "webhook_id": WebhookEndpoint.objects.create(
            campaign=campaign, url="https://a.example/", created_by=admin
        ).pk,
        # A role that may be left empty, and has something at work.
        "role": make_version(campaign, "attacker").role,
        "sha256": make_snapshot(campaign=campaign).sha256,
    }
    walked = own_patterns()

    def url(name):
        arguments = walked[name].pattern.converters
        # What only REST and one's account have: nobody here gets as far as looking for it.
        return reverse(name, kwargs={key: known.get(key, 1) for key in arguments})

    return url


def _import_with_refused_rows(campaign, person):
    row = Import.objects.create(
        campaign=campaign,
        created_by=person,
        file_name="q",
        format="queries",
        state="done",
        ended_at=timezone.now(),
    )
    refused = {"line": 1, "reason": "bad", "row": None}
    folder.refused_of(row.pk).write_text(json.dumps(refused) + "\n")
    return row


def test_every_page_asks_for_a_login(client, url_of):
    for name in own_patterns().keys() - PUBLIC - {"logout"}:
        for method in (client.get, client.post):
            status = method(url_of(name)).status_code
            assert status in (302, 401, 403, 405), f"{name}: {status}"
            if status == 302:
                assert method(url_of(name)).url.startswith(reverse("login"))


def test_an_anonymous_htmx_request_gets_401_so_that_the_page_stays(client, url_of):
    response = client.get(url_of("campaign"), headers={"HX-Request": "true"})
    assert response.status_code == 401


def test_the_lists_above_name_every_page_of_a_campaign(url_of):
    own = {name for name in own_patterns() if "/maths/" in url_of(name)}
    assert own == MEMBERS | ENGINEERS | ADMINS | ADMINS_READ | POSTS | ENGINEERS_POSTS


def test_strangers_find_nothing(client, url_of):
    client.force_login(make_user(is_staff=True))
    for name in MEMBERS | ENGINEERS | ADMINS | ADMINS_READ:
        assert client.get(url_of(name)).status_code == 404, name
    for name in POSTS | ENGINEERS_POSTS:
        assert client.post(url_of(name)).status_code == 404, name


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("annotator", MEMBERS),
        ("engineer", MEMBERS | ENGINEERS),
        ("admin", MEMBERS | ENGINEERS | ADMINS | ADMINS_READ),
    ],
)
def test_a_role_opens_its_pages_and_no_others(client, campaign, url_of, role, allowed):
    client.force_login(make_member(campaign, role))
    for name in MEMBERS | ENGINEERS | ADMINS | ADMINS_READ:
        expected = 200 if name in allowed else 403
        assert client.get(url_of(name)).status_code == expected, name


@pytest.mark.parametrize("role", ["annotator", "engineer"])
def test_only_admins_change_anything(client, campaign, url_of, role):
    client.force_login(make_member(campaign, role))
    for name in POSTS | ADMINS:
        assert client.post(url_of(name)).status_code == 403, name


def test_a_get_never_changes_anything(client, campaign, url_of):
    client.force_login(make_member(campaign, "admin"))
    for name in POSTS | ENGINEERS_POSTS | {"account-token", "account-token-delete"}:
        assert client.get(url_of(name)).status_code == 405, name


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, campaign, url_of, method):
    client.force_login(make_member(campaign, "admin"))
    for name in MEMBERS | ENGINEERS | ADMINS | POSTS:
        assert getattr(client, method)(url_of(name)).status_code == 405, name


def test_superusers_open_all_and_simulated_accounts_are_no_exception(client, url_of):
    client.force_login(make_user(is_superuser=True))
    for name in MEMBERS | ENGINEERS | ADMINS | ADMINS_READ:
        assert client.get(url_of(name)).status_code == 200, name


def test_forms_need_their_csrf_token(campaign, url_of):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_member(campaign, "admin"))
    for name in POSTS:
        assert strict.post(url_of(name)).status_code == 403, name


def test_no_page_has_an_inline_style_or_script(client, campaign, url_of):
    client.force_login(make_user(is_superuser=True))
    files = {"campaign-preferences", "import-refused", "import-sample"}
    for name in MEMBERS | (ENGINEERS - files) | ADMINS | {"home", "account"}:
        html = client.get(url_of(name)).content.decode()
        assert " style=" not in html, name
        assert "<script>" not in html, name
        assert " onclick" not in html, name


def test_healthz_is_open_and_plain(client):
    response = client.get(reverse("healthz"))
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_healthz_says_when_the_database_is_away(client, monkeypatch):
    from django.db import OperationalError, connection

    def fail():
        raise OperationalError("away")

    monkeypatch.setattr(connection, "cursor", fail)
    assert client.get(reverse("healthz")).status_code == 503


def test_the_admin_reads_append_only_rows_and_changes_none(client, campaign):
    from tests.factories import make_query, make_response

    response = make_response(make_query(campaign))
    client.force_login(make_user(is_superuser=True, is_staff=True))
    assert client.get(reverse("admin:oversight_response_changelist")).status_code == 200
    change = reverse("admin:oversight_response_change", args=[response.pk])
    assert client.get(change).status_code == 200
    assert client.post(change, {"text": "x"}).status_code == 403
    assert client.get(reverse("admin:oversight_response_add")).status_code == 403
