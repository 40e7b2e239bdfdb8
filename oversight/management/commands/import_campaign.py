"""manage.py import_campaign PATH: a file becomes a campaign, or goes into one (`--append`)."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.text import slugify

from oversight.campaigns.policies.templates import TEMPLATES
from oversight.data.importers import FORMATS, OWN_COLUMNS, Refused, Told
from oversight.data.importers.formats.columns import ROLES
from oversight.data.importers.guessing import guess
from oversight.data.services.imports import Imported, ImportRequest, import_campaign
from oversight.errors import BadRows, OversightError, bad_rows
from oversight.models import Source, User

SHOWN = 20


class Command(BaseCommand):
    help = "Import queries, responses or preferences. Bad rows are named by line; then nothing is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument(
            "--format", choices=sorted(FORMATS), help="default: what its first rows seem to be"
        )
        parser.add_argument(
            "--source",
            default="",
            choices=Source.values,
            help="who judged, where the rows do not say; only a person's word counts as human",
        )
        parser.add_argument(
            "--map",
            nargs="+",
            default=[],
            metavar="ROLE=COLUMN",
            help=f"for --format columns, which column is what: {', '.join(ROLES)}",
        )
        parser.add_argument(
            "--ask",
            action="store_true",
            help="ask people too about answers of which the file says which is better",
        )
        parser.add_argument(
            "--keep-good", action="store_true", help="leave bad rows out, instead of all of them"
        )
        parser.add_argument(
            "--refused",
            type=Path,
            metavar="FILE",
            help="with --keep-good: write the rows that were left out there, as JSON lines",
        )
        parser.add_argument("--slug", help="the campaign's address (default: from the file's name)")
        parser.add_argument("--name", default="", help="the campaign's name (default: the slug)")
        parser.add_argument(
            "--template", choices=list(TEMPLATES), default="", help="what a new campaign is for"
        )
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
            "--append", action="store_true", help="add what the file holds to the campaign --slug"
        )
        parser.add_argument(
            "--owner",
            metavar="USERNAME",
            help="becomes the campaign's admin (default: everybody with an account may annotate)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["path"]
        left_out = _LeftOut(options["refused"])
        try:
            with path.open("rb") as stream, left_out:
                request = _request(stream, path, options, left_out)
                imported = import_campaign(stream=stream, request=request)
        except BadRows as error:
            raise CommandError(_bad_rows(path, error)) from error
        except OSError as error:
            raise CommandError(f"cannot open {error.filename}: {error.strerror}") from error
        except OversightError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_summary(imported) + left_out.words())


class _LeftOut:
    """The rows that are left out: counted, the first shown, all written where a file is named."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._stream: IO[str] | None = None
        self._first: list[str] = []
        self._count = 0

    def __enter__(self) -> None:
        self._stream = self._path.open("w", encoding="utf-8") if self._path else None

    def __exit__(self, *error: object) -> None:
        if self._stream:
            self._stream.close()

    def __call__(self, row: Refused) -> None:
        self._count += 1
        if len(self._first) < SHOWN:
            self._first.append(f"line {row.line}: {row.reason}")
        if self._stream:
            line = {"line": row.line, "reason": row.reason, "row": row.value}
            self._stream.write(json.dumps(line, default=repr) + "\n")

    def words(self) -> str:
        if not self._count:
            return ""
        more = [f"… and {self._count - SHOWN} more"] if self._count > SHOWN else []
        return "\n".join(["", f"{bad_rows(self._count)} left out", *self._first, *more])


def _request(
    stream: IO[bytes], path: Path, options: dict[str, Any], left_out: _LeftOut
) -> ImportRequest:
    found = guess(stream)
    name = options["format"] or found.format
    columns = _columns(options["map"]) or (found.mapping or {} if name == OWN_COLUMNS else {})
    return ImportRequest(
        format=name,
        slug=options["slug"] or slugify(path.name.partition(".")[0])[:50].strip("-_"),
        name=options["name"],
        template=options["template"],
        held_out_share=options["held_out"],
        is_append=options["append"],
        owner=_owner(options["owner"]),
        responses_per_item=options["responses"],
        told=Told(options["source"], columns, options["ask"]),
        leave_out=left_out if options["keep_good"] else None,
    )


def _columns(given: list[str]) -> dict[str, str]:
    """Return {what it is: the column} of ROLE=COLUMN. Raises CommandError for what is no role."""
    pairs = [each.partition("=") for each in given]
    for role, sign, column in pairs:
        if role not in ROLES or not sign or not column:
            raise CommandError(f"--map takes ROLE=COLUMN, a role being one of {', '.join(ROLES)}")
    return {role: column for role, _, column in pairs}


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
    counts = ", ".join(f"{count} {kind}" for kind, count in imported.counts.items() if count)
    text = f"campaign {imported.campaign.slug}: {counts}"
    if repeated := imported.duplicate_lines:
        shown = ", ".join(map(str, repeated[:10])) + (" …" if len(repeated) > 10 else "")
        lines = "line" if len(repeated) == 1 else "lines"
        text += f"; {len(repeated)} left out, there already or like another of the file ({lines} {shown})"
    if imported.near.count:
        among = f" (of the first {imported.near.compared})" if imported.near.is_cut_short else ""
        text += f"; {imported.near.count} queries are nearly another{among}"
    conflicts = [str(conflict) for conflict in imported.conflicts[:SHOWN]]
    if len(imported.conflicts) > SHOWN:
        conflicts.append(f"… and {len(imported.conflicts) - SHOWN} more")
    return "\n".join([text, *conflicts])
