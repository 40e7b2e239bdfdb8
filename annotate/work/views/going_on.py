"""From one card to the next: what the answer to a submission shows."""

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django_htmx.http import push_url

from annotate.access import PersonRequest
from annotate.card.cards import Card, card_for
from annotate.card.earlier_answers import fields_of
from annotate.card.forms import SubmissionForm
from annotate.care.policies.keys import key_translation, shown_keys
from annotate.care.selectors.own_settings import settings_of
from annotate.care.selectors.reading import rules_and_news
from annotate.models import Annotation, Assignment, FlagKind
from annotate.queue.selectors.assignments import progress_of
from annotate.queue.selectors.qualification import Qualification
from annotate.queue.services.leases import lease_ahead, lease_next
from annotate.work.selectors.drafts import entered_on, entered_on_correction
from annotate.work.selectors.history import note_of, undo_seconds
from annotate.work.selectors.reviews import sent_back_to
from annotate.work.views.queue import next_url, queue_context
from annotate.work.views.showing import viewer_of, withheld_response
from oversight.models import Campaign

Said = dict[str, str]

# Every name that the card's templates ask for has to be there.
CARD_DEFAULTS: dict[str, object] = {
    "said": None,
    "corrects": None,
    "sent_back": "",
    "review": None,
    "practice": None,
    "draft_version": 0,
    "has_undo": False,
    "undo_seconds": 0,
    "flag_kinds": (),
}


def go_on(
    request: PersonRequest, campaign: Campaign, words: str, level: int, *, undo: int = 0
) -> HttpResponse:
    """Say what became of the last item and show the next: in place for htmx, else by redirect.

    `undo`: for how many seconds that can be taken back; 0 where it is nothing to take back.
    """
    if not request.htmx:
        messages.add_message(request, level, words)
        return redirect(next_url(request, campaign))
    said = {"words": words, "tone": messages.DEFAULT_TAGS[level]}
    following = lease_next(user=request.user, campaign=campaign)
    if following is None:
        context = {**queue_context(request, campaign), "said": said, "undo_seconds": undo}
        response = render(request, "annotate/work/next.html#card", context)
        return push_url(response, reverse("annotate:next", args=[campaign.slug]))
    held = request.POST.get("ahead")
    if held and held == str(_name_ahead(request, following)):
        response = _words_alone(request, following, said, undo)
    else:
        response = card_response(request, following, said=said, undo=undo)
    return push_url(response, reverse("annotate:assignment", args=[following.pk]))


def ahead_response(request: PersonRequest, assignment: Assignment) -> HttpResponse:
    """Answer with the card after this one, for the browser to keep; 204: there is none."""
    if (ahead := lease_ahead(assignment=assignment)) is None:
        return HttpResponse(status=204)
    response = card_response(request, ahead, is_ahead=True)
    response["X-Ahead"] = json.dumps({"ahead": _name_ahead(request, ahead)})
    return response


def _name_ahead(request: PersonRequest, ahead: Assignment) -> int | str:
    """Name a card as it is shown: one that the browser holds is another once it is to be blurred."""
    if not ahead.campaign.care.harm_by_category:
        return ahead.pk
    veil = viewer_of(request, ahead.campaign).showing(ahead.item.query.node).veil
    return f"{ahead.pk}-{veil}" if veil else ahead.pk


def _words_alone(request: PersonRequest, shown: Assignment, said: Said, undo: int) -> HttpResponse:
    """The browser has the card of `shown` already: send the words, so that it can be shown."""
    progress = progress_of(request.user, shown.campaign)
    judged, still = progress.judged_words, f"{progress.open_words} open"
    bar = {"value": progress.judged, "max": progress.total, "aria-label": f"{judged}, {still}"}
    news = {
        "shown": _name_ahead(request, shown),
        "progress": f"{judged} · {still}",
        "bar": bar,
        "undo": undo,
        **said,
    }
    return HttpResponse(headers={"X-Ahead": json.dumps(news)})


def correction_response(
    request: PersonRequest,
    row: Assignment,
    standing: Annotation,
    *,
    form: SubmissionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the card of what was submitted, with the answer that stands or what was entered since."""
    draft = entered_on_correction(standing)
    fields = draft.fields if draft.version else fields_of(standing)
    entered = form.sent if form else fields
    more: dict[str, object] = {
        "corrects": standing,
        "sent_back": note_of(standing),
        "draft_version": draft.version,
        "action": reverse("annotate:correct", args=[row.pk]),
        "seconds": entered.get("seconds", ""),
    }
    return _card_page(request, row, card_for(row, form, sent=fields), more, status)


def card_response(
    request: PersonRequest,
    row: Assignment,
    form: SubmissionForm | None = None,
    *,
    said: Said | None = None,
    is_ahead: bool = False,
    undo: int | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the card: its part alone for htmx, else the whole page. `undo` is looked up if None."""
    entered = entered_on(row)
    more: dict[str, object] = {
        "said": said,
        "draft_version": entered.version,
        "seconds": (form.sent if form else entered.fields).get("seconds", ""),
        "flag_kinds": FlagKind.choices,
    }
    card = card_for(row, form, sent=entered.fields)
    more["has_undo"] = row.campaign.judging.undo_minutes > 0
    # A card that is held is told once it is shown, when something was submitted before it.
    if undo is None and not is_ahead and card.progress.judged:
        undo = undo_seconds(request.user, row.campaign)
    more["undo_seconds"] = undo or 0
    return _card_page(request, row, card, more, status)


def practice_response(
    request: PersonRequest,
    held: Assignment,
    status: Qualification,
    form: SubmissionForm | None = None,
) -> HttpResponse:
    """Show the card of an item to practise on: that of any comparison, but for what needs a lease."""
    more: dict[str, object] = {
        "practice": status,
        "action": reverse("annotate:practice", args=[held.campaign.slug]),
        "seconds": "",
    }
    return _card_page(request, held, card_for(held, form), more, 422 if form else 200)


def review_response(
    request: PersonRequest, held: Assignment, address: str, form: SubmissionForm | None = None
) -> HttpResponse:
    """Show the card to somebody who reviews the item, for the answer that they give before they see the
    others'. `address` is that of their review, which takes it: it needs no lease."""
    more: dict[str, object] = {"review": address, "action": address, "seconds": ""}
    return _card_page(request, held, card_for(held, form), more, 422 if form else 200)


def _card_page(
    request: PersonRequest, row: Assignment, card: Card, more: dict[str, object], status: int
) -> HttpResponse:
    showing = viewer_of(request, card.campaign).showing(card.item.query.node)
    if withheld := withheld_response(request, card.campaign, showing):
        return withheld
    veil = (
        render_to_string("annotate/care/veil.html", {"harm": showing.veil}) if showing.veil else ""
    )
    context = {
        **CARD_DEFAULTS,
        "action": card.action,
        **more,
        "card": card,
        "campaign": card.campaign,
        "veil": veil,
    }
    section = render_to_string("card/card.html", context, request)
    if request.htmx:
        return HttpResponse(section, status=status)
    own = settings_of(request.user).keys
    principles, news = rules_and_news(request.user, card.campaign)
    page = {
        "card": card,
        "section": mark_safe(section),  # noqa: S308  # a template's output, escaped there
        "campaign": card.campaign,
        "principles": principles,
        "news": news,
        "key_translation": json.dumps(key_translation(own)),
        "own_keys": shown_keys(own),
        "sent_back": [
            each
            for each in sent_back_to(request.user, card.campaign)
            if each.assignment_id != row.pk
        ],
    }
    return render(request, "annotate/work/card.html", page, status=status)
