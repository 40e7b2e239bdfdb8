"""For load balancers and orchestrators: whether the process answers, and whether it can do its work."""

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from oversight.telemetry.code import APPS, newest_migration

REDIS_SECONDS = 1


def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the process answers and the database does too: restart it where not."""
    return _answer(_database_problem())


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether all that it needs is there: send nobody here where not, and wait."""
    return _answer(_database_problem() or _migration_problem() or _redis_problem())


def _answer(problem: str) -> HttpResponse:
    status = 503 if problem else 200
    return HttpResponse(f"{problem or 'ok'}\n", status=status, content_type="text/plain")


def _database_problem() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "no database"
    return ""


def _migration_problem() -> str:
    """A database that is newer is right too: an old process answers while new ones come."""
    try:
        applied = set(MigrationRecorder.Migration.objects.values_list("app", "name"))
    except DatabaseError:
        return "migrations are to be applied"
    wanted = {(app, newest_migration(app)) for app in APPS}
    missing = ", ".join(name for _, name in sorted(wanted - applied))
    return f"not applied: {missing}" if missing else ""


def _redis_problem() -> str:
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
    )
    try:
        client.ping()
    except redis.RedisError:
        return "no Redis"
    finally:
        client.close()
    return ""
