"""A training run: its metrics as they come, and stopping it."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from oversight.campaigns.forms.groups import FIELDS, setting_name, setting_words
from oversight.campaigns.forms.page_order import in_page_order
from oversight.learning.policies.critic_gap import gap_words
from oversight.learning.policies.gate_words import measured_lines, told_wins
from oversight.learning.policies.pair_words import pair_words
from oversight.learning.policies.terms import READERS
from oversight.learning.selectors.run_story import run_story
from oversight.learning.services.training_runs import cancel_training
from oversight.learning.views.charts import metric_charts, metric_words, told_once
from oversight.models import Evaluation, Loss, Method, RunState, TrainingRun
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
    tell_outcome,
)

UNDER_WAY = {RunState.QUEUED, RunState.RUNNING}
ROWS_SHOWN = 20


@require_safe
@vary_on_headers("HX-Request")
@person_required
def training_run(request: PersonRequest, slug: str, run_id: int) -> HttpResponse:
    campaign = get_campaign(request, slug)
    related = ("parent", "result_version", "round", "snapshot")
    runs = TrainingRun.objects.filter(campaign=campaign).select_related(*related)
    run = get_object_or_404(runs, pk=run_id)
    names, rows = _table(run.metrics)
    evaluation = Evaluation.objects.filter(round=run.round_id, role=run.role).first()
    context = page_context(
        request,
        campaign,
        "overview",
        run=run,
        is_under_way=run.state in UNDER_WAY,
        charts=metric_charts(run.metrics),
        metric_names=[metric_words(name) for name in names],
        metric_rows=rows,
        metric_count=len(run.metrics),
        settings=_settings(run),
        pairs=pair_words(run.settings.get("pairs", {})),
        story=run_story(run),
        critic_gap=gap_words(run.critic_gap),
        evaluation=evaluation,
        measured=measured_lines(evaluation.metrics) if evaluation else [],
        told_wins=told_wins(evaluation.metrics) if evaluation else "",
    )
    template = "oversight/learning/training_run.html"
    return render(request, f"{template}#run" if request.htmx else template, context)


@require_POST
@person_required
def cancel(request: PersonRequest, slug: str, run_id: int) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.RUN_ROUNDS)
    run = get_object_or_404(TrainingRun.objects.filter(campaign=campaign), pk=run_id)
    tell_outcome(
        request,
        lambda: cancel_training(run=run),
        "The training is asked to stop; the version at work stays.",
    )
    return redirect("training-run", slug, run_id)


def _settings(run: TrainingRun) -> list[tuple[str, object]]:
    """Return what the run was made with, as the campaign's settings page calls and orders it."""
    unread = _unread(run.settings)
    return [
        (setting_name(name), setting_words(name, run.settings[name]))
        for name in in_page_order(run.settings)
        if name in FIELDS and name not in unread
    ]


def _unread(chosen: Mapping[str, Any]) -> set[str]:
    """Return the settings that said nothing to this training: an adapter's where all weights were
    trained, β where the chosen answers are only imitated."""
    unread = {name for name, losses in READERS.items() if chosen.get("loss") not in losses}
    if chosen.get("method") != Method.LORA:
        unread |= {name for name in chosen if name.startswith("lora_")}
    if chosen.get("loss") == Loss.SFT:
        unread.add("beta")
    return unread


def _table(metrics: list[dict[str, object]]) -> tuple[list[str], list[list[str]]]:
    """Return the columns, `step` first, and the latest rows; a figure that is missing is a dash."""
    names = told_once(dict.fromkeys(name for row in metrics for name in row))
    names.sort(key=lambda name: name != "step")
    return names, [[_figure(row.get(name)) for name in names] for row in metrics[-ROWS_SHOWN:]]


def _figure(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
