"""The answers of a round that its learner wrote anew with a critique in hand."""

from django.db.models import F, QuerySet

from oversight.models import Purpose, Response, Round


def refined_answers(round_: Round) -> QuerySet[Response]:
    """Return all that its learner wrote with the critiques that people are shown, those that came out as
    they were included."""
    return Response.objects.filter(
        query__round=round_, version=round_.learner, purpose=Purpose.REFINED, sample=0
    )


def differing_answers(round_: Round) -> QuerySet[Response]:
    """Return those that say something, and something else than the answer they are written after."""
    written = refined_answers(round_).exclude(finish_reason="error").exclude(text="")
    return written.exclude(text=F("revises__text"))
