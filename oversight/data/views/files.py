"""A dataset as a file for a browser: streamed, and written down in the audit log."""

from django.http import HttpRequest, StreamingHttpResponse

from oversight.data.selectors.datasets import Dataset, Wanted
from oversight.data.selectors.encodings import Encoding, encoded
from oversight.models import Act
from oversight.people.services.audit import record_act


def download_of(
    request: HttpRequest, dataset: Dataset, wanted: Wanted, encoding: Encoding, name: str
) -> StreamingHttpResponse:
    """Send the rows as the file `{slug}-{name}`, and record who took it. HEAD reads and records none."""
    is_taken = request.method != "HEAD"
    if is_taken:
        record_act(Act.DATA_EXPORTED, campaign=wanted.campaign, file=name)
    return StreamingHttpResponse(
        encoded(dataset, wanted, encoding) if is_taken else [],
        content_type=encoding.content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{wanted.campaign.slug}-{name}"',
        },
    )
