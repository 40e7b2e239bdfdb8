"""The audit log as a file."""

from django.http import Http404, StreamingHttpResponse
from django.views.decorators.http import require_safe

from oversight.data.selectors.datasets.audit import AUDIT_LOG
from oversight.data.selectors.datasets.registry import Wanted
from oversight.data.selectors.encodings import Encoding, Format
from oversight.data.views.files import download_of
from oversight.people.policies.permissions import Permission
from oversight.people.views.access import PersonRequest, get_campaign, person_required


@require_safe
@person_required
def audit_file(request: PersonRequest, slug: str, ending: str) -> StreamingHttpResponse:
    """Stream a campaign's entries. That somebody took them is an entry too: the last of the file."""
    campaign = get_campaign(request, slug, Permission.SEE_AUDIT_LOG)
    if ending not in (Format.JSONL, Format.CSV):
        raise Http404(f"There is no audit log as {ending!r}.")
    name = f"audit-log.{ending}"
    return download_of(request, AUDIT_LOG, Wanted(campaign), Encoding(Format(ending)), name)
