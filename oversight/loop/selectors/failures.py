"""Where the learner failed, as the critic saw it. The checker is never asked: attackers have none."""

from collections import defaultdict

from django.db.models import Avg, Q

from oversight.models import Campaign, Critique, Purpose, Query

SEEDS_PER_NODE = 200


def failure_by_node(campaign: Campaign) -> dict[str, float]:
    """Return the learner's mean p_flawed by kind of query in the latest round, where there is one."""
    attacked = campaign.rounds.filter(finished_at__isnull=False, queries__isnull=False)
    latest = attacked.order_by("-number").first()
    if latest is None:
        return {}
    rows = (
        Critique.objects.filter(
            response__query__round=latest,
            response__purpose=Purpose.FEEDBACK,
            p_flawed__isnull=False,
        )
        .values("response__query__node")
        .annotate(failure=Avg("p_flawed"))
    )
    return {row["response__query__node"]: row["failure"] for row in rows}


def seed_queries_by_node(campaign: Campaign) -> dict[str, list[int]]:
    """Return ids of training queries to start from, by kind: those that failed most come first.

    At most SEEDS_PER_NODE of a kind, in an order that does not depend on ids.
    """
    rows = (
        Query.objects.train()
        .filter(campaign=campaign)
        .annotate(
            failure=Avg(
                "responses__critiques__p_flawed",
                filter=~Q(responses__purpose=Purpose.TAMPERED),
                default=0.5,
            )
        )
        .order_by("-failure", "text_sha256")
        .values_list("node", "pk")
    )
    seeds: dict[str, list[int]] = defaultdict(list)
    for node, pk in rows:
        if len(seeds[node]) < SEEDS_PER_NODE:
            seeds[node].append(pk)
    return dict(seeds)
