"""A new campaign with all that its template brings: settings, queries, a learner."""

from typing import Any

from django.db import transaction

from oversight.asking.services.checkers import checker_of
from oversight.campaigns.policies.templates import TEMPLATES, Template
from oversight.campaigns.services.campaigns import create_campaign
from oversight.campaigns.services.drawn_queries import add_drawn_queries
from oversight.models import BackendKind, Campaign, Role, User
from oversight.versions.services.choosing import change_model


@transaction.atomic
def make_campaign(
    *, created_by: User, template: str = "", like: Campaign | None = None, **fields: Any
) -> Campaign:
    """Create it as `create_campaign` does; a template's queries are drawn and its learner is tried.

    One like another campaign begins without data and models. Raises as `create_campaign`.
    """
    campaign = create_campaign(created_by=created_by, template=template, like=like, **fields)
    if template and not like:
        _bring_queries(campaign, TEMPLATES[template])
        _bring_learner(campaign, TEMPLATES[template], created_by)
    return campaign


def _bring_queries(campaign: Campaign, template: Template) -> None:
    domain = checker_of(campaign)
    if domain and template.train_queries:
        counts = {"train": template.train_queries, "held_out": template.held_out_queries}
        add_drawn_queries(campaign=campaign, domain=domain, **counts)


def _bring_learner(campaign: Campaign, template: Template, user: User) -> None:
    if template.learner:
        change_model(
            campaign=campaign,
            role=Role.LEARNER,
            user=user,
            reason=f"comes with “{template.title}”",
            name=template.learner.partition(":")[2],
            backend=BackendKind.TRANSFORMERS,
            location=template.learner,
        )
