"""Critiques that a critic in this process searches for, in place of the first that it thinks of."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import cast

from models_srv.roles.critic import parse_critique
from models_srv.roles.critic_search import (
    Candidate,
    Searched,
    SearchSettings,
    choose,
    own_likelihood,
    search_critiques,
)
from models_srv.roles.search_cost import Cost, Metered
from models_srv.types import CritiqueComment, Generation, ParsedCritique, ScoringBackend
from oversight.models import BackendKind, ModelVersion
from oversight.versions.services.loading import backend_of

WEIGHTS = (-2, 0, 1, 2, 3, 4, 6, 8)  # λ, in nats a comment
Curve = dict[str, list[int]]


def can_search(critic: ModelVersion) -> bool:
    """Whether it runs in this process, where it goes on from a forced quote and tells likelihoods."""
    return critic.backend == BackendKind.TRANSFORMERS


def search(
    critic: ModelVersion,
    asked: Sequence[Searched],
    first: Sequence[ParsedCritique],
    *,
    weight: float,
    max_tokens: int,
) -> list[tuple[ParsedCritique, Cost]]:
    """Return a critique of each answer in place of the `first` one, which had no quote forced, and what
    the search for it cost.

    p_flawed stays what the critic said of the answer by itself. Where that could not be read it
    stays as it is: nothing is searched for.
    """
    found = [(each, Cost()) for each in first]
    for at, (pool, cost) in _pools(critic, asked, first, max_tokens).items():
        parsed = _parsed(choose(pool, weight), asked[at])
        kept = replace(parsed, p_flawed=first[at].p_flawed) if parsed.verdict else first[at]
        found[at] = kept, cost
    return found


def measure_curve(
    critic: ModelVersion,
    asked: Sequence[Searched],
    first: Sequence[ParsedCritique],
    is_right: Callable[[int, CritiqueComment], bool],
    max_tokens: int,
) -> dict[int, tuple[Curve, Cost]]:
    """Return, by the answer's place, what a search would say of it, and what that cost: for each of
    WEIGHTS how many comments that are right, and how many that are not. `is_right` is told the place."""
    curves: dict[int, tuple[Curve, Cost]] = {}
    for at, (pool, cost) in _pools(critic, asked, first, max_tokens).items():
        curve: Curve = {}
        for weight in WEIGHTS:
            comments = _parsed(choose(pool, weight), asked[at]).comments
            right = sum(is_right(at, comment) for comment in comments)
            curve[str(weight)] = [right, len(comments) - right]
        curves[at] = curve, cost
    return curves


def _pools(
    critic: ModelVersion,
    asked: Sequence[Searched],
    first: Sequence[ParsedCritique],
    max_tokens: int,
) -> dict[int, tuple[list[Candidate], Cost]]:
    read = [at for at, each in enumerate(first) if each.verdict]
    backend = Metered(cast(ScoringBackend, backend_of(critic)))
    pools = search_critiques(
        backend,
        own_likelihood(backend),
        [asked[at] for at in read],
        SearchSettings(max_tokens=max_tokens),
    )
    return {
        at: (pool, backend.cost_of(asked[at].conversation))
        for at, pool in zip(read, pools, strict=True)
    }


def _parsed(candidate: Candidate, asked: Searched) -> ParsedCritique:
    return parse_critique(Generation(candidate.text, ""), asked.response)
