"""manage.py export_model --campaign SLUG --out FOLDER: a version, as a folder that stands alone."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from models_srv.types import ModelMisconfigured, ModelUnavailable
from oversight.errors import InvalidCampaign
from oversight.learning.services.standalone import export_version
from oversight.models import Campaign, ModelVersion, Role
from oversight.versions.selectors.active import active_version


class Command(BaseCommand):
    help = (
        "Write a version's weights, tokenizer and chat template to a new folder, an adapter merged "
        "into its base, for transformers, vLLM and whatever else loads such folders."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--campaign", required=True, metavar="SLUG")
        parser.add_argument("--role", choices=Role.values, default=Role.LEARNER)
        parser.add_argument(
            "--version-name",
            metavar="NAME@REVISION",
            help="as on the page Models; else the one at work",
        )
        parser.add_argument(
            "--out", required=True, type=Path, help="a folder that is not there yet"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        version, folder = _version(options), options["out"].resolve()
        try:
            export_version(version, folder)
        except (InvalidCampaign, ModelMisconfigured, ModelUnavailable, FileExistsError) as error:
            raise CommandError(str(error)) from error
        except (OSError, ValueError, RuntimeError) as error:
            why = getattr(error, "strerror", None) or error
            raise CommandError(f"cannot write {version} to {folder}: {why}") from error
        self.stderr.write(f"{version} written to {folder}")


def _version(options: dict[str, Any]) -> ModelVersion:
    campaign = Campaign.objects.filter(slug=options["campaign"]).first()
    if campaign is None:
        raise CommandError(f"there is no campaign {options['campaign']!r}")
    role, name = options["role"], options["version_name"]
    if not name:
        if version := active_version(campaign, role):
            return version
        raise CommandError(f"no {role} is at work in {campaign.slug}")
    for version in campaign.versions.filter(role=role):
        if str(version) == name:
            return version
    raise CommandError(f"{campaign.slug} has no {role} {name!r}")
