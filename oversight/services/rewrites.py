"""A response that a person wrote in place of another is preferred to it."""

from oversight.models import (
    Judgement,
    Preference,
    PreferenceKind,
    Purpose,
    Response,
    Split,
)


def record_rewrite(*, judgement: Judgement, original: Response, text: str) -> Response:
    """Write the rewrite, which names its original, and the preference for it.

    A held-out query gives no preference. The difference is what the two texts, which never change,
    have it to be.
    """
    rewrite = Response.objects.create(
        query_id=original.query_id,
        author_id=judgement.user_id,
        revises=original,
        purpose=Purpose.REWRITE,
        text=text,
    )
    if judgement.query.split == Split.TRAIN:
        Preference.objects.create(
            campaign_id=judgement.query.campaign_id,
            round_id=judgement.round_id,
            query_id=original.query_id,
            chosen=rewrite,
            rejected=original,
            source=judgement.source,
            kind=PreferenceKind.REWRITTEN,
            judgement=judgement,
        )
    return rewrite
