"""What comes with a comparison: comments mended and added, scores, rewrites."""

from collections.abc import Mapping

from annotate.card.answers import Extras
from models_srv.texts import with_lf
from oversight.feedback.services.answer_parts import NewComment
from oversight.feedback.services.own_comments import record_comments
from oversight.feedback.services.ratings import record_response_ratings
from oversight.feedback.services.rewrites import record_rewrite, retract_rewrites
from oversight.models import Comment, Judgement, Response, ReviewItem

Changed = dict[int, tuple[int, NewComment]]  # by the comment's id: its response's id, the new text


def resolve_changes(extras: Extras) -> Changed:
    """Return the comments that differ from what the critic wrote, deleted ones left out."""
    wanted = extras.changes.keys() - extras.deleted
    if not wanted:
        return {}
    rows = Comment.objects.filter(pk__in=wanted).select_related("critique")
    return {
        row.pk: (row.critique.response_id, mended)
        for row in rows
        if (mended := _mended(row, extras.changes[row.pk]))
    }


def record_extras(
    *, judgement: Judgement, item: ReviewItem, extras: Extras, changes: Changed
) -> None:
    """Write all of it, with the judgement it belongs to. Call inside the same transaction."""
    ids = dict(zip("abcd", item.response_ids, strict=False))
    comments: dict[int, list[NewComment]] = {}
    for response_id, mended in changes.values():
        comments.setdefault(response_id, []).append(mended)
    for letter, added in extras.added.items():
        comments.setdefault(ids[letter], []).extend(added)
    rewritten = {}
    if comments or extras.rewrites:
        responses = Response.objects.in_bulk(ids.values())
        for response_id, written in comments.items():
            record_comments(judgement=judgement, response=responses[response_id], comments=written)
        rewritten = {
            ids[letter]: text
            for letter, text in extras.rewrites.items()
            if _is_rewritten(responses[ids[letter]], text)
        }
        for response_id, text in rewritten.items():
            record_rewrite(judgement=judgement, original=responses[response_id], text=text)
    if judgement.supersedes_id:
        retract_rewrites(judgement=judgement, kept=rewritten)
    if extras.scores:
        scores = {ids[letter]: score for letter, score in extras.scores.items()}
        record_response_ratings(judgement=judgement, scores=scores)


def _is_rewritten(original: Response, text: str) -> bool:
    """A form sends the text untouched too; it has LF where an old response may have CR."""
    return text.strip() != _plain(original.text)


def _mended(row: Comment, fields: Mapping[str, str]) -> NewComment | None:
    was = {
        "severity": row.severity,
        "category": row.category,
        "explanation": row.explanation,
        "fix": row.suggested_fix,
    }
    now = {name: fields.get(name, value) for name, value in was.items()}
    if all(_plain(now[name]) == _plain(was[name]) for name in was):
        return None
    return NewComment(
        severity=now["severity"],
        category=now["category"],
        explanation=now["explanation"],
        suggested_fix=now["fix"],
        quote=row.quote,
        start=row.start,
        end=row.end,
        revises=row.pk,
        principle_id=row.principle_id,
    )


def _plain(text: str) -> str:
    return with_lf(text).strip()
