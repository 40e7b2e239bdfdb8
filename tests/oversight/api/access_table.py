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
    content_type: str = "application/json"


BYTES, AT_THE_START = "application/octet-stream", (("Upload-Offset", "0"),)
ANY_VERSION = (("If-Match", "*"),)
VERSION = {"name": "tuned", "backend": "transformers", "location": "org/tuned", "role": "critic"}
WEBHOOK = {"url": "https://1.1.1.1/hook", "events": ["item.closed"]}
SETTINGS = {
    "basics": {"name": "Sums"},
    "rounds": {"queries_per_round": 5},
    "routing": {"audit_share": 0.2},
    "judging": {"undo_minutes": 3},
    "measuring": {"gold_items": 2},
    "care": {"break_minutes": 30},
    "training": {"beta": 0.2},
    "updates": {"schedule_hours": 12},
    "gate": {"gate_items": 20},
}


def reads(roles: frozenset[str], *names: str) -> list[Row]:
    return [Row(f"api-{name}", "GET", "read", roles) for name in names]


def acts(scope: str, name: str, body: object = None) -> Row:
    return Row(f"api-{name}", "POST", scope, ADMIN, body)


ROWS = [
    *reads(EVERYBODY, "campaign", "versions", "version", "rounds", "round"),
    *reads(EVERYBODY, "training-runs", "training-run", "evaluations", "evaluation"),
    *reads(WITH_TEXTS, "queries", "query", "responses", "response", "critiques", "critique"),
    *reads(WITH_TEXTS, "judgements", "judgement", "preferences", "preference-pages"),
    *reads(WITH_TEXTS, "step-labels", "critique-ratings", "datasets", "dataset"),
    *reads(WITH_TEXTS, "snapshots", "snapshot", "snapshot-diff"),
    *reads(WITH_TEXTS, "snapshot-about", "snapshot-file"),
    Row("api-snapshots", "POST", "data:write", WITH_TEXTS, {"name": "All"}),
    *reads(ADMIN, "members", "member", "settings", "principles", "principle", "items", "item"),
    *reads(ADMIN, *(f"settings-{key}" for key in SETTINGS), "settings-versions"),
    Row("api-settings-restore", "POST", "campaigns:write", ADMIN, None, ANY_VERSION),
    Row("api-queries", "POST", "data:write", WITH_TEXTS, {"text": "What is 2 + 2?"}),
    acts("people:write", "members", {"username": "newcomer", "role": "annotator"}),
    Row("api-member", "DELETE", "people:write", ADMIN),
    acts("campaigns:write", "versions", VERSION),
    acts("campaigns:write", "version-activate", {"reason": "It was better."}),
    acts("campaigns:write", "at-work-critic-remove", {"reason": "It was wrong."}),
    acts("campaigns:write", "at-work-attacker-remove", {"reason": "It was dull."}),
    acts("campaigns:write", "principles", {"text": "Be right."}),
    Row("api-principle", "PATCH", "campaigns:write", ADMIN, {"text": "Be true."}, ANY_VERSION),
    Row("api-principle", "DELETE", "campaigns:write", ADMIN),
    *(
        Row(f"api-settings-{key}", "PATCH", "campaigns:write", ADMIN, body, ANY_VERSION)
        for key, body in SETTINGS.items()
    ),
    acts("rounds:write", "rounds"),
    acts("rounds:write", "round-update"),
    acts("rounds:write", "round-close-review"),
    acts("rounds:write", "round-retry"),
    acts("rounds:write", "round-cancel", {"reason": "A fault."}),
    acts("rounds:write", "training-run-stop"),
    *reads(WITH_TEXTS, "imports", "import", "import-refused"),
    Row("api-imports", "POST", "data:write", WITH_TEXTS, {"file_name": "q.jsonl", "size": 9}),
    Row("api-import", "PATCH", "data:write", WITH_TEXTS, b'{"text"', AT_THE_START, BYTES),
    Row("api-import", "DELETE", "data:write", WITH_TEXTS),
    Row("api-import-confirm", "POST", "data:write", WITH_TEXTS, {"held_out_share": 0.2}),
    *reads(WITH_TEXTS, "webhooks", "webhook", "webhook-deliveries"),
    Row("api-webhooks", "POST", "data:write", WITH_TEXTS, WEBHOOK),
    Row("api-webhook", "PATCH", "data:write", WITH_TEXTS, {"events": ["flag.raised"]}, ANY_VERSION),
    Row("api-webhook", "DELETE", "data:write", WITH_TEXTS),
    Row("api-webhook-secret", "POST", "data:write", WITH_TEXTS),
    Row("api-webhook-test", "POST", "data:write", WITH_TEXTS),
    Row("api-webhook-replay", "POST", "data:write", WITH_TEXTS),
]
# Between rounds alone.
NO_ROUND = {"api-rounds", "api-round-update"}
# What one does with items oneself, whatever the role: tests/annotate/work/api.
OF_WORK = {
    ("api-claim", "POST"),
    ("api-assignment", "GET"),
    ("api-answer", "POST"),
    ("api-skip", "POST"),
    ("api-flag", "POST"),
}
# Those that are about no campaign: any person's.
OF_NO_CAMPAIGN = {"api-schema", "api-docs", "api-campaigns"}
