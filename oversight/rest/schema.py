"""The OpenAPI description says what every address does alike, so that none has to say it again."""

from typing import Any, ClassVar

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from .asking import FIELDS, Filters
from .problems import PROBLEM_JSON, ProblemSerializer
from .scopes import describe

ALWAYS = {
    400: "The query or the body holds what is refused; `errors` names each field.",
    401: "Nobody knows who asks: the token is missing, wrong or expired.",
    403: "The role or the token's scopes do not allow it.",
    404: "There is no such thing, or it is not yours to see.",
    405: "The address knows no such method.",
    406: "None of the media types that you accept is given here.",
    429: "Too many requests in this minute; Retry-After says when it goes on.",
    500: "Something broke on our side.",
}
WITH_BODY = {413: "The body is too large.", 415: "The body is of another media type."}
CHANGES = {409: "Its state does not allow that (any more)."}
MATCHES = {412: "It was changed since you read it.", 428: "If-Match is missing."}
KEYS = {422: "The Idempotency-Key came with another request."}
KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Any text of up to 255 characters that is new for each request, such as a UUID. The "
    "same request sent again with it within a day is answered as before and done once.",
)
MATCH = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of what you read and now change.",
)


class KeptGenerator(SchemaGenerator):
    """Describes once in a process: it takes seconds, and only the code changes what comes of it."""

    _kept: ClassVar[dict[bool, Any]] = {}

    def get_schema(self, request: Any = None, public: bool = False) -> Any:
        if public not in self._kept:
            self._kept[public] = super().get_schema(None, public)  # type: ignore[no-untyped-call]
        return self._kept[public]


class RestSchema(AutoSchema):
    def get_description(self) -> str:  # type: ignore[override]  # as its own base has it
        who = describe(getattr(self.view, "access", {}), self.method)
        return "\n\n".join(filter(None, [super().get_description(), who]))

    def get_summary(self) -> str:
        """Return the first sentence: lists of addresses show it."""
        return super().get_description().partition("\n")[0].partition(". ")[0].rstrip(".")

    def get_tags(self) -> list[str]:
        """Return what it is about: campaigns/{slug}/rounds/… are rounds."""
        nouns = [part for part in self.path.split("/")[3:] if part and not part.startswith("{")]
        is_of_one = nouns[0] == "campaigns" and len(nouns) > 1
        return [nouns[1] if is_of_one else nouns[0]]

    def get_override_parameters(self) -> list[Any]:
        mine = []
        view: Any = self.view
        if self.method == "GET" and getattr(view, "filter_class", Filters)().fields:
            mine.append(view.filter_class)
        if self.method == "GET" and getattr(view, "get_shape", lambda: None)():
            names = ", ".join(view.get_shape()().fields)
            words = f"Only these, with commas between them: {names}."
            mine.append(OpenApiParameter(FIELDS, OpenApiTypes.STR, description=words))
        if self.method == "POST":
            mine.append(KEY)
        if self.method in ("PATCH", "PUT", "DELETE"):
            mine.append(MATCH)
        return [*mine, *super().get_override_parameters()]

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for status, words in self._refusals().items():
            answer = OpenApiResponse(ProblemSerializer, description=words)
            shown = self._get_response_for_code(  # type: ignore[no-untyped-call]
                answer, str(status), [PROBLEM_JSON]
            )
            bodies.setdefault(str(status), shown)
        return bodies

    def _refusals(self) -> dict[int, str]:
        """Return what this method may be refused for, by status, in words."""
        found = {**ALWAYS, **getattr(self.view, "refuses", {})}
        if self.method in ("POST", "PUT", "PATCH"):
            found |= WITH_BODY
        if self.method != "GET":
            found |= CHANGES
        if self.method == "POST":
            found |= KEYS
        if self.method in ("PATCH", "PUT", "DELETE"):
            found |= MATCHES
        return found
