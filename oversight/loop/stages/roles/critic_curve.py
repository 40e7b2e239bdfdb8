"""What a search among critiques finds and makes up by its weight, on answers of the trial."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from models_srv.domains.domain import Domain
from models_srv.roles.critic_search import Searched
from models_srv.types import CritiqueComment
from oversight.asking.services.checkers import checker_of
from oversight.loop.stages.asking import Answered
from oversight.loop.stages.critique import CRITIC_SAMPLING, Finding, Read, read_findings
from oversight.models import TrainingRun
from oversight.versions.services.critic_search import can_search, measure_curve

MOST_SEARCHED = 10  # answers of a unit, of each version: a search takes some ten times as long


def with_curves(run: TrainingRun, answered: Sequence[Answered[Read]]) -> list[Finding]:
    """Return the findings, some of them with their curve, where the campaign's critic searches."""
    findings, domain = read_findings(answered), checker_of(run.campaign)
    assert run.round is not None
    if domain is None or run.round.plan.get("critic_search") is None:
        return findings
    by_version = groupby(range(len(answered)), key=lambda at: answered[at][0].version.pk)
    for _, places in by_version:
        drawn = list(places)[:MOST_SEARCHED]
        if can_search(answered[drawn[0]][0].version):
            _add_curves(domain, answered, findings, drawn)
    return findings


def _add_curves(
    domain: Domain,
    answered: Sequence[Answered[Read]],
    findings: list[Finding],
    places: Sequence[int],
) -> None:
    questions = [answered[at][0] for at in places]
    responses = [each.about.response for each in questions]

    def is_right(at: int, comment: CritiqueComment) -> bool:
        query, text = responses[at].query.text, responses[at].text
        return domain.is_valid_comment(query, text, comment.quote, comment.category)

    curves = measure_curve(
        questions[0].version,
        [Searched(each.request.conversation, each.about.response.text) for each in questions],
        [findings[at].parsed for at in places],
        is_right,
        CRITIC_SAMPLING.max_tokens,
    )
    for number, (curve, cost) in curves.items():
        findings[places[number]] = replace(findings[places[number]], curve=curve, cost=cost)
