"""What a campaign asks people about themselves."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from annotate.access import PersonRequest, person_required
from annotate.campaigns import annotatable_campaigns
from annotate.care.forms import AboutForm
from annotate.care.selectors.about import said_by
from oversight.errors import WrongState
from oversight.people.services.attributes import say_of_oneself


@require_http_methods(["GET", "HEAD", "POST"])
@person_required
def about(request: PersonRequest, slug: str) -> HttpResponse:
    campaign = get_object_or_404(annotatable_campaigns(request.user), slug=slug)
    said = said_by(request.user, campaign)
    form = AboutForm(request.POST or None, campaign=campaign, said=said)
    if request.method == "POST" and form.is_valid():
        try:
            say_of_oneself(user=request.user, campaign=campaign, said=form.said())
        except WrongState as error:
            form.add_error(None, f"Not kept: {error}. The questions have changed: look again.")
        else:
            messages.success(request, "Kept. It holds from the next item on.")
            return redirect("annotate:next", campaign.slug)
    status = 422 if form.errors else 200
    context = {"campaign": campaign, "form": form}
    return render(request, "annotate/care/about.html", context, status=status)
