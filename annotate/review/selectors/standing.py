"""What stands of the answers to an item that is reviewed, its adjudication's too."""

from django.db.models import Q

from annotate.models import Annotation
from oversight.models import Judgement, ReviewItem, Source

ASKED = [Source.PERSON, Source.SIMULATED]


def standing_answers(item: ReviewItem) -> list[Judgement]:
    """Return them in their order, each with who said it, and with its annotation where it has one."""
    rows = Judgement.objects.standing().filter(
        Q(item=item) | Q(item__adjudicates=item), source__in=ASKED
    )
    return list(
        rows.select_related("user", "item", "annotation__assignment", "supersedes").order_by("pk")
    )


def annotation_of(judgement: Judgement) -> Annotation | None:
    """None: it was brought from elsewhere, and was sent by no form."""
    return getattr(judgement, "annotation", None)


def seen(answers: list[Judgement]) -> str:
    """Name the answers that somebody looked at, so that a change of any of them is told."""
    return "-".join(str(row.pk) for row in answers)
