"""What a person sees in place of a text that they are not to see now."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from annotate.access import PersonRequest
from annotate.care.selectors.showing import Showing, Viewer, Withheld
from annotate.work.views.queue import queue_context
from oversight.models import Campaign

LEFT_OUT = "This is of a kind that you leave out, so it is not shown."


def viewer_of(request: PersonRequest, campaign: Campaign) -> Viewer:
    return Viewer(request.user, campaign)


def withheld_response(
    request: PersonRequest, campaign: Campaign, showing: Showing, then: str = ""
) -> HttpResponse | None:
    """Return the page that stands in for the text, None where the text may be shown.

    Consent leads on to the page named `then`, else to the queue.
    """
    if showing.withheld is None:
        return None
    url = reverse("annotate:next", args=[campaign.slug])
    url += f"?then={then}" if then else ""
    if request.htmx:
        return HttpResponseClientRedirect(url)
    if showing.withheld == Withheld.CONSENT:
        return redirect(url)
    context = {**queue_context(request, campaign), "notice": LEFT_OUT}
    return render(request, "annotate/work/next.html", context)
