"""What was asked again about answers, and what came of it."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import QuerySet

from oversight.models import CrossQuestion


def questions_about(response_ids: Collection[int]) -> dict[int, list[CrossQuestion]]:
    """Return the questions by the response's id, with answers and verdicts, none where none was asked.

    Those of an examiner that could not be read are among them: they say nothing, and are kept.
    """
    found: dict[int, list[CrossQuestion]] = defaultdict(list)
    for row in with_answers(CrossQuestion.objects.filter(response__in=response_ids)):
        found[row.response_id].append(row)
    return found


def with_answers(rows: QuerySet[CrossQuestion]) -> QuerySet[CrossQuestion]:
    """Fetch with the questions what was answered, by whom, and what was said of that."""
    fetched = rows.select_related("version", "answer__version", "answer__verdict__version")
    return fetched.order_by("response", "number")
