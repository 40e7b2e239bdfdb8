"""An answer in JSON becomes the fields that the card's form sends, so that one rule reads both."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from annotate.card.cards import Card
from annotate.card.parts import CommentView
from annotate.card.positions import SCALE

Said = Mapping[str, Any]
Pairs = Iterator[tuple[str, object]]
USUAL_STRENGTH = 2
PARTS = {
    "severity": "severity",
    "category": "category",
    "explanation": "explanation",
    "suggested_fix": "fix",
}
SCALED = {("AB"[position], strength): value for value, (position, strength) in SCALE.items()}


OF_COMPARISON = ("choice", "strength", "rationale", "comments", "added", "scores", "rewrites")
OF_KIND = {"comparison": OF_COMPARISON, "steps": ("steps",), "ratings": ("ratings",)}


def refuse_other_kinds(card: Card, said: Said) -> None:
    """Raise ValidationError for what a card of another kind takes: it would be lost without a word."""
    others = {name for names in OF_KIND.values() for name in names} - {*OF_KIND[card.kind]}
    if lost := sorted(name for name in others if said.get(name)):
        words = f"A card of the kind “{card.kind}” takes none."
        raise ValidationError({name: [words] for name in lost})


def form_fields(card: Card, said: Said) -> QueryDict:
    """Return what the card's page would have sent for it; `said` is valid for `AnswerSerializer`.

    All critiques of the card count as shown: it gave no other.
    """
    fields = QueryDict(mutable=True)
    for name, value in _pairs(card, said):
        fields.appendlist(name, str(value))
    return fields


def _pairs(card: Card, said: Said) -> Pairs:
    yield "submission", said["submission"]
    yield "rationale", said["rationale"]
    if "seconds" in said:
        yield "seconds", said["seconds"]
    if "choice" in said:
        yield "preference", preference_field(card.letters, said)
    for critique in card.critiques:
        yield "critique", critique.pk
    yield from _of_comments(card, said.get("comments", []))
    yield from _added(said.get("added", []))
    for score in said.get("scores", []):
        yield f"score-{score['response']}-flaw", score.get("worst_flaw", "")
        yield f"score-{score['response']}-overall", score.get("overall", "")
    for rewrite in said.get("rewrites", []):
        yield f"rewrite-{rewrite['response']}", rewrite["text"]
    for number, label in enumerate(said.get("steps", [])):
        yield f"step-{number}", label
    for rated in said.get("ratings", []):
        for name in rated.keys() - {"critique"}:
            yield f"rating-{rated['critique']}-{name}", rated[name]


def preference_field(letters: list[str], said: Said) -> str:
    """Return the value of the button; `letters` are those of the card's responses."""
    choice = str(said["choice"])
    if len(letters) == 2 and choice in "AB":
        return SCALED[choice, said.get("strength", USUAL_STRENGTH)]
    return {"tie": "4"}.get(choice, choice)


def _of_comments(card: Card, comments: list[Said]) -> Pairs:
    views = {
        view.comment.pk: view
        for response in card.responses
        for critique in response.critiques
        for view in critique.comments
    }
    for said in comments:
        if verdict := said.get("verdict"):
            yield f"verdict-{said['id']}", verdict
        if said["is_deleted"]:
            yield f"delete-{said['id']}", "on"
        yield from _edits(said, views.get(said["id"]))


def _edits(said: Said, view: CommentView | None) -> Pairs:
    """A form sends all of a comment's fields where one was changed."""
    if not said.keys() & PARTS.keys():
        return
    for name, field in PARTS.items():
        as_it_is = view.edited.get(field, "") if view else ""
        yield f"edit-{said['id']}-{field}", said.get(name, as_it_is)


def _added(comments: list[Said]) -> Pairs:
    for number, said in enumerate(comments):
        for name in ("quote", "start", "end", *PARTS):
            if name in said:
                field = PARTS.get(name, name)
                yield f"added-{said['response']}-{number}-{field}", said[name]
