"""What the learner's answers gain when they are written anew with a critic's critiques in hand."""

from collections import defaultdict
from dataclasses import dataclass

from models_srv.domains.domain import Domain
from models_srv.domains.registry import domain_of
from models_srv.evaluation import Proportion, proportion
from oversight.models import Campaign, ModelVersion, Purpose, Response, Role

MOST_READ = 4_000  # the newest


@dataclass(frozen=True)
class Revised:
    """By a version's critiques: of the answers that were wrong those that are right now, and of those
    that were right those that are wrong now, as the checker says."""

    version: ModelVersion
    fixed: Proportion
    broken: Proportion


def revised_by_version(campaign: Campaign) -> list[Revised]:
    """Return it for each version whose critiques answers were written anew with, the newest first."""
    domain = domain_of(campaign.basics.checker)
    if domain is None:
        return []
    rows = Response.objects.filter(
        query__campaign=campaign,
        purpose=Purpose.REFINED,
        after_critique__version__role=Role.CRITIC,
    ).exclude(finish_reason="error")
    newest = rows.select_related("query", "revises", "after_critique").order_by("-pk")
    found: dict[int, list[tuple[bool, bool]]] = defaultdict(list)
    for row in newest[:MOST_READ]:
        assert row.after_critique is not None
        assert row.after_critique.version_id is not None
        if truth := _before_and_after(domain, row):
            found[row.after_critique.version_id].append(truth)
    versions = ModelVersion.objects.with_status().in_bulk(found)
    return [_revised(versions[pk], found[pk]) for pk in sorted(found, reverse=True)]


def _before_and_after(domain: Domain, row: Response) -> tuple[bool, bool] | None:
    assert row.revises is not None
    was, now = (domain.is_correct(row.query.text, text) for text in (row.revises.text, row.text))
    return None if was is None or now is None else (was, now)


def _revised(version: ModelVersion, truths: list[tuple[bool, bool]]) -> Revised:
    fixed = [now for was, now in truths if not was]
    broken = [not now for was, now in truths if was]
    return Revised(
        version, proportion(sum(fixed), len(fixed)), proportion(sum(broken), len(broken))
    )
