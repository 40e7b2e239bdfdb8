"""An annotation as the fields of the form that it was sent by: what a correction starts from."""

from collections.abc import Mapping
from typing import Any

from annotate.card.positions import STEP_LABELS, preference_of
from annotate.models import Annotation

ADDED = {"suggested_fix": "fix"}  # where the form names it otherwise
Payload = Mapping[str, Any]


def fields_of(annotation: Annotation) -> dict[str, str]:
    """Return the fields by name, without the submission's own id: a correction gets another."""
    payload, order = annotation.payload, annotation.assignment.order_shown
    fields = {"rationale": payload["rationale"], **_seconds(payload)}
    if "choice" in payload:
        fields["preference"] = preference_of(payload["choice"], payload["strength"], order)
    for pk, verdict in payload.get("verdicts", {}).items():
        fields[f"verdict-{pk}"] = verdict
    return {
        **fields,
        **_comments(payload, order),
        **_texts(payload, order),
        **_ratings(payload, order),
    }


def _seconds(payload: Payload) -> dict[str, str]:
    return {} if payload["seconds"] is None else {"seconds": str(payload["seconds"])}


def _comments(payload: Payload, order: str) -> dict[str, str]:
    fields = {f"delete-{pk}": "on" for pk in payload.get("deleted", [])}
    for pk, change in payload.get("changes", {}).items():
        fields |= {f"edit-{pk}-{name}": value for name, value in change.items()}
    for letter, comments in payload.get("added", {}).items():
        for number, comment in enumerate(comments):
            prefix = f"added-{_place(letter, order)}-{number}"
            fields |= {
                f"{prefix}-{ADDED.get(name, name)}": str(value)
                for name, value in comment.items()
                if value is not None
            }
    return fields


def _texts(payload: Payload, order: str) -> dict[str, str]:
    fields = {}
    for letter, score in payload.get("scores", {}).items():
        place = _place(letter, order)
        fields[f"score-{place}-flaw"] = score["worst_flaw"]
        fields[f"score-{place}-overall"] = str(score["overall"] or "")
    for letter, text in payload.get("rewrites", {}).items():
        fields[f"rewrite-{_place(letter, order)}"] = text
    return fields


def _ratings(payload: Payload, order: str) -> dict[str, str]:
    names = {label: name for name, label in STEP_LABELS.items()}
    fields = {f"step-{number}": names[label] for number, label in payload.get("steps", {}).items()}
    for letter, scores in payload.get("ratings", {}).items():
        place = _place(letter, order)
        fields |= {f"rating-{place}-{name}": str(score) for name, score in scores.items()}
    return fields


def _place(letter: str, order: str) -> str:
    return "ABCD"[order.index(letter)]
