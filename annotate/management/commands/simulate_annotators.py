"""Simulated annotators judge a campaign's open items over HTTP, as browsers would."""

import json
import threading
import time
from argparse import ArgumentParser
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from annotate.errors import NotSimulated
from annotate.simulation.browsing import Annotator, Browser, SimulationError
from annotate.simulation.judging import Judge
from annotate.simulation.services import provide_simulated_annotators
from models_srv.domains.domain import Domain
from models_srv.domains.registry import domains
from oversight.asking.services.checkers import checker_of
from oversight.embedded.whereabouts import running_address
from oversight.errors import CheckerMissing
from oversight.management.numbers import number, whole
from oversight.models import Campaign

MOST_ANNOTATORS = 500  # each has a thread and a connection of its own


class Command(BaseCommand):
    help = "Let simulated annotators judge a campaign's open items over HTTP, by its checker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--campaign", required=True, help="Slug of the campaign.")
        parser.add_argument("--annotators", type=whole(1, MOST_ANNOTATORS), default=8)
        parser.add_argument(
            "--accuracy", type=number(0, 1), default=0.9, help="Share of right answers."
        )
        parser.add_argument("--seed", type=whole(0, 2**31), default=1)
        parser.add_argument("--base-url", help="Where it runs; left out, where `up` was started.")
        parser.add_argument(
            "--max-items", type=whole(0, 10**9), help="Stop after so many annotations in all."
        )
        parser.add_argument(
            "--wait",
            type=number(0, 86_400),
            default=0,
            help="Go on until nothing was open for so many seconds.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        campaign = _campaign(options)
        started = time.monotonic()
        people = _annotators(campaign, options)
        budget = _Budget(options["max_items"], self)
        next_path = reverse("annotate:next", args=[campaign.slug])

        def work(person: Annotator) -> None:
            person.sign_in(next_path)
            person.work(
                next_path,
                lease_path=reverse("annotate:lease", args=[campaign.slug]),
                take=budget.take,
                wait_seconds=options["wait"],
            )

        with ThreadPoolExecutor(len(people)) as pool:
            errors = [
                str(error) for error in pool.map(lambda p: _error_of(work, p), people) if error
            ]
        answers = sum((person.answers for person in people), Counter[str]())
        summary = {
            "campaign": campaign.slug,
            "annotations": answers.total(),
            "by_annotator": {person.username: person.answers.total() for person in people},
            "by_answer": dict(sorted(answers.items())),
            "errors": errors,
            "seconds": round(time.monotonic() - started, 1),
        }
        self.stdout.write(json.dumps(summary))
        if errors:
            raise CommandError(f"{len(errors)} of {len(people)} annotators failed: {errors[0]}")


class _Budget:
    """Counts what all threads judge together, and says so now and then."""

    def __init__(self, most: int | None, command: BaseCommand) -> None:
        self.most, self.command, self.taken, self.lock = most, command, 0, threading.Lock()

    def take(self) -> bool:
        with self.lock:
            if self.most is not None and self.taken >= self.most:
                return False
            self.taken += 1
            if self.taken % 10 == 0:
                self.command.stdout.write(f"{self.taken} judged")
            return True


def _base_url() -> str:
    """What runs on this state folder may have been started at another port than is set here."""
    return running_address(settings.VAR) or f"http://{settings.HOST}:{settings.PORT}"


def _campaign(options: dict[str, Any]) -> Campaign:
    campaign = Campaign.objects.filter(slug=options["campaign"]).first()
    if campaign is None:
        raise CommandError(f"There is no campaign {options['campaign']!r}.")
    return campaign


def _checker(campaign: Campaign) -> Domain:
    try:
        checker = checker_of(campaign)
    except CheckerMissing as error:
        raise CommandError(error.sentence) from error
    if checker is None:
        raise CommandError(
            f"Campaign {campaign.slug!r} has no checker that knows the truth "
            f"(checker={' or '.join(domains())}). What imported data mark as correct is not on "
            "the page: no browser can judge by it."
        )
    return checker


def _annotators(campaign: Campaign, options: dict[str, Any]) -> list[Annotator]:
    checker = _checker(campaign)
    try:
        accounts = provide_simulated_annotators(campaign=campaign, count=options["annotators"])
    except NotSimulated as error:
        raise CommandError(str(error)) from error
    base_url = options["base_url"] or _base_url()
    return [
        Annotator(
            Browser(base_url),
            Judge(checker, options["accuracy"], options["seed"], index),
            *account,
        )
        for index, account in enumerate(accounts)
    ]


def _error_of(work: Any, person: Annotator) -> SimulationError | None:
    """Return what stopped an annotator, so that the others go on."""
    try:
        work(person)
    except SimulationError as error:
        return error
    return None
