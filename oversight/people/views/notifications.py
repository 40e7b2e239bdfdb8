"""The bell: what one was told, and by which channel one wants to be told."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from oversight.people.forms import ChannelsForm
from oversight.people.selectors.notifications import choices_of, notifications_of
from oversight.people.services.mail import can_mail
from oversight.people.services.notifications import choose_channels, mark_read, open_notification
from oversight.people.views.access import GET_OR_POST, PersonRequest, person_required

ON_A_PAGE = 30


@require_safe
@person_required
def notifications(request: PersonRequest) -> HttpResponse:
    page = Paginator(notifications_of(request.user), ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "oversight/people/notifications.html", {"page": page})


@require_POST
@person_required
def read_all(request: PersonRequest) -> HttpResponse:
    count = mark_read(user=request.user)
    messages.success(request, f"{count} marked as read." if count else "Nothing was new.")
    return redirect("notifications")


@require_POST
@person_required
def open_one(request: PersonRequest, notification_id: int) -> HttpResponse:
    """Lead to what it is about, read from now on."""
    row = open_notification(user=request.user, notification_id=notification_id)
    if row is None:
        raise Http404("nothing that this person may see")
    return redirect(row.url)


@require_http_methods(GET_OR_POST)
@person_required
def choices(request: PersonRequest) -> HttpResponse:
    form = ChannelsForm(request.POST or None, initial=choices_of(request.user))
    if request.method == "POST" and form.is_valid():
        choose_channels(user=request.user, channels=form.cleaned_data)
        messages.success(request, "From now on you are told so.")
        return redirect("notification-choices")
    context = {"form": form, "can_mail": can_mail()}
    status = 422 if form.errors else 200
    return render(request, "oversight/people/notification_choices.html", context, status=status)
