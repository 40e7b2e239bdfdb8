"""Alive, ready, or why not."""

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder

from oversight.telemetry.code import newest_migration

pytestmark = pytest.mark.django_db


def asked(client, path):
    answer = client.get(path)
    return answer.status_code, answer.content.decode().strip()


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_all_is_there(client, path):
    assert asked(client, path) == (200, "ok")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_without_the_database_it_is_neither(client, monkeypatch, path):
    def fail():
        raise DatabaseError

    monkeypatch.setattr(connection, "cursor", fail)
    assert asked(client, path) == (503, "no database")


def test_without_redis_it_is_alive_and_not_ready(client, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/none.sock"
    assert asked(client, "/readyz") == (503, "no Redis")
    assert asked(client, "/healthz") == (200, "ok")


@pytest.mark.parametrize("app", ["oversight", "annotate"])
def test_it_is_not_ready_before_its_migrations(client, app):
    name = newest_migration(app)
    MigrationRecorder.Migration.objects.filter(app=app, name=name).delete()
    assert asked(client, "/readyz") == (503, f"not applied: {name}")


def test_a_newer_database_will_do(client):
    MigrationRecorder.Migration.objects.create(app="oversight", name="9999_later")
    assert asked(client, "/readyz") == (200, "ok")


def test_health_is_told_without_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/readyz").status_code == 200
    assert client.get("/metrics").status_code == 200
    assert client.get("/").status_code == 301
