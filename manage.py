#!/usr/bin/env python
"""Django's command line. Starts the embedded PostgreSQL first where DATABASE_URL is not set."""

import os
import sys

from oversight.embedded.stopping import exit_on_term, heed_signals

INTERRUPTED = 130  # what shells say of a program that Ctrl-C ended


def main() -> None:
    # First of all: as process 1, in a container, a signal that nobody heeds is lost.
    heed_signals() if sys.argv[1:2] == ["up"] else exit_on_term()
    try:
        run_command()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def run_command() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversight.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    from oversight.embedded import EmbeddedError, embedded_parts, provide_services
    from oversight.new_database import migrate_if_empty

    try:
        provide_services()
        _ = settings.DEBUG  # reads them all now: a wrong one is one clear line
    except (EmbeddedError, ImproperlyConfigured) as error:
        sys.exit(f"oversight: {error}")
    from django.core.management import execute_from_command_line

    if "postgres" in embedded_parts:
        migrate_if_empty(sys.argv[1] if len(sys.argv) > 1 else "")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
