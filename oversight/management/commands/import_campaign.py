"""manage.py import_campaign PATH --format gsm8k-solutions: a file becomes a campaign."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.text import slugify

from oversight.data.importers import FORMATS
from oversight.data.services.imports import Imported, ImportRequest, import_campaign
from oversight.errors import BadRows, OversightError
from oversight.models import User

SHOWN = 20


class Command(BaseCommand):
    help = "Import queries, responses or preferences. Bad rows are named by line; then nothing is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--format", required=True, choices=sorted(FORMATS))
        parser.add_argument("--slug", help="the campaign's address (default: from the file's name)")
        parser.add_argument("--name", default="", help="the campaign's name (default: the slug)")
        parser.add_argument(
            "--held-out", type=float, default=0.1, help="share of query clusters never trained on"
        )
        parser.add_argument(
            "--responses",
            type=int,
            default=2,
            help="how many answers to a query people compare, 2 to 4 (default: %(default)s)",
        )
        parser.add_argument(
            "--append", action="store_true", help="add queries to the campaign --slug"
        )
        parser.add_argument(
            "--owner",
            metavar="USERNAME",
            help="becomes the campaign's admin (default: everybody with an account may annotate)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        request = ImportRequest(
            format=options["format"],
            slug=options["slug"] or slugify(path.stem)[:50].strip("-_"),
            name=options["name"],
            held_out_share=options["held_out"],
            is_append=options["append"],
            owner=_owner(options["owner"]),
            responses_per_item=options["responses"],
        )
        try:
            with path.open("rb") as stream:
                imported = import_campaign(stream=stream, request=request)
        except BadRows as error:
            raise CommandError(_bad_rows(path, error)) from error
        except OSError as error:
            raise CommandError(f"cannot read {path}: {error.strerror}") from error
        except OversightError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_summary(imported))


def _owner(username: str | None) -> User | None:
    if not username:
        return None
    try:
        return User.objects.get_by_natural_key(username)
    except User.DoesNotExist as error:
        raise CommandError(f"there is no user {username!r}") from error


def _bad_rows(path: Path, error: BadRows) -> str:
    lines = [f"{path}:{line}: {reason}" for line, reason in error.errors[:SHOWN]]
    if len(error.errors) > SHOWN:
        lines.append(f"… and {len(error.errors) - SHOWN} more")
    return "\n".join([*lines, "nothing imported"])


def _summary(imported: Imported) -> str:
    counts = ", ".join(f"{count} {kind}" for kind, count in imported.counts.items())
    text = f"campaign {imported.campaign.slug}: {counts}"
    if repeated := imported.duplicate_lines:
        shown = ", ".join(map(str, repeated[:10])) + (" …" if len(repeated) > 10 else "")
        text += f"; {len(repeated)} left out that are there already (lines {shown})"
    conflicts = [str(conflict) for conflict in imported.conflicts[:SHOWN]]
    if len(imported.conflicts) > SHOWN:
        conflicts.append(f"… and {len(imported.conflicts) - SHOWN} more")
    return "\n".join([text, *conflicts])
