"""Schemathesis against our own description: whatever fits it, or does not, is answered as it says.

Each request runs in a savepoint of the test's own transaction, in this process.
"""

from functools import cache

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import (
    not_a_server_error,
)
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from oversight.people.services.tokens import make_token
from tests.factories import make_member
from tests.oversight.api.world import make_world

pytestmark = pytest.mark.django_db
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ROLES = ["owner", "engineer", "annotator"]
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture,
         HealthCheck.data_too_large]  # fmt: skip


@cache
def described():
    """Return our description, with the application behind it."""
    schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True))
    schema.app = get_wsgi_application()
    return schema


def operations():
    return [found.ok() for found in described().get_all_operations()]


@pytest.fixture
def world():
    """Requests share the test's connection, which they would close."""
    ends = [request_started, request_finished]
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield make_world()
    for signal in ends:
        signal.connect(close_old_connections)


def try_out(world, role, examples):
    token = make_token(user=make_member(world.campaign, role))
    headers = {"Authorization": f"Token {token}"}
    for operation in operations():
        try_operation(operation, world, headers, examples)


def try_operation(operation, world, headers, examples):
    modes = [operation.as_strategy(generation_mode=mode) for mode in schemathesis.GenerationMode]

    @settings(
        max_examples=examples, derandomize=True, database=None, deadline=None,
        suppress_health_check=QUIET,
    )  # fmt: skip
    @given(case=st.one_of(modes), is_there=st.booleans())
    def run(case, is_there):
        if is_there:  # what is made up is hardly ever there
            known = {key: world.known[key] for key in case.path_parameters or {}}
            case.path_parameters.update(known)
        point = transaction.savepoint()
        try:
            case.call_and_validate(headers=headers, checks=CHECKS)
        finally:
            transaction.savepoint_rollback(point)

    run()


def test_an_admin_is_answered_as_described(world):
    try_out(world, "owner", examples=2)


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_everybody_is_answered_as_described(world, role):
    try_out(world, role, examples=10)


def test_every_answer_is_described():
    """Each operation says what it needs, and each refusal is a problem."""
    for path, methods in SchemaGenerator().get_schema(public=True)["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert operation["summary"], where
            codes = set(operation["responses"])
            assert {"400", "401", "403", "404", "405", "406", "429", "500"} <= codes, where
            if method == "post":
                assert {"409", "413", "415", "422"} <= codes, where
            if method == "patch":
                assert {"412", "428"} <= codes, where
            for code, answer in operation["responses"].items():
                if code >= "400":
                    assert list(answer["content"]) == ["application/problem+json"], where
            if "/campaigns/" in path:
                assert "Needs the scope" in operation["description"], where
