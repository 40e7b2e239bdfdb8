"""What else is compared in an item of more than two answers."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from oversight.models import Purpose, Response, Round

LETTERS_BEYOND = ("response_c_id", "response_d_id")


def others_to_compare(round_: Round, pairs: Mapping[int, Collection[int]]) -> dict[int, list[int]]:
    """Return by query the answers that are compared besides its pair: of those that differ from it and
    from each other the first. None where the round has a critic, whose worth is told by pairs.

    `pairs` are the two answers by query, all of them by the round's learner.
    """
    wanted = round_.plan.get("answers_per_item", 2) - 2
    if round_.critic_id or wanted < 1:
        return {}
    rows = Response.objects.filter(
        query__round=round_, version=round_.learner, purpose=Purpose.FEEDBACK, query__in=pairs
    )
    answers = rows.exclude(finish_reason="error").order_by("sample")
    texts: dict[int, dict[str, int]] = defaultdict(dict)
    for pk, query, text in answers.values_list("pk", "query", "text"):
        if pk in pairs[query] or text not in texts[query]:
            texts[query][text] = pk
    return {
        query: [pk for pk in found.values() if pk not in pairs[query]][:wanted]
        for query, found in texts.items()
    }
