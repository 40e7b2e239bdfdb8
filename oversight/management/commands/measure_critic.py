"""manage.py measure_critic --campaign SLUG: the critic at work reads answers whose truth is known."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from models_srv.types import ModelMisconfigured, ModelUnavailable
from oversight.errors import OversightError
from oversight.loop.services.measuring_critic import measure_critic_now
from oversight.models import Campaign


class Command(BaseCommand):
    help = (
        "Have the critic at work read held-out answers, imported pairs and labelled steps, so that "
        "How good the critic is shows it, though it does not learn. What it has read is not read again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--campaign", required=True, metavar="SLUG")

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = Campaign.objects.filter(slug=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"there is no campaign {options['campaign']!r}")
        try:
            count = measure_critic_now(campaign, told=self._tell)
        except (OversightError, ModelUnavailable, ModelMisconfigured) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{count} answers read. See Models, How good the critic is.")

    def _tell(self, done: int, of: int) -> None:
        self.stderr.write(f"{done} of {of}", lambda text: text)
