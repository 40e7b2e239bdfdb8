"""Failures as an assessor reads them: the question, its kind, and an answer that fails."""

from models_srv.roles.assessor import MOST_SHOWN, Failure
from oversight.attacks.policies.confirming import Outcome
from oversight.attacks.selectors.tries import OF_LEARNERS, tries_of
from oversight.models import Campaign, Query, Response


def failures_told(campaign: Campaign) -> dict[int, Failure]:
    """Return the newest confirmed failures by their query's id, one of each way to fail, at most
    MOST_SHOWN. Of several answers the first is shown."""
    failed = [each for each in tries_of(campaign) if each.confirmed.outcome is Outcome.FAILED]
    newest = list({each.failing_cluster: each for each in reversed(failed)}.values())[::-1]
    ids = [each.query_id for each in newest[:MOST_SHOWN]]
    queries = Query.objects.in_bulk(ids)
    answers = Response.objects.filter(query__in=ids, **OF_LEARNERS).order_by("-sample", "-pk")
    first = dict(answers.values_list("query_id", "text"))
    return {pk: Failure(queries[pk].node, queries[pk].text, first.get(pk, "")) for pk in ids}
