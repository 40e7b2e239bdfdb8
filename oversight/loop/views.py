"""A round's page, and what may be done to a round. The services decide whether it is time."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import pluralize
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from models_srv.domains.registry import domain_of
from oversight.asking.selectors.decisions import decisions
from oversight.asking.services.checkers import shown_score
from oversight.learning.policies.critic_gap import gap_words
from oversight.learning.policies.gate_words import measured_lines, told_wins
from oversight.learning.selectors.differences import most_changed
from oversight.loop.forms import MoveForm
from oversight.loop.plan_facts import facts_by_page
from oversight.loop.policies.crossing import crossing_words
from oversight.loop.policies.plan_words import told_slots
from oversight.loop.policies.refined import refined_words
from oversight.loop.policies.tampering import tampering_words
from oversight.loop.selectors.crossed import crossed_of
from oversight.loop.selectors.funnel import funnel
from oversight.loop.selectors.moves import possible_moves
from oversight.loop.selectors.refined import refined_of
from oversight.loop.selectors.rounds import LiveRound, live_round, rounds_of
from oversight.loop.selectors.spending import spending
from oversight.loop.selectors.tampering import put_in_by_model
from oversight.loop.services import rounds
from oversight.loop.services.cancellation import cancel_round
from oversight.loop.services.candidates import compare_candidate
from oversight.loop.services.moving import move_round
from oversight.models import CriticLearning, Evaluation, ModelVersion, Role, Round
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    GET_OR_POST,
    PersonRequest,
    ask_once,
    get_campaign,
    page_context,
    person_required,
    tell_outcome,
)
from oversight.trust.selectors.round_trust import round_trust
from oversight.web.forms import ReasonForm


@require_safe
@person_required
def round_page(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    campaign = get_campaign(request, slug)
    rounds_and_plans = rounds_of(campaign).defer(None)
    live = live_round(get_object_or_404(rounds_and_plans, number=number))
    before = Round.objects.filter(campaign=campaign, number__lt=number).first()
    decided = decisions(live.round)
    context = page_context(
        request,
        campaign,
        "overview",
        live=live,
        plan=facts_by_page(live.round.plan, before.plan if before else {}),
        before=before,
        queries_from=told_slots(live.round.plan, live.wrote),
        funnel=funnel(live.round, decided),
        put_in=tampering_words(put_in_by_model(live.round)),
        written_anew=refined_words(refined_of(live.round)),
        cross_examined=crossing_words(crossed_of(live.round)),
        changes=live.round.changes.select_related("former", "version", "changed_by"),
        trust=round_trust(live.round, decided),
        spending=spending(live.round),
        critic_gap=gap_words(live.run.critic_gap) if live.run else "",
        critic_learns=_critic_learns(live),
        **_gate(live.round),
    )
    return render(request, "oversight/loop/round.html", context)


@require_POST
@person_required
def start(request: PersonRequest, slug: str) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.RUN_ROUNDS)
    tell_outcome(
        request,
        lambda: rounds.start_round(campaign=campaign, started_by=request.user),
        "The round has started.",
    )
    return redirect("campaign", slug)


@require_POST
@person_required
def update(request: PersonRequest, slug: str) -> HttpResponse:
    """Update the learner from the preferences that are there, without a round of attacks."""
    campaign = get_campaign(request, slug, Permission.RUN_ROUNDS)
    tell_outcome(
        request,
        lambda: rounds.start_update(campaign=campaign, reason=f"by {request.user}"),
        "The update has started.",
    )
    return redirect("campaign", slug)


@require_http_methods(GET_OR_POST)
@person_required
def close_review(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    round_ = _round(request, slug, number)
    if request.method != "POST":
        return ask_once(
            request,
            round_.campaign,
            "overview",
            title=f"Go on with round {number} without the rest",
            happens=_what_closing_does(round_),
            button="Go on without the rest",
            back=reverse("campaign", args=[slug]),
            back_words="Wait for people",
        )
    tell_outcome(
        request,
        lambda: rounds.close_review(round=round_),
        "The review is closed. The round goes on with what people have judged.",
    )
    return redirect("campaign", slug)


@require_POST
@person_required
def retry(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    round_ = _round(request, slug, number)
    tell_outcome(
        request, lambda: rounds.retry_failed(round=round_), "What failed is tried once more."
    )
    return redirect("campaign", slug)


@require_http_methods(GET_OR_POST)
@person_required
def cancel(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """Say what cancelling will do and ask for the reason; then do it."""
    round_ = _round(request, slug, number)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        tell_outcome(
            request,
            lambda: cancel_round(round=round_, reason=reason, cancelled_by=request.user),
            f"Round {number} is cancelled.",
        )
        return redirect("round", slug, number)
    live = live_round(round_)
    context = page_context(request, round_.campaign, "overview", form=form, live=live)
    context["open_items"] = round_.items.open().count()
    status = 422 if form.errors else 200
    return render(request, "oversight/loop/round_cancel.html", context, status=status)


@require_http_methods(GET_OR_POST)
@person_required
def move(request: PersonRequest, slug: str, number: int) -> HttpResponse:
    """Ask which role is to go on with which version, and why; then let it."""
    round_ = _round(request, slug, number)
    moves = possible_moves(round_)
    form = MoveForm(moves, request.POST or None)
    if request.method == "POST" and form.is_valid():
        role, version = form.move
        reason = form.cleaned_data["reason"]
        tell_outcome(
            request,
            lambda: move_round(
                round=round_, role=role, version=version, reason=reason, moved_by=request.user
            ),
            f"Round {number} goes on with {version} as {role}."
            if version
            else f"Round {number} goes on without {role}.",
        )
        return redirect("round", slug, number)
    more = {"form": form, "moves": moves, "live": live_round(round_)}
    context = page_context(request, round_.campaign, "overview", **more)
    status = 422 if form.errors else 200
    return render(request, "oversight/loop/round_move.html", context, status=status)


@require_http_methods(GET_OR_POST)
@person_required
def compare(request: PersonRequest, slug: str, version_id: int) -> HttpResponse:
    """Say what putting a learner before the gate means; then begin the round that does it."""
    campaign = get_campaign(request, slug, Permission.CHANGE_MODELS)
    learners = ModelVersion.objects.filter(campaign=campaign, role=Role.LEARNER)
    version = get_object_or_404(learners.select_related("delivery"), pk=version_id)
    if request.method != "POST":
        return ask_once(
            request,
            campaign,
            "models",
            title=f"Put {version} before the gate",
            happens=BEFORE_THE_GATE,
            button="Compare it",
            back=reverse("campaign-models", args=[slug]),
            back_words="Leave it as it is",
        )
    is_done = tell_outcome(
        request,
        lambda: compare_candidate(version=version, user=request.user),
        f"{version} is being compared with the learner at work.",
    )
    return redirect("campaign" if is_done else "campaign-models", slug)


BEFORE_THE_GATE = (
    "A round begins that does nothing else: no queries are written, nobody is asked about feedback, "
    "nothing is trained.",
    "It has to answer first; on a server it has to prove that its own weights do.",
    "Both it and the learner at work answer the held-out queries, and people compare some where the "
    "campaign asks them to.",
    "It is put to work only if it is better beyond chance and in nothing worse.",
)


def _what_closing_does(round_: Round) -> list[str]:
    waiting = round_.items.open().count()
    withdrawn = (
        f"{waiting} open item{pluralize(waiting)} will be withdrawn: nobody is asked any more."
    )
    return [
        withdrawn if waiting else "No item is open any more.",
        "What somebody has on the screen just now can no longer be submitted.",
        "What people have judged stays, and the round goes on with it.",
    ]


def _critic_learns(live: LiveRound) -> str:
    """Say when the critic is trained, as long as that is to come."""
    round_ = live.round
    has_begun = any(other.run.role == Role.CRITIC for other in live.others)
    if round_.finished_at or round_.candidate_id or not round_.critic_id or has_begun:
        return ""
    if round_.plan.get("critic_learning", CriticLearning.OFF) != CriticLearning.OFF:
        return "It is trained after the learner's gate, on what people said of its comments."
    if round_.campaign.updates.critic_learning != CriticLearning.OFF:
        return (
            "It learns from the next round on: this one keeps the settings that it began with, and "
            "then the critic did not learn."
        )
    return ""


def _gate(round_: Round) -> dict[str, Any]:
    """Return what the gate measured and the answers that changed, where the round came to that."""
    evaluation = Evaluation.objects.filter(round=round_, role=Role.LEARNER).first()
    if evaluation is None:
        return {}
    scorer = partial(shown_score, round_.campaign)
    changed = most_changed(evaluation, scorer)
    is_scored = any(each.after_score is not None for each in changed)
    return {
        "measured": measured_lines(evaluation.metrics),
        "told_wins": told_wins(evaluation.metrics),
        "changed": changed,
        "checker": domain_of(round_.campaign.basics.checker) if is_scored else None,
    }


def _round(request: PersonRequest, slug: str, number: int) -> Round:
    campaign = get_campaign(request, slug, Permission.RUN_ROUNDS)
    return get_object_or_404(Round.objects.filter(campaign=campaign), number=number)
