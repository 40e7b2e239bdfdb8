"""Live red teaming: talk with the learner, and keep what it failed at."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotate.access import PersonRequest, person_required
from annotate.models import RedTeamTurn
from annotate.redteam.forms import MessageForm, TurnForm
from annotate.redteam.selectors import chat_view, chats_of, red_team_campaigns
from annotate.redteam.services.chats import mark_failure, say, start_chat
from annotate.work.views.showing import viewer_of, withheld_response
from oversight.errors import WrongState
from oversight.models import Campaign


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def red_team(request: PersonRequest, slug: str) -> HttpResponse:
    """The person's conversations in a campaign, and a form to begin one."""
    campaign = get_object_or_404(red_team_campaigns(request.user), slug=slug)
    if withheld := _withheld(request, campaign):
        return withheld
    form = MessageForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            chat = start_chat(user=request.user, campaign=campaign, **form.cleaned_data)
            return redirect("annotate:chat", chat.pk)
        except WrongState as error:
            form.add_error(None, f"Not begun: {error}.")
    chats = chats_of(request.user).filter(campaign=campaign)[:50]
    context = {"campaign": campaign, "form": form, "chats": chats}
    return render(
        request, "annotate/redteam/red_team.html", context, status=422 if form.errors else 200
    )


@require_safe
@person_required
def chat(request: PersonRequest, chat_id: int) -> HttpResponse:
    """One conversation; for htmx its turns alone, which ask again while a model is to speak."""
    row = get_object_or_404(chats_of(request.user), pk=chat_id)
    if withheld := _withheld(request, row.campaign):
        return withheld
    view = chat_view(row)
    # The page has been asking for this: say that it is there, and lead to it.
    has_news = request.htmx and not view.is_waiting
    form = TurnForm(initial={"number": len(view.turns) + 1})
    context = {"view": view, "campaign": row.campaign, "form": form, "has_news": has_news}
    part = "#turns" if request.htmx else ""
    return render(request, f"annotate/redteam/chat.html{part}", context)


@require_POST
@person_required
def chat_say(request: PersonRequest, chat_id: int) -> HttpResponse:
    row = get_object_or_404(chats_of(request.user), pk=chat_id)
    if withheld := _withheld(request, row.campaign):
        return withheld
    form = TurnForm(request.POST)
    if not form.is_valid():
        context = {"view": chat_view(row), "campaign": row.campaign, "form": form}
        return render(request, "annotate/redteam/chat.html", context, status=422)
    try:
        say(chat=row, **form.cleaned_data)
    except WrongState as error:
        messages.warning(request, f"Not sent: {error}.")
    return redirect("annotate:chat", row.pk)


@require_POST
@person_required
def turn_failed(request: PersonRequest, turn_id: int) -> HttpResponse:
    """The person says: here the learner failed."""
    turn = get_object_or_404(RedTeamTurn, pk=turn_id, chat__in=chats_of(request.user))
    try:
        mark_failure(turn=turn)
        messages.success(request, "Kept as an adversarial query, with you as its source.")
    except WrongState as error:
        messages.warning(request, f"Not kept: {error}.")
    return redirect("annotate:chat", turn.chat_id)


def _withheld(request: PersonRequest, campaign: Campaign) -> HttpResponse | None:
    """What is said to a learner, and what it answers, is of no category: only consent counts."""
    showing = viewer_of(request, campaign).showing()
    return withheld_response(request, campaign, showing, then="red-team")
