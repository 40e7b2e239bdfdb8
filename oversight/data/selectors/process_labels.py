"""What people said of steps and of critiques, as datasets. Whoever said it is named by a UUID."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db.models import QuerySet

from models_srv.texts import with_lf
from oversight.data.selectors.preferences import iso_time
from oversight.models import Campaign, Critique, CritiqueRating, Judgement, Split

CHUNK = 500
SCORES = [
    "points_out_problem",
    "misses_severe",
    "has_nitpick",
    "has_fake",
    "concise",
    "overall",
]


def step_label_rows(campaign: Campaign, *, after_id: int = 0) -> Iterator[dict[str, Any]]:
    """Yield one row for each labelled solution, with PRM800K's fields; `id` and `source` are ours.

    `finish_reason` is `found_error` where the last label is bad, else `solution`: every step was
    labelled and none is wrong. Ratings are 1, 0, -1; `total_time` is in milliseconds, 0 where it is
    not known; `generation` is the round, 0 where there was none; `chosen_completion` is the place of
    the one that the solution has, a bad one too. A column has one type in all rows, or is null in
    all: reference answers are never shown. (Lightman et al., *Let's Verify Step by Step*, 2023.)
    """
    rows = _judgements(campaign, after_id).filter(step_labels__isnull=False).distinct()
    related = rows.select_related("query", "response_a", "round").prefetch_related("step_labels")
    for judgement in related.iterator(chunk_size=CHUNK):
        yield _solution(campaign, judgement)


def critique_rating_rows(campaign: Campaign, *, after_id: int = 0) -> Iterator[dict[str, Any]]:
    """Yield one row for each critique rated: its text, and 1 to 7 for each of CriticGPT's questions.

    `critic` names the version that wrote it; `rated_together` are the ids of the critiques shown
    beside it, itself included: `overall` compares those. `comments` is JSON text, since a list that
    may be empty has no type until the first row that fills it; `seconds` is 0 where it is not known.
    """
    rows = _judgements(campaign, after_id).filter(critique_ratings__isnull=False).distinct()
    related = rows.select_related("query", "response_a", "item").prefetch_related(
        "critique_ratings__critique__version", "critique_ratings__critique__comments"
    )
    for judgement in related.iterator(chunk_size=CHUNK):
        ratings = list(judgement.critique_ratings.all())
        together = sorted(rating.critique_id for rating in ratings)
        for rating in ratings:
            yield _rating(campaign, judgement, rating) | {"rated_together": together}


def as_lines(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    """Yield the rows as JSON lines."""
    for row in rows:
        yield json.dumps(row, ensure_ascii=False).encode() + b"\n"


def _judgements(campaign: Campaign, after_id: int) -> QuerySet[Judgement]:
    """Standing ones of queries that may be trained on, by id."""
    return (
        Judgement.objects.standing()
        .filter(query__campaign=campaign, query__split=Split.TRAIN, pk__gt=after_id)
        .order_by("pk")
    )


def _solution(campaign: Campaign, judgement: Judgement) -> dict[str, Any]:
    labels = list(judgement.step_labels.all())
    text = judgement.response_a.text
    return _said(campaign, judgement) | {
        "generation": judgement.round.number if judgement.round else 0,
        "is_quality_control_question": False,
        "is_initial_screening_question": False,
        "question": {
            "problem": with_lf(judgement.query.text),
            "ground_truth_answer": None,
            "pre_generated_steps": [
                *(with_lf(text[label.start : label.end]) for label in labels),
                *_lines(text[labels[-1].end :]),
            ],
        },
        "label": {
            "steps": [
                _step(with_lf(text[label.start : label.end]), label.label) for label in labels
            ],
            "total_time": round((judgement.seconds or 0) * 1000),
            "finish_reason": "found_error" if labels[-1].label < 0 else "solution",
        },
    }


def _lines(text: str) -> list[str]:
    """The steps after the first bad one, which nobody labelled."""
    return [line.strip() for line in with_lf(text).split("\n") if line.strip()]


def _step(text: str, label: int) -> dict[str, Any]:
    return {
        "completions": [{"text": text, "rating": label, "flagged": None}],
        "human_completion": None,
        "chosen_completion": 0,
    }


def _rating(campaign: Campaign, judgement: Judgement, rating: CritiqueRating) -> dict[str, Any]:
    critique = rating.critique
    return _said(campaign, judgement) | {
        "problem": judgement.item.problem if judgement.item else "",
        "prompt": with_lf(judgement.query.text),
        "response": with_lf(judgement.response_a.text),
        "critique_id": critique.pk,
        "critic": str(critique.version) if critique.version else "person@0",
        "summary": with_lf(critique.summary),
        "comments": json.dumps(_comments(critique), ensure_ascii=False),
        **{name: getattr(rating, name) for name in SCORES},
        "seconds": float(judgement.seconds or 0),
    }


def _comments(critique: Critique) -> list[dict[str, str]]:
    names = ["quote", "severity", "category", "explanation", "suggested_fix"]
    ordered = sorted(critique.comments.all(), key=lambda row: row.number)
    return [{name: with_lf(getattr(comment, name)) for name in names} for comment in ordered]


def _said(campaign: Campaign, judgement: Judgement) -> dict[str, Any]:
    who = judgement.user_id or judgement.annotator_label
    return {
        "id": judgement.pk,
        "source": judgement.source,
        "labeler": str(uuid5(NAMESPACE_URL, f"oversight/{campaign.pk}/{who}")),
        "timestamp": iso_time(judgement.created_at),
    }
