"""A person puts an error into an answer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from models_srv.roles.tamperer import PutIn
from oversight.asking.services.put_in_errors import put_in_error, why_no_error
from oversight.errors import WrongState
from oversight.models import Response
from oversight.pages.forms import PutInForm
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import (
    GET_OR_POST,
    PersonRequest,
    get_campaign,
    page_context,
    person_required,
)


@require_http_methods(GET_OR_POST)
@person_required
def put_in(request: PersonRequest, slug: str, response_id: int) -> HttpResponse:
    """Show the answer to be changed, and take it with the error in it."""
    campaign = get_campaign(request, slug, Permission.ADD_ITEMS, groups=("care", "judging"))
    rows = Response.objects.filter(query__campaign=campaign).select_related(
        "query__campaign__basics"
    )
    answer = get_object_or_404(rows, pk=response_id)
    form = PutInForm(request.POST or None, initial={"text": answer.text})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                item = put_in_error(
                    answer=answer, error=PutIn(**form.cleaned_data), by=request.user
                )
                messages.success(
                    request, f"Kept as item {item.pk}: people and critics will see it."
                )
                return redirect("query", slug, answer.query_id)
            except WrongState as error:
                form.add_error("text", f"Not kept: {error}.")
                status = 409
    context = page_context(
        request,
        campaign,
        "queries",
        form=form,
        answer=answer,
        why=why_no_error(answer),
        harm=campaign.care.harm_words(answer.query.node),
    )
    return render(request, "oversight/pages/put_in.html", context, status=status)
