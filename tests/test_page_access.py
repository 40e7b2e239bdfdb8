"""Every page of the site, by method and by role; one without a row in the table fails."""

import json

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from oversight.data.services.incoming import folder
from oversight.data.services.snapshots import make_snapshot
from oversight.models import ApiToken, Import, WebhookEndpoint
from tests.factories import make_campaign, make_member, make_user
from tests.page_access_table import (
    EVERYBODY,
    OF_CAMPAIGNS,
    OF_ONE_PERSON,
    OF_ONESELF,
    OF_STAFF,
    OF_WORK,
    PUBLIC,
)
from tests.site import Site

pytestmark = pytest.mark.django_db
NOT_LET_IN = {401, 403, 404, 405}
SIGNED_IN = OF_CAMPAIGNS | OF_WORK | OF_ONE_PERSON | OF_ONESELF | OF_STAFF
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def site(settings, tmp_path):
    settings.IMPORTS = tmp_path / "imports"
    site = Site()
    campaign = site.assignment.campaign
    row = Import.objects.create(
        campaign=campaign,
        created_by=site.user,
        file_name="q",
        format="queries",
        state="done",
        ended_at=timezone.now(),
    )
    refused = {"line": 1, "reason": "bad", "row": None}
    folder.refused_of(row.pk).write_text(json.dumps(refused) + "\n")
    hook = WebhookEndpoint.objects.create(
        campaign=campaign, url="https://a.example/", created_by=site.user
    )
    token = ApiToken.objects.create(user=site.user, name="theirs", sha256="0" * 64)
    site.known |= {
        "import_id": row.pk,
        "webhook_id": hook.pk,
        "token_id": token.pk,
        # A role that may be left empty, and has something at work.
        "role": "attacker",
        "sha256": make_snapshot(campaign=campaign).sha256,
    }
    return site


def pages(site):
    """The addresses of pages by name: REST has its own table."""
    names = {name for name in site.addresses if not name.startswith("api-")} | {"api-docs"}
    return {name: site.address(name) for name in sorted(names)}


def status_of(client, method, address, **options):
    """Return the answer's status; undo what was done."""
    point = transaction.savepoint()
    try:
        answer = client.generic(method, address, **options)
        if answer.streaming:
            b"".join(answer.streaming_content)
        return answer.status_code
    finally:
        transaction.savepoint_rollback(point)


def signed_in(user, **options):
    client = Client(**options)
    client.force_login(user)
    client.user = user
    return client


def test_the_table_has_a_row_for_every_page_and_method(site):
    table = SIGNED_IN | PUBLIC
    boss = signed_in(site.user)
    addresses = pages(site)
    found = {
        (name, method)
        for name, address in addresses.items()
        for method in METHODS
        if status_of(boss, method, address) != 405
    }
    # Signing in is Django's, which takes PUT for POST; what looks after the server asks by any.
    assert {row for row in found if row[1] in ("GET", "POST")} == set(table)
    assert {row[0] for row in found if row[1] not in ("GET", "POST")} <= {"login", "healthz"}


@pytest.mark.fault("care")
@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_a_role_opens_its_pages_and_no_others(site, role):
    client = signed_in(make_member(site.assignment.campaign, role))
    addresses, wrong = pages(site), []
    tables = [(OF_CAMPAIGNS, 403), (OF_WORK, 404), (OF_ONE_PERSON, 404)]
    for table, refusal in tables:
        for (name, method), roles in table.items():
            status = status_of(client, method, addresses[name])
            is_right = status not in NOT_LET_IN if role in roles else status == refusal
            if not is_right or status >= 500:
                wrong.append((name, method, status))
    assert wrong == []


def test_whoever_is_signed_in_has_an_account_and_makes_no_campaign(site):
    client, addresses = signed_in(make_user()), pages(site)
    for name, method in OF_STAFF:
        assert status_of(client, method, addresses[name]) == 403, name
    for name, method in OF_ONESELF:
        client.force_login(client.user)  # one of them signs out
        assert status_of(client, method, addresses[name]) in (200, 302, 422), name


def test_strangers_find_nothing(site):
    client = signed_in(make_member(make_campaign(), "owner", make_user(is_staff=True)))
    addresses = pages(site)
    for name, method in OF_CAMPAIGNS | OF_WORK:
        assert status_of(client, method, addresses[name]) == 404, name


def test_superusers_open_all(site):
    client, addresses = signed_in(make_user(is_superuser=True)), pages(site)
    for name, method in OF_CAMPAIGNS:
        assert status_of(client, method, addresses[name]) in (200, 302, 422), (name, method)


def test_every_page_asks_for_a_login(site):
    addresses = pages(site)
    for name, method in SIGNED_IN.keys() - {("logout", "POST")}:
        point = Client().generic(method, addresses[name])
        assert point.status_code == 302, (name, method)
        assert point.url.startswith(reverse("login")), (name, method)


def test_an_anonymous_htmx_request_gets_401_so_that_the_page_stays(site):
    address = pages(site)["campaign"]
    assert Client().get(address, headers={"HX-Request": "true"}).status_code == 401


def test_forms_need_their_csrf_token(site):
    strict, addresses = signed_in(site.user, enforce_csrf_checks=True), pages(site)
    for name, method in SIGNED_IN:
        if method == "POST":
            assert status_of(strict, method, addresses[name]) == 403, name


def test_no_page_has_an_inline_style_or_script(site):
    client, addresses = signed_in(site.user), pages(site)
    for name, method in SIGNED_IN | PUBLIC:
        answer = client.get(addresses[name]) if method == "GET" else None
        if answer is None or not answer["Content-Type"].startswith("text/html"):
            continue
        html = answer.content.decode()
        assert " style=" not in html, name
        assert "<script>" not in html, name
        assert " onclick" not in html, name
