"""The database is asked whether it keeps what is promised."""

import pytest
from django.core.checks import run_checks
from django.core.checks.registry import Tags
from django.db import connection

pytestmark = pytest.mark.django_db


def warnings():
    found = run_checks(tags=[Tags.database], databases=["default"])
    return [message for message in found if message.id == "oversight.W001"]


def test_the_embedded_database_keeps_what_is_promised():
    assert warnings() == []


@pytest.mark.parametrize("value", ["off", "local"])
def test_commits_that_do_not_wait_for_the_disk_are_named(value):
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL synchronous_commit = {value}")
    assert [("synchronous_commit=off" in message.msg) for message in warnings()] == (
        [True] if value == "off" else []
    )
