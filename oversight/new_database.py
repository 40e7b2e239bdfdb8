"""Any command works on a fresh checkout: an embedded database that is empty gets its tables first."""

WITHOUT_TABLES = {"", "check", "help", "makemigrations", "migrate", "sqlmigrate", "up", "version"}


def migrate_if_empty(command: str) -> None:
    """Create the tables unless there are some, or the command does without.

    A database with tables of an older version is left alone: `migrate` or `up` is for that.
    """
    if command in WITHOUT_TABLES or command.startswith("-"):
        return
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    if not connection.introspection.table_names():
        call_command("migrate", verbosity=0)
