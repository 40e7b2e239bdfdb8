"""The audit log, for owners."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from oversight.people.forms import AuditFilterForm
from oversight.people.policies.permissions import Permission
from oversight.people.selectors.audit import entries_of, told_entries
from oversight.people.views.access import PersonRequest, get_campaign, page_context, person_required

ENTRIES_PER_PAGE = 50


@require_safe
@person_required
def audit_log(request: PersonRequest, slug: str) -> HttpResponse:
    campaign = get_campaign(request, slug, Permission.SEE_AUDIT_LOG)
    form = AuditFilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    pages = Paginator(entries_of(campaign, **wanted), ENTRIES_PER_PAGE)
    page = pages.get_page(request.GET.get("page", "1"))
    context = page_context(
        request,
        campaign,
        "members",
        form=form,
        page=page,
        entries=told_entries(page.object_list),
        is_filtered=any(wanted.values()),
    )
    return render(request, "oversight/people/audit_log.html", context)
