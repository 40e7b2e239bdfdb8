#!/usr/bin/env python
"""Django's command line. Starts the embedded PostgreSQL first where DATABASE_URL is not set."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oversight.settings")
    from oversight.embedded import EmbeddedError, provide_services

    try:
        provide_services()
    except EmbeddedError as error:
        sys.exit(f"oversight: {error}")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
