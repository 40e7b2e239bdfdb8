"""A critique is worth what the learner's revision gains by it: pairs of critiques of the same answer.

After Tang et al., *RealCritique*, 2025, who measure critiques so, and Xie et al., *Teaching Language
Models to Critique via Reinforcement Learning* (critic-rl), 2025, who train by it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from models_srv.domains.domain import Domain
from models_srv.roles.critique_pairs import CritiquePair
from oversight.asking.services.checkers import checker_of
from oversight.feedback.selectors.judged_critiques import as_said
from oversight.models import Campaign, Critique, Purpose, Response, Role, Split

MOST_REVISIONS = 8_000  # the newest
REASON = "revisions"


def revision_pairs(
    campaign: Campaign, principles: Mapping[int, int]
) -> Iterator[tuple[Response, CritiquePair]]:
    """Yield for each answer that was written anew after several critiques by one critic the critique by
    which it became best, before the one by which it became worst, as the checker says; none where that
    is the same. Raises CheckerMissing as `checker_of`."""
    domain = checker_of(campaign)
    for revisions in _by_answer(campaign) if domain else ():
        worth = [(_share_right(domain, each), each) for each in revisions]
        known = [(share, each) for share, each in worth if share is not None]
        if len(known) < 2:
            continue
        best, worst = max(known, key=_first), min(known, key=_first)
        if best[0] > worst[0]:
            chosen, rejected = (_text(each, principles) for _, each in (best, worst))
            assert best[1].revises is not None
            yield best[1].revises, CritiquePair(chosen, rejected, REASON)


def _by_answer(campaign: Campaign) -> Iterator[Sequence[Response]]:
    """Yield the revisions of each answer by one critic's critiques, in an order without ids."""
    rows = Response.objects.filter(
        query__campaign=campaign,
        query__split=Split.TRAIN,
        purpose=Purpose.REFINED,
        after_critique__version__role=Role.CRITIC,
    ).exclude(finish_reason="error")
    related = rows.select_related("query", "revises__query", "after_critique")
    found: dict[tuple[int | None, int | None], list[Response]] = defaultdict(list)
    for row in related.prefetch_related("after_critique__comments").order_by("-pk")[
        :MOST_REVISIONS
    ]:
        assert row.after_critique is not None
        found[row.revises_id, row.after_critique.version_id].append(row)
    for rows_of in sorted(found.values(), key=lambda each: each[0].query.text_sha256):
        yield sorted(rows_of, key=lambda row: row.sample)


def _share_right(domain: Domain | None, row: Response) -> float | None:
    return domain.share_right(row.query.text, row.text) if domain else None


def _first(pair: tuple[float, Response]) -> float:
    return pair[0]


def _text(row: Response, principles: Mapping[int, int]) -> str:
    critique: Critique | None = row.after_critique
    assert critique is not None
    return as_said(critique, principles).text
