"""Whom each address of REST lets in, written down apart from the views: by name and method."""

from dataclasses import dataclass

RUNNING = frozenset({"owner", "manager"})
DATA = RUNNING | {"engineer"}
WITH_TEXTS = DATA | {"reviewer"}
WITH_ITEMS = RUNNING | {"reviewer"}
EVERYBODY = WITH_TEXTS | {"annotator", "observer"}


@dataclass(frozen=True)
class Row:
    """`roles` of the campaign's members; `scope` of a token; `body` of the request, one that is good.

    `is_too_early`: whoever is let in is told so with 409, as things are in this world.
    """

    name: str
    method: str
    scope: str
    roles: frozenset[str]
    body: object = None
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "application/json"
    is_too_early: bool = False


BYTES, AT_THE_START = "application/octet-stream", (("Upload-Offset", "0"),)
ANY_VERSION = (("If-Match", "*"),)
VERSION = {"name": "tuned", "backend": "transformers", "location": "org/tuned", "role": "critic"}
CANDIDATE = {"name": "tuned", "backend": "transformers", "location": "org/tuned"}
WEBHOOK = {"url": "https://1.1.1.1/hook", "events": ["item.closed"]}
MOVE = {"role": "critic", "version": None, "reason": "Its server is gone."}
SETTINGS = {
    "basics": {"name": "Sums"},
    "rounds": {"queries_per_round": 5},
    "routing": {"audit_share": 0.2},
    "judging": {"undo_minutes": 3},
    "measuring": {"gold_items": 2},
    "review": {"review_share": 0.1},
    "care": {"break_minutes": 30},
    "training": {"beta": 0.2},
    "updates": {"schedule_hours": 12},
    "gate": {"gate_items": 20},
}


def reads(roles: frozenset[str], *names: str) -> list[Row]:
    return [Row(f"api-{name}", "GET", "read", roles) for name in names]


def acts(scope: str, name: str, body: object = None, *, roles: frozenset[str] = RUNNING) -> Row:
    return Row(f"api-{name}", "POST", scope, roles, body)


ROWS = [
    *reads(EVERYBODY, "campaign", "versions", "version", "rounds", "round"),
    *reads(EVERYBODY, "training-runs", "training-run", "evaluations", "evaluation"),
    *reads(EVERYBODY, "learner-versions", "critic-and-people", "weaknesses", "weakness-proposals"),
    acts("campaigns:write", "weakness-proposal", {"is_accepted": True}),
    Row("api-attack-finding", "POST", "annotate", WITH_ITEMS, {"is_fair": True}, is_too_early=True),
    *reads(WITH_TEXTS, "attack-starts"),
    *reads(WITH_TEXTS, "queries", "query", "responses", "response", "critiques", "critique"),
    *reads(WITH_TEXTS, "cross-questions"),
    *reads(WITH_TEXTS, "judgements", "judgement"),
    *reads(DATA, "preferences", "preference-pages"),
    *reads(DATA, "step-labels", "critique-ratings", "datasets", "dataset"),
    *reads(DATA, "snapshots", "snapshot", "snapshot-diff"),
    *reads(DATA, "snapshot-about", "snapshot-file"),
    Row("api-snapshots", "POST", "data:write", DATA, {"name": "All"}),
    *reads(RUNNING, "members", "member", "settings", "principles", "principle"),
    *reads(WITH_ITEMS, "items", "item", "reviews", "review"),
    acts("annotate", "review-ask", {"note": "Odd."}, roles=WITH_ITEMS),
    acts("annotate", "review-claim", roles=WITH_ITEMS),
    *reads(RUNNING, *(f"settings-{key}" for key in SETTINGS), "settings-versions", "settings-file"),
    Row(
        *("api-settings-file", "PATCH", "campaigns:write", RUNNING),
        *({"text": "rounds:\n  queries_per_round: 7\n"}, ANY_VERSION),
    ),
    Row("api-settings-restore", "POST", "campaigns:write", RUNNING, None, ANY_VERSION),
    *reads(frozenset({"owner"}), "audit-log"),
    Row("api-queries", "POST", "data:write", DATA, {"text": "What is 2 + 2?"}),
    acts("people:write", "members", {"username": "newcomer", "role": "annotator"}),
    Row("api-member", "DELETE", "people:write", RUNNING),
    acts("campaigns:write", "versions", VERSION, roles=DATA),
    *(
        Row(f"api-{name}", "POST", "campaigns:write", DATA, body, is_too_early=True)
        for name, body in (("candidates", CANDIDATE), ("version-compare", {"reason": "Ann's."}))
    ),
    acts("campaigns:write", "version-activate", {"reason": "It was better."}, roles=DATA),
    acts("campaigns:write", "at-work-critic-remove", {"reason": "It was wrong."}, roles=DATA),
    acts("campaigns:write", "at-work-attacker-remove", {"reason": "It was dull."}, roles=DATA),
    acts("campaigns:write", "principles", {"text": "Be right."}),
    Row("api-principle", "PATCH", "campaigns:write", RUNNING, {"text": "Be true."}, ANY_VERSION),
    Row("api-principle", "DELETE", "campaigns:write", RUNNING),
    *(
        Row(f"api-settings-{key}", "PATCH", "campaigns:write", RUNNING, body, ANY_VERSION)
        for key, body in SETTINGS.items()
    ),
    *(
        acts("campaigns:write", f"campaign-{verb}", {"reason": "A holiday."})
        for verb in ("pause", "finish", "archive")
    ),
    *(
        Row(f"api-campaign-{verb}", "POST", "campaigns:write", roles, body, is_too_early=True)
        for verb, roles, body in (
            ("resume", RUNNING, {"reason": "It is over."}),
            ("unarchive", RUNNING, {"reason": "It is over."}),
            ("delete", frozenset({"owner"}), {"name": "Campaign"}),
        )
    ),
    acts("rounds:write", "rounds"),
    acts("rounds:write", "round-update"),
    acts("rounds:write", "round-close-review"),
    acts("rounds:write", "round-retry"),
    Row("api-round-move", "POST", "rounds:write", RUNNING, MOVE, is_too_early=True),
    acts("rounds:write", "round-cancel", {"reason": "A fault."}),
    acts("rounds:write", "training-run-stop"),
    *reads(DATA, "imports", "import", "import-refused"),
    Row("api-imports", "POST", "data:write", DATA, {"file_name": "q.jsonl", "size": 9}),
    Row("api-import", "PATCH", "data:write", DATA, b'{"text"', AT_THE_START, BYTES),
    Row("api-import", "DELETE", "data:write", DATA),
    Row("api-import-confirm", "POST", "data:write", DATA, {"held_out_share": 0.2}),
    *reads(DATA, "webhooks", "webhook", "webhook-deliveries"),
    Row("api-webhooks", "POST", "data:write", DATA, WEBHOOK),
    Row("api-webhook", "PATCH", "data:write", DATA, {"events": ["flag.raised"]}, ANY_VERSION),
    Row("api-webhook", "DELETE", "data:write", DATA),
    Row("api-webhook-secret", "POST", "data:write", DATA),
    Row("api-webhook-test", "POST", "data:write", DATA),
    Row("api-webhook-replay", "POST", "data:write", DATA),
]
# Between rounds alone.
NO_ROUND = {"api-rounds", "api-round-update", "api-campaign-finish", "api-campaign-archive"}
# What one does with items oneself, whatever the role: tests/annotate/work/api, tests/annotate/review/api.
OF_WORK = {
    ("api-claim", "POST"),
    ("api-assignment", "GET"),
    ("api-answer", "POST"),
    ("api-skip", "POST"),
    ("api-flag", "POST"),
    ("api-review-answer", "POST"),
    ("api-review-accept", "POST"),
    ("api-review-correct", "POST"),
    ("api-review-send-back", "POST"),
    ("api-review-give-back", "POST"),
}
# Those that are about no campaign: any person's.
OF_NO_CAMPAIGN = {"api-schema", "api-docs", "api-campaigns"} | {
    *("api-notifications", "api-notifications-read"),
}
