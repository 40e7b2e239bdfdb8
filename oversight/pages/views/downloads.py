"""What is said of the items of a list, as a file."""

from django.db import connection
from django.http import Http404, StreamingHttpResponse
from django.views.decorators.http import require_safe
from psycopg import ClientCursor

from oversight.data.selectors.datasets import Wanted, registered
from oversight.data.selectors.encodings import encoding_of
from oversight.data.views.files import download_of
from oversight.models import Source
from oversight.pages.views.browser import asked_of, narrowed
from oversight.people.policies.permissions import Permission
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
    wanted = Wanted(campaign, simulated=simulated, items=items)
    return download_of(request, registered()[name], wanted, encoding, f"items-{file}")
