"""The demo campaign: starter models on arithmetic word problems, ready to be annotated."""

import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from models_srv.artifacts import folder_sha256
from models_srv.domains import starters
from models_srv.domains.registry import OURS
from oversight.campaigns.services.drawn_queries import add_drawn_queries
from oversight.errors import OversightError
from oversight.loop.services.rounds import start_round
from oversight.models import (
    ActiveVersion,
    BackendKind,
    Campaign,
    CampaignMember,
    MemberRole,
    ModelVersion,
    Principle,
    Promotion,
    Role,
    User,
)
from oversight.people.services.members import admit_everybody
from oversight.versions.selectors.lineage import STARTER
from oversight.versions.services.loading import resolve_location

SLUG = "word-problems"
DOMAIN = OURS[starters.DOMAIN]
TRAIN_QUERIES = 300
HELD_OUT_QUERIES = 200
GUIDELINES = """\
Each query is an arithmetic word problem; each response works it out one step a line and ends with
"#### " and the result.

Prefer the response whose result is right. If both are right, prefer the one without needless steps.
If both are wrong, choose "both bad", unless one is clearly nearer.

Judge each comment of the critique by itself: valid if the quoted line is wrong as the comment says,
nitpick if it is true and does not matter, fake if there is no such problem.
"""
PRINCIPLES = [
    "Every step is correct arithmetic.",
    "Use only what is asked: facts about other things are left out.",
    "Leave out no step that the question needs.",
    "End with the result on a line of its own, after ####.",
    "No padding: each line does something.",
]

Credentials = list[dict[str, str]]


def seed_demo(*, start: bool = True) -> Credentials:
    """Make the demo's people and campaign unless they are there; return how to sign in.

    With `start`, the first round is started, so that there is soon something to judge.
    """
    credentials = _people(Path(settings.VAR) / "credentials.json")
    # What was imported before there was anybody to annotate it.
    for campaign in Campaign.objects.filter(members=None):
        admit_everybody(campaign=campaign)
    if not Campaign.objects.filter(slug=SLUG).exists():
        campaign = create_demo_campaign(slug=SLUG)
        if start:
            start_round(campaign=campaign)
    return credentials


@transaction.atomic
def create_demo_campaign(
    *, slug: str, held_out: int = HELD_OUT_QUERIES, train: int = TRAIN_QUERIES, **fields: object
) -> Campaign:
    """Create a campaign on the starter domain with the starter models; `fields` override."""
    values: dict[str, Any] = {
        "name": "Word problems",
        "guidelines": GUIDELINES,
        "taxonomy": list(DOMAIN.taxonomy),
        "checker": starters.DOMAIN,
        **DEMO_SETTINGS,
    }
    campaign = Campaign.objects.create(slug=slug, **(values | fields))
    for role in Role.values:
        _starter_version(campaign, role)
    Principle.objects.bulk_create(
        Principle(campaign=campaign, number=number, text=text)
        for number, text in enumerate(PRINCIPLES, start=1)
    )
    for username, role in (("admin", MemberRole.OWNER), ("annotator", MemberRole.ANNOTATOR)):
        if user := User.objects.named(username).first():
            CampaignMember.objects.create(campaign=campaign, user=user, role=role)
    add_drawn_queries(campaign=campaign, domain=DOMAIN, train=train, held_out=held_out)
    return campaign


# Measured on the starter domain (benchmarks/LOG.md, "Which loss"): 400 pairs that the critic chose
# took held-out accuracy from .66 to .94; plain DPO at this rate took it to .34.
DEMO_SETTINGS: dict[str, object] = {
    "queries_per_round": 160,
    "samples_per_query": 4,
    "max_tokens": 160,
    "human_budget": 60,
    "method": "full",
    "learning_rate": 3e-4,
    "epochs": 3,
    "batch_size": 16,
}


def _starter_version(campaign: Campaign, role: str) -> None:
    location = STARTER + role
    folder = Path(resolve_location(location))
    if not (folder / "config.json").exists():
        raise OversightError(f"the starter {role} is missing: {folder}")
    version = ModelVersion.objects.create(
        campaign=campaign,
        role=role,
        name=f"starter-{role}",
        backend=BackendKind.TRANSFORMERS,
        location=location,
        sha256=folder_sha256(folder),
    )
    ActiveVersion.objects.create(campaign=campaign, role=role, version=version)
    Promotion.objects.create(
        campaign=campaign, role=role, version=version, reason="ships with the project"
    )


def _people(path: Path) -> Credentials:
    """Return the demo's sign-ins, made once; a password changed since is no longer right."""
    if path.exists():
        credentials: Credentials = json.loads(path.read_text())
    else:
        credentials = [
            {"role": role, "username": role, "password": secrets.token_urlsafe(9)}
            for role in ("admin", "annotator")
        ]
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as stream:
            json.dump(credentials, stream, indent=1)
    for who in credentials:
        _ensure_user(who)
    return credentials


def _ensure_user(who: dict[str, str]) -> None:
    if User.objects.named(who["username"]).exists():
        return
    is_admin = who["role"] == "admin"
    User.objects.create_user(
        who["username"], password=who["password"], is_staff=is_admin, is_superuser=is_admin
    )
