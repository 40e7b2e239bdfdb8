"""What is said of the items of a list, as a file."""

from django.db import connection
from django.http import Http404, StreamingHttpResponse
from django.views.decorators.http import require_safe
from psycopg import ClientCursor

from oversight.data.selectors.datasets import Wanted, registered
from oversight.data.selectors.encodings import encoded, encoding_of
from oversight.models import Act, Source
from oversight.pages.views.browser import asked_of, narrowed
from oversight.people.policies.permissions import Permission
from oversight.people.services.audit import record_act
from oversight.people.views.access import PersonRequest, get_campaign, person_required

OF_ITEMS = ("annotations", "judgements", "preferences")


@require_safe
@person_required
def download(request: PersonRequest, slug: str, file: str) -> StreamingHttpResponse:
    """Stream a dataset's rows of the items that the address asks for, all pages of them.

    Simulated answers come where the list is of those. HEAD reads none.
    """
    campaign = get_campaign(request, slug, Permission.EXPORT_DATA)
    name, _, ending = file.partition(".")
    encoding, asked = encoding_of(f".{ending}"), asked_of(campaign, request.GET)
    if name not in OF_ITEMS or encoding is None or asked.problem:
        raise Http404
    connection.ensure_connection()
    sql, values = narrowed(asked).order_by().values("item_id").query.sql_with_params()
    items = ClientCursor(connection.connection).mogrify(sql, values)
    simulated = asked.filters.form.cleaned_data["source"] == Source.SIMULATED
    blocks = encoded(
        registered()[name], Wanted(campaign, simulated=simulated, items=items), encoding
    )
    if is_taken := request.method != "HEAD":
        record_act(Act.DATA_EXPORTED, campaign=campaign, file=file)
    return StreamingHttpResponse(
        blocks if is_taken else [],
        content_type=encoding.content_type,
        headers={"Content-Disposition": f'attachment; filename="{campaign.slug}-items-{file}"'},
    )
