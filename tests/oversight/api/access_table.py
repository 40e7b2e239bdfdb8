"""Whom each address of REST lets in, written down apart from the views: by name and method."""

from dataclasses import dataclass

EVERYBODY = frozenset({"admin", "engineer", "annotator"})
WITH_TEXTS = frozenset({"admin", "engineer"})
ADMIN = frozenset({"admin"})


@dataclass(frozen=True)
class Row:
    """`roles` of the campaign's members; `scope` of a token; `body` of the request, one that is good."""

    name: str
    method: str
    scope: str
    roles: frozenset[str]
    body: object = None
    headers: tuple[tuple[str, str], ...] = ()


ANY_VERSION = (("If-Match", "*"),)
ROWS = [
    Row("api-campaign", "GET", "read", EVERYBODY),
    Row("api-members", "GET", "read", ADMIN),
    Row(
        "api-members",
        "POST",
        "people:write",
        ADMIN,
        {"username": "newcomer", "role": "annotator"},
    ),
    Row("api-member", "GET", "read", ADMIN),
    Row("api-member", "DELETE", "people:write", ADMIN),
    Row("api-versions", "GET", "read", EVERYBODY),
    Row("api-queries", "GET", "read", WITH_TEXTS),
    Row("api-queries", "POST", "data:write", WITH_TEXTS, {"text": "What is 2 + 2?"}),
    Row("api-query", "GET", "read", WITH_TEXTS),
    Row("api-preferences", "GET", "read", WITH_TEXTS),
    Row("api-step-labels", "GET", "read", WITH_TEXTS),
    Row("api-critique-ratings", "GET", "read", WITH_TEXTS),
    Row("api-rounds", "GET", "read", EVERYBODY),
    Row("api-round", "GET", "read", EVERYBODY),
]
# Those that are about no campaign: any person's.
OF_NO_CAMPAIGN = {"api-schema", "api-docs", "api-campaigns"}
