"""The pairs of its own queries that an attacker is trained on, as lines for the training process."""

from collections import defaultdict
from collections.abc import Mapping

from models_srv.roles.attacker import build_attack_request
from models_srv.roles.prompting import conversation
from models_srv.types import Conversation, prompt_hash
from oversight.attacks.policies.confirming import Confirmed, Outcome
from oversight.attacks.selectors.tries import tries_of
from oversight.campaigns.selectors.queries import held_out_clusters
from oversight.learning.policies.attack_pairs import Attack, AttackPair, attack_pairs
from oversight.learning.services.training_files import Line
from oversight.loop.stages.attack import DUPLICATE
from oversight.models import Campaign, ModelVersion, Query, Split
from oversight.versions.selectors.lineage import forebears

MOST_ATTACKS = 2_000  # the newest
MOST_FOUND = 1_000  # failures of earlier rounds that an attack is compared with, the newest


def attacker_lines(campaign: Campaign, attacker: ModelVersion) -> list[Line]:
    """Return a line for each start from which it wrote both a better and a worse query.

    Only what was asked in the same round is compared: the learner changes between rounds. `source`
    says whose word the better one is. Held-out queries, and what is near them, are in no line.
    """
    confirmed = {each.query_id: each.confirmed for each in tries_of(campaign)}
    by_round: dict[int, list[Query]] = defaultdict(list)
    for query in _own(campaign, attacker):
        # What it was asked otherwise than today is no example of what to answer today.
        if prompt_hash(_prompt(query)) == query.prompt_hash:
            by_round[query.round_id or 0].append(query)
    failed_before: list[str] = []
    lines = []
    for _, queries in sorted(by_round.items()):
        found = [_attack(query, confirmed) for query in queries]
        lines += [
            _line(campaign, pair) for pair in attack_pairs(found, failed_before[-MOST_FOUND:])
        ]
        failed_before += [each.text for each in found if each.outcome is Outcome.FAILED]
    return lines


def _own(campaign: Campaign, attacker: ModelVersion) -> list[Query]:
    """Return what this version and those that it came from wrote in rounds, in the order of slots."""
    rows = Query.objects.filter(
        campaign=campaign,
        attacker_version__in=[each.pk for each in forebears(attacker)],
        round__isnull=False,
        near__split=Split.TRAIN,
        rejected_reason__in=["", DUPLICATE],
    ).exclude(cluster__in=held_out_clusters(campaign))
    with_prompts = rows.select_related("near", "campaign__basics")
    newest = with_prompts.order_by("-round__number", "slot")[:MOST_ATTACKS]
    return sorted(newest, key=lambda query: (query.round_id, query.slot))


def _prompt(query: Query) -> Conversation:
    assert query.near is not None
    return build_attack_request(
        node=query.node,
        seed_query=query.near.text,
        instructions=query.campaign.basics.attacker_instructions,
    )


def _attack(query: Query, confirmed: Mapping[int, Confirmed]) -> Attack:
    """What was written before already is worth as little as what is not fair."""
    prompt = _prompt(query)[-1].content
    if query.rejected_reason:
        return Attack(prompt, query.text, Outcome.UNFAIR)
    word = confirmed.get(query.pk, Confirmed(Outcome.OPEN))
    return Attack(prompt, query.text, word.outcome, word.by)


def _line(campaign: Campaign, pair: AttackPair) -> Line:
    """The prompt is exactly what the attacker is asked."""
    asked = conversation(campaign.basics.attacker_instructions, pair.prompt)
    return {
        "prompt": [{"role": each.role, "content": each.content} for each in asked],
        "chosen": [{"role": "assistant", "content": pair.chosen}],
        "rejected": [{"role": "assistant", "content": pair.rejected}],
        "source": "people: attacks" if pair.by == "person" else "checker: attacks",
    }
