"""The audit log as a file."""

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from oversight.data.selectors.datasets.audit import AUDIT_LOG
from oversight.data.selectors.datasets.registry import Wanted
from oversight.data.selectors.encodings import Encoding, Format, encoded
from oversight.models import Act
from oversight.people.policies.permissions import Permission
from oversight.people.services.audit import record_act
from oversight.people.views.access import PersonRequest, get_campaign, person_required


@require_safe
@person_required
def audit_file(request: PersonRequest, slug: str, ending: str) -> HttpResponseBase:
    """Stream a campaign's entries. That somebody took them is an entry too: the last of the file."""
    campaign = get_campaign(request, slug, Permission.SEE_AUDIT_LOG)
    if ending not in (Format.JSONL, Format.CSV):
        raise Http404(f"There is no audit log as {ending!r}.")
    encoding, name = Encoding(Format(ending)), f"{campaign.slug}-audit-log.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if request.method == "HEAD":
        return HttpResponse(content_type=encoding.content_type, headers=headers)
    record_act(Act.DATA_EXPORTED, campaign=campaign, file=f"audit-log.{ending}")
    blocks = encoded(AUDIT_LOG, Wanted(campaign), encoding)
    return StreamingHttpResponse(blocks, content_type=encoding.content_type, headers=headers)
