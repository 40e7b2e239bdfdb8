"""Comments that people write: new ones, and better versions of the critic's."""

import re
from collections.abc import Sequence

from models_srv.roles.quotes import Match, match_quote
from oversight.feedback.services.answer_parts import NewComment
from oversight.models import (
    Comment,
    CommentAction,
    CommentVerdict,
    CriticVerdict,
    Critique,
    Judgement,
    Response,
    Verdict,
)


def record_comments(
    *, judgement: Judgement, response: Response, comments: Sequence[NewComment]
) -> Critique:
    """Write the comments as a critique by the judgement's person.

    An added comment also gets the verdict `valid`, by which it is found from the judgement.
    """
    critique = Critique.objects.create(
        response=response, author_id=judgement.user_id, verdict=CriticVerdict.FLAWED
    )
    rows = Comment.objects.bulk_create(
        _comment(critique, number, comment) for number, comment in enumerate(comments, start=1)
    )
    CommentVerdict.objects.bulk_create(
        CommentVerdict(
            judgement=judgement, comment=row, verdict=Verdict.VALID, action=CommentAction.ADDED
        )
        for row in rows
        if row.revises_id is None
    )
    return critique


def _comment(critique: Critique, number: int, comment: NewComment) -> Comment:
    text = critique.response.text
    how, start, end = _place(text, comment)
    return Comment(
        critique=critique,
        number=number,
        quote=comment.quote if start is None else text[start:end],
        quote_match=how,
        start=start,
        end=end,
        severity=comment.severity,
        category=comment.category,
        principle_id=comment.principle_id,
        explanation=comment.explanation,
        suggested_fix=comment.suggested_fix,
        revises_id=comment.revises,
    )


def _place(text: str, comment: NewComment) -> Match:
    """Trust offsets that lead to the quoted words; otherwise look for the quote.

    Markup that formatting hides and signs for what cannot be seen may differ.
    """
    start, end = comment.start, comment.end
    is_inside = start is not None and end is not None and start < end <= len(text)
    if is_inside and _words(text[start:end]) == _words(comment.quote):
        return "exact", start, end
    return match_quote(text, comment.quote)


def _words(text: str) -> str:
    return re.sub(r"[\W_]", "", text)
