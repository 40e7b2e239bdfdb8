"""manage.py attack_from --campaign SLUG -- COMMAND…: a program outside writes queries."""

import os
import signal
from argparse import ArgumentParser, ArgumentTypeError
from math import isfinite
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from models_srv.bridges import Handed, Limits, ask_program
from models_srv.texts import one_line
from oversight.campaigns.services.brought_queries import TakenIn, take_in_queries
from oversight.campaigns.services.queries import NewQuery
from oversight.errors import OversightError
from oversight.loop.selectors.starts import MOST_WANTED, starts_for
from oversight.models import Campaign, Role, User
from oversight.people.policies.permissions import Permission
from oversight.people.selectors.roles import demand_not_ended
from oversight.versions.selectors.active import active_version

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Have an attacker in an environment of its own write queries: it reads a JSON line for each "
        "start and writes one for each query. They are asked in the next round. See docs/bridges.md."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--campaign", required=True, metavar="SLUG")
        parser.add_argument(
            "--queries", type=_count, default=20, help="how many are wanted (default: %(default)s)"
        )
        parser.add_argument(
            "--of-each", type=_count, default=2, help="from one start (default: %(default)s)"
        )
        parser.add_argument(
            "--seconds",
            type=_seconds,
            default=600,
            help="how long it may take (default: %(default)s)",
        )
        parser.add_argument(
            "--name",
            default="",
            help="what wrote them, where its lines do not say (default: COMMAND)",
        )
        parser.add_argument(
            "--pass",
            nargs="+",
            default=[],
            metavar="NAME",
            dest="passed",
            help="variables of the environment that it may see, a key for instance",
        )
        parser.add_argument("--by", metavar="USERNAME", help="who has it done, for the audit log")
        parser.add_argument("command", nargs="*", help="after --: the program and its arguments")

    def handle(self, *args: Any, **options: Any) -> None:
        command: list[str] = options["command"]
        if not command:
            raise CommandError("name the program after --, as in: -- python mine.py")
        campaign = Campaign.objects.filter(slug=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"there is no campaign {options['campaign']!r}")
        by = _person(options["by"])
        _demand_not_ended(campaign)
        name = _name(options["name"] or Path(command[0]).name)
        handed = self._asked(campaign, command, options)
        self._tell_wrong(handed)
        if not handed.queries:
            raise CommandError(_nothing(name, handed))
        self.stdout.write(_summary(campaign, _taken_in(campaign, handed, name, by)))
        if words := _end(handed):
            raise CommandError(f"{name}{words}. What it had handed back stands.")

    def _asked(self, campaign: Campaign, command: list[str], options: dict[str, Any]) -> Handed:
        wanted = options["queries"]
        starts = starts_for(campaign, wanted, options["of_each"])
        # Told to end by whoever runs this, it ends what it started too.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            return ask_program(
                command,
                starts,
                Limits(queries=wanted, seconds=options["seconds"]),
                environment={
                    name: os.environ[name] for name in options["passed"] if name in os.environ
                },
                told=lambda line: self.stderr.write(f"  {line}", lambda text: text),
            )
        except OSError as error:
            raise CommandError(f"{command[0]} cannot be run: {error.strerror}") from error
        except KeyboardInterrupt as error:
            raise CommandError("interrupted: nothing was taken in", returncode=130) from error

    def _tell_wrong(self, handed: Handed) -> None:
        for number, why in handed.wrong[:SHOWN]:
            self.stderr.write(f"line {number} {why}")
        if handed.wrong_count > SHOWN:
            self.stderr.write(f"… and {handed.wrong_count - SHOWN} more wrong lines")


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_WANTED:
        raise ArgumentTypeError(f"a number from 1 to {MOST_WANTED}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not (isfinite(seconds) and seconds > 0):
        raise ArgumentTypeError("a finite number above 0")
    return seconds


def _name(name: str) -> str:
    """Before the program runs: what it wrote could not be kept under such a name."""
    try:
        return one_line(name)
    except ValueError as error:
        raise CommandError(f"{name!a} {error}: name the program with --name") from error


def _demand_not_ended(campaign: Campaign) -> None:
    """Before the program runs: what it writes would be lost."""
    try:
        demand_not_ended(campaign, Permission.ADD_DATA)
    except OversightError as error:
        raise CommandError(str(error)) from error


def _person(username: str | None) -> User | None:
    if username is None:
        return None
    person = User.objects.filter(username=username).first()
    if person is None:
        raise CommandError(f"there is no user {username!r}")
    return person


def _taken_in(campaign: Campaign, handed: Handed, name: str, by: User | None) -> TakenIn:
    queries = [
        NewQuery(
            each.text,
            each.node,
            brought_by=each.attacker or name[:100],
            strategy=each.strategy,
        )
        for each in handed.queries
    ]
    try:
        return take_in_queries(campaign=campaign, queries=queries, written_by=by)
    except OversightError as error:
        raise CommandError(str(error)) from error


def _summary(campaign: Campaign, taken: TakenIn) -> str:
    new, duplicates = len(taken.added.new_ids), len(taken.added.duplicates)
    parts = [f"campaign {campaign.slug}: {new} new queries"]
    if duplicates:
        parts.append(f"{duplicates} left out that are there already")
    if taken.too_near:
        parts.append(f"{len(taken.too_near)} left out that are too near a held-out query")
    return "; ".join(parts) + (f". {_next(campaign)}" if new else "")


def _next(campaign: Campaign) -> str:
    """What becomes of them, by the campaign's settings."""
    share = campaign.each_round.pool_share
    most = round(campaign.each_round.queries_per_round * share)
    if active_version(campaign, Role.ATTACKER) is None or share == 1:
        return "The next round asks them first."
    if most == 0:
        return (
            "No round asks them: the attacker writes all queries. Settings, Each round, has the "
            "share of queries that are imported."
        )
    return f"The next round asks them first, up to {most} queries beside the attacker's own."


def _nothing(name: str, handed: Handed) -> str:
    wrong = f" ({handed.wrong_count} lines were wrong)" if handed.wrong else ""
    end = _end(handed)
    return f"{name} handed back no query{wrong}{f': it{end}' if end else ''}"


def _end(handed: Handed) -> str:
    """How it ended, after its name; empty where all went well."""
    if handed.cut_short:
        return f" {handed.cut_short} and was ended"
    if handed.exit_code and handed.exit_code < 0:
        return f" was ended by signal {-handed.exit_code}"
    return f" ended with exit status {handed.exit_code}" if handed.exit_code else ""
