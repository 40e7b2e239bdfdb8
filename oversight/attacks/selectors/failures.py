"""Failures as an assessor reads them: the question, its kind, and an answer that fails."""

from models_srv.roles.assessor import MOST_SHOWN, Failure
from oversight.attacks.policies.confirming import Outcome
from oversight.attacks.selectors.tries import OF_LEARNERS, tries_of
from oversight.models import Campaign, Query, Response


def failures_told(campaign: Campaign) -> dict[int, Failure]:
    """Return the newest confirmed failures by their query's id, at most MOST_SHOWN: one of each way to
    fail before a second. Of several answers the first is shown."""
    failed = [each for each in tries_of(campaign) if each.confirmed.outcome is Outcome.FAILED]
    first = {each.failing_cluster: each.query_id for each in reversed(failed)}
    of_each_way = set(first.values())
    newest = [each.query_id for each in failed]
    ids = sorted(newest, key=lambda pk: pk not in of_each_way)[:MOST_SHOWN]
    queries = Query.objects.in_bulk(ids)
    answers = Response.objects.filter(query__in=ids, **OF_LEARNERS).order_by("-sample", "-pk")
    texts = dict(answers.values_list("query_id", "text"))
    return {pk: Failure(queries[pk].node, queries[pk].text, texts.get(pk, "")) for pk in ids}
