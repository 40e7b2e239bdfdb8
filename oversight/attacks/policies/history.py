"""What a questioner is shown of earlier questions of a kind. Pure, seeded."""

import random
from collections import defaultdict
from collections.abc import Sequence

from models_srv.roles.questioner import FAILURES_SHOWN, SHOWN
from oversight.attacks.policies.confirming import Outcome
from oversight.attacks.policies.weakness import Try

LOOKED_AT = 40  # of a kind and outcome, the newest, of which a question's history is drawn
SCORES = {Outcome.FAILED: 0.0, Outcome.HELD: 1.0}

Shown = list[tuple[int, float]]  # a query's id, and its score from 0 (failed) to 1


def histories(kinds: Sequence[str], tries: Sequence[Try], seed: int) -> list[Shown]:
    """Return for each of `kinds` what was asked before, of queries whose outcome somebody confirmed.

    `tries`: the newest first. Each has a draw of its own, so that not all start from the same; one
    of each way to fail before a second. Kinds that nobody confirmed anything of have none.
    """
    rng = random.Random(seed)
    known: dict[str, dict[Outcome, list[Try]]] = defaultdict(lambda: defaultdict(list))
    for each in tries:
        if each.confirmed.outcome in SCORES:
            known[each.kind][each.confirmed.outcome].append(each)
    return [_history(known[kind], rng) for kind in kinds]


def _history(known: dict[Outcome, list[Try]], rng: random.Random) -> Shown:
    failed = _drawn(known[Outcome.FAILED][:LOOKED_AT], SHOWN, rng)
    held = _drawn(known[Outcome.HELD][:LOOKED_AT], SHOWN, rng)
    others = max(SHOWN - FAILURES_SHOWN, SHOWN - len(failed))
    chosen = [*held[:others]]
    chosen = [*failed[: SHOWN - len(chosen)], *chosen]
    return [(each.query_id, SCORES[each.confirmed.outcome]) for each in chosen]


def _drawn(tries: Sequence[Try], count: int, rng: random.Random) -> list[Try]:
    """Return so many, those first that are the only ones of their cluster so far."""
    mixed = rng.sample(list(tries), len(tries))
    first = list({each.failing_cluster: each for each in reversed(mixed)}.values())
    taken = {each.query_id for each in first}
    return [*first, *(each for each in mixed if each.query_id not in taken)][:count]
