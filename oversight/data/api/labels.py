"""Labels of steps and ratings of critiques over REST, streamed as JSON lines."""

from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from oversight.data.selectors.process_labels import as_lines, critique_rating_rows, step_label_rows
from oversight.models import Campaign

from .streams import AFTER, JSON_LINES, LineStream

LINES = {(200, JSON_LINES): OpenApiTypes.OBJECT}


class StepLabelStream(LineStream):
    """One labelled solution a line, with PRM800K's fields, by id."""

    @extend_schema(parameters=[AFTER], responses=LINES)
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        """Admins and engineers may. Superseded labels and held-out queries are left out."""
        return self.stream(request, slug)

    def lines(self, campaign: Campaign, **wanted: Any) -> Iterator[bytes]:
        return as_lines(step_label_rows(campaign, **wanted))


class CritiqueRatingStream(LineStream):
    """One rated critique a line, with its text and its six scores, by id of the judgement."""

    @extend_schema(parameters=[AFTER], responses=LINES)
    def get(self, request: Request, slug: str) -> StreamingHttpResponse:
        """Admins and engineers may. Superseded ratings and held-out queries are left out.

        `comments` is JSON text: a list that may be empty has no one type in a column.
        """
        return self.stream(request, slug)

    def lines(self, campaign: Campaign, **wanted: Any) -> Iterator[bytes]:
        return as_lines(critique_rating_rows(campaign, **wanted))
