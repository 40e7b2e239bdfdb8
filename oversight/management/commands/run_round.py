"""Drive one round from the shell, beside the workers or without any."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from oversight.errors import OversightError
from oversight.loop.services.coordinator import ORDER, advance_round
from oversight.loop.services.rounds import close_review, start_round
from oversight.loop.services.work import claim_unit, run_unit
from oversight.loop.stages import HANDLERS
from oversight.models import Campaign, Round, Stage, UnitState

PAUSE_SECONDS = 0.5


class Command(BaseCommand):
    help = "Run one round of a campaign, or go on with its open one, and show how far it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--campaign", required=True, metavar="SLUG")
        parser.add_argument(
            "--no-people",
            action="store_true",
            help="Do not wait for people: go on with what they have judged when review begins.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = Campaign.objects.filter(slug=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"there is no campaign {options['campaign']!r}")
        try:
            round_ = campaign.rounds.open().first() or start_round(campaign=campaign)
        except OversightError as error:
            raise CommandError(str(error)) from error
        self._drive(round_, no_people=options["no_people"])
        round_.refresh_from_db()
        self.stdout.write(f"Round {round_.number}: {round_.outcome}")

    def _drive(self, round_: Round, *, no_people: bool) -> None:
        with tqdm(total=len(ORDER) - 1, desc=f"Round {round_.number}", unit="stage") as bar:
            while (stage := advance_round(round_.pk)) != Stage.DONE:
                if stage is not None:
                    bar.n = ORDER.index(stage)
                    bar.set_postfix_str(_progress(round_, stage))
                _require_no_failure(round_)
                if no_people and _waits_for_people(round_, stage):
                    close_review(round=round_)
                elif not _do_one_unit(round_, stage):
                    time.sleep(PAUSE_SECONDS)
            bar.n = bar.total
            bar.refresh()


def _waits_for_people(round_: Round, stage: Stage | None) -> bool:
    return stage == Stage.REVIEW or (stage == Stage.COMPARE and round_.items.open().exists())


def _do_one_unit(round_: Round, stage: Stage | None) -> bool:
    """Do a unit of the round here, unless workers hold all that are due."""
    if stage is None or stage == Stage.REVIEW:
        return False
    unit = claim_unit(HANDLERS[stage].queue, round_id=round_.pk)
    if unit is None:
        return False
    run_unit(unit)
    return True


def _require_no_failure(round_: Round) -> None:
    failed = round_.units.filter(state=UnitState.FAILED).first()
    if failed:
        raise CommandError(
            f"{failed.stage} failed: {failed.error}. Mend it, then press Retry on the campaign's page."
        )


def _progress(round_: Round, stage: Stage) -> str:
    if _waits_for_people(round_, stage):
        left, total = round_.items.open().count(), round_.items.count()
        return f"waiting for people: {total - left} of {total} items judged"
    units = round_.units.filter(stage=stage)
    return f"{stage.label}: {units.filter(state=UnitState.DONE).count()} of {units.count()}"
