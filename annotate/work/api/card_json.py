"""A card as REST gives it: what a browser shows of the item, and nothing that it hides."""

from dataclasses import asdict
from typing import Any

from annotate.card.cards import Card
from annotate.card.parts import CommentView, CritiqueView, ResponseView
from oversight.models import Query, Response


def card_json(card: Card) -> dict[str, Any]:
    """Return the card. Letters are places on it, from left to right, as answers name them."""
    row = card.assignment
    return {
        "id": row.pk,
        "campaign": card.campaign.slug,
        "kind": card.kind,
        "question": card.question,
        "expires_at": row.expires_at,
        "phase": "blind" if card.is_blind_phase else "final",
        "is_rationale_required": card.asks_rationale,
        "asks_flaws": card.item.asks_flaws and not card.is_blind_phase,
        # Of a tampered item it would give the answer away.
        "problem": card.item.problem if card.kind == "ratings" else "",
        "query": _text(card.item.query),
        "responses": [_response(view) for view in card.responses],
        "choices": [*card.letters, "tie", "both_bad"] if card.kind == "comparison" else [],
        "steps": [{"number": step.number, "text": step.text} for step in card.steps],
        "rated": [{"letter": rated.letter, **_critique(rated.critique)} for rated in card.rated],
    }


def _text(record: Query | Response) -> dict[str, Any]:
    return {"text": record.text, "messages": record.messages}


def _response(view: ResponseView) -> dict[str, Any]:
    return {
        "letter": view.letter,
        **_text(view.response),
        "critiques": [_critique(shown) for shown in view.critiques],
        "places": [asdict(place) for place in view.places],
        "asked_again": [asdict(each) for each in view.asked_again],
    }


def _critique(view: CritiqueView) -> dict[str, Any]:
    return {
        "id": view.critique.pk,
        "critic": view.label,
        "summary": view.critique.summary if view.is_readable else "",
        "verdict": view.critique.verdict,
        "comments": [_comment(each) for each in view.comments],
    }


def _comment(view: CommentView) -> dict[str, Any]:
    comment = view.comment
    names = ["quote", "quote_match", "start", "end", "severity", "category", "explanation"]
    return {
        "id": comment.pk,
        **{name: getattr(comment, name) for name in names},
        "suggested_fix": comment.suggested_fix,
    }
