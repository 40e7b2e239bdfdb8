"""Where responses are said to be at fault: what verified quotes point at."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from oversight.models import (
    Comment,
    CommentAction,
    CommentVerdict,
    Judgement,
    QuoteMatch,
    Response,
    Verdict,
)

Span = tuple[int, int]
VERIFIED = (QuoteMatch.EXACT, QuoteMatch.NORMALISED)


def quoted_faults(responses: Collection[Response]) -> Mapping[int, list[Span]]:
    """Return the places that comments quote of each response, by its id, in characters of its text.

    Of a critic's first critique, the one that people see, and of what people added. Left out is what
    was not found in the response, or in several places, and what somebody called fake or deleted.
    """
    found: defaultdict[int, list[Span]] = defaultdict(list)
    rows = _believed(responses).order_by("start", "end", "pk")
    for response_id, start, end in rows.values_list("critique__response_id", "start", "end"):
        assert start is not None
        assert end is not None
        if (start, end) not in found[response_id]:
            found[response_id].append((start, end))
    return found


def _believed(responses: Collection[Response]) -> QuerySet[Comment]:
    said = CommentVerdict.objects.filter(
        Exists(Judgement.objects.filter(pk=OuterRef("judgement_id")).standing()),
        comment=OuterRef("pk"),
    )
    is_refuted = Exists(said.filter(Q(verdict=Verdict.FAKE) | Q(action=CommentAction.DELETED)))
    is_added = Exists(said.filter(action=CommentAction.ADDED))
    return Comment.objects.filter(
        Q(critique__version__isnull=False, critique__sample=0) | is_added,
        ~is_refuted,
        critique__response__in=responses,
        critique__other_response=None,
        quote_match__in=VERIFIED,
    )
