#!/usr/bin/env python
"""Django's command line. Starts the embedded PostgreSQL first where DATABASE_URL is not set."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversight.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    from oversight.embedded import EmbeddedError, provide_services

    try:
        provide_services()
        _ = settings.DEBUG  # reads them all now: a wrong one is one clear line
    except (EmbeddedError, ImproperlyConfigured) as error:
        sys.exit(f"oversight: {error}")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
