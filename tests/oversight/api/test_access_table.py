"""Every address of REST by every role and scope; one without a row fails."""

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.test import APIClient

from oversight.models import Scope
from oversight.people.services.tokens import make_token
from tests.factories import make_campaign, make_member, make_user

from .access_table import EVERYBODY, NO_ROUND, OF_NO_CAMPAIGN, OF_WORK, ROWS, Row
from .world import make_world

pytestmark = pytest.mark.django_db
IDS = [f"{row.method} {row.name}" for row in ROWS]


def patterns(entries, prefix=""):
    for entry in entries:
        path = f"{prefix}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns, path)
        elif isinstance(entry, URLPattern) and path.startswith("api/v1/"):
            yield entry


def methods_of(entry):
    view = getattr(entry.callback, "view_class", None)
    known = ("get", "post", "put", "patch", "delete")
    return {method.upper() for method in known if hasattr(view, method)}


def client_of(user, scopes=None):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {make_token(user=user, scopes=scopes)}")
    return client


def status_of(client, row, world):
    """Return the answer's status; undo what was done."""
    point = transaction.savepoint()
    if row.name in NO_ROUND and row.method == "POST":
        world.end_round()
    try:
        response = client.generic(
            row.method,
            world.address(row.name),
            world.body(row.body),
            content_type=row.content_type,
            headers=dict(row.headers),
        )
        if response.streaming:
            b"".join(response.streaming_content)
        return response.status_code
    finally:
        transaction.savepoint_rollback(point)


@pytest.fixture
def world():
    return make_world()


@pytest.mark.fault("care")
def test_the_table_has_a_row_for_every_address_and_method():
    there = {
        (entry.name, method)
        for entry in patterns(get_resolver().url_patterns)
        for method in methods_of(entry)
        if entry.name not in OF_NO_CAMPAIGN
    }
    assert there == {(row.name, row.method) for row in ROWS} | OF_WORK


@pytest.mark.parametrize(("name", "method"), sorted(OF_WORK))
def test_what_one_does_with_items_needs_its_own_scope(world, name, method):
    annotator = make_member(world.campaign, "annotator")
    others = [scope for scope in Scope.values if scope != "annotate"]
    row = Row(name, method, "annotate", frozenset())
    assert status_of(client_of(annotator, others), row, world) == 403
    assert status_of(client_of(annotator, ["annotate"]), row, world) in (200, 404)


@pytest.mark.fault("care")
@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_who_gets_in(world, row):
    for role in EVERYBODY - row.roles:
        assert status_of(client_of(make_member(world.campaign, role)), row, world) == 403, role
    for role in row.roles:
        member = make_member(world.campaign, role)
        status = status_of(client_of(member, [row.scope]), row, world)
        assert status == 409 if row.is_too_early else status < 300, role
    others = [scope for scope in Scope.values if scope != row.scope]
    assert status_of(client_of(member, others), row, world) == 403
    stranger = make_member(make_campaign(), "owner", make_user(is_staff=True))
    assert status_of(client_of(stranger), row, world) == 404
    assert status_of(APIClient(), row, world) == 401


@pytest.mark.parametrize("row", [row for row in ROWS if row.method != "GET"])
def test_a_session_changes_nothing_without_its_csrf_token(world, row):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(make_member(world.campaign, "owner"))
    assert status_of(client, row, world) == 403


@pytest.mark.parametrize("name", sorted({row.name for row in ROWS}))
def test_other_methods_are_refused(world, name):
    there = {row.method for row in ROWS if row.name == name}
    client = client_of(make_member(world.campaign, "owner"))
    for method in {"POST", "PUT", "PATCH", "DELETE"} - there:
        response = client.generic(method, world.address(name))
        assert response.status_code == 405, method
        assert response["Content-Type"] == "application/problem+json"
