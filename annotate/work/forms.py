"""What is sent when a person answers or flags an item, and which service takes it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from annotate.card.forms import AnnotationForm, RatingsForm, StepsForm, SubmissionForm
from annotate.models import Assignment, FlagKind
from annotate.work.services.steps_and_ratings import submit_ratings, submit_steps
from annotate.work.services.submissions import submit_annotation
from oversight.models import ItemKind

LONGEST_REASON = 2_000


class FlagForm(forms.Form):
    kind = forms.ChoiceField(choices=FlagKind.choices)
    reason = forms.CharField(
        max_length=LONGEST_REASON, error_messages={"required": "Say what is wrong with it."}
    )


def form_and_service(
    row: Assignment, sent: "MultiValueDict[str, str]", *, is_blind: bool = False
) -> tuple[SubmissionForm, Callable[..., Any]]:
    """Return the form of the kind of item, filled in, and the service that takes its `answer()`."""
    if row.item.kind == ItemKind.STEPS:
        return StepsForm(sent), submit_steps
    if row.item.kind == ItemKind.CRITIQUE_RATING:
        return RatingsForm(sent, order_shown=row.order_shown), submit_ratings
    form = AnnotationForm(
        sent,
        order_shown=row.order_shown,
        is_rationale_required=row.campaign.judging.is_rationale_required and not is_blind,
        asks_flaws=row.item.asks_flaws and not is_blind,
    )
    return form, submit_annotation
