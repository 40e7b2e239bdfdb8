"""Each version of the critic on held-out answers whose truth is known."""

from collections.abc import Iterable
from dataclasses import dataclass

from models_srv.domains.domain import Domain
from models_srv.domains.registry import domain_of
from oversight.models import (
    Campaign,
    Comment,
    Critique,
    ModelVersion,
    Purpose,
    QuoteMatch,
    Response,
    Role,
    Split,
)
from oversight.trust.policies.source.critic_figures import (
    CriticFigures,
    ReadAnswer,
    ReadComment,
    critic_figures,
)

MOST_VERSIONS = 12  # the newest
MOST_READ = 1_000  # first critiques of each, the newest
FOUND = (QuoteMatch.EXACT, QuoteMatch.NORMALISED, QuoteMatch.AMBIGUOUS)


@dataclass(frozen=True)
class CriticVersion:
    """`natural` is of the learner's own answers, `tampered` of right ones with an error put in; None
    where the version has read none of them."""

    version: ModelVersion
    natural: CriticFigures | None
    tampered: CriticFigures | None


def critic_versions(campaign: Campaign) -> list[CriticVersion]:
    """Return the newest versions, the newest first, those that read no held-out answer left out.

    All are left out without a checker: nobody knows what is wrong.
    """
    domain = domain_of(campaign.basics.checker)
    if domain is None:
        return []
    versions = ModelVersion.objects.filter(campaign=campaign, role=Role.CRITIC).with_status()
    found = (_measured(domain, version) for version in versions.order_by("-pk")[:MOST_VERSIONS])
    return [each for each in found if each.natural or each.tampered]


def _measured(domain: Domain, version: ModelVersion) -> CriticVersion:
    rows = Critique.objects.filter(
        version=version, sample=0, response__query__split=Split.HELD_OUT, other_response=None
    )
    newest = rows.select_related("response__query").prefetch_related("comments").order_by("-pk")
    critiques = list(newest[:MOST_READ])
    tampered = [each for each in critiques if each.response.purpose == Purpose.TAMPERED]
    natural = [each for each in critiques if each.response.purpose != Purpose.TAMPERED]
    return CriticVersion(version, _figures(domain, natural), _figures(domain, tampered))


def _figures(domain: Domain, critiques: Iterable[Critique]) -> CriticFigures | None:
    read = [answer for each in critiques if (answer := _read(domain, each)) is not None]
    return critic_figures(read) if read else None


def _read(domain: Domain, critique: Critique) -> ReadAnswer | None:
    """Return what the critic said, beside the truth; None where the checker cannot tell it."""
    response = critique.response
    is_right = domain.is_correct(response.query.text, response.text)
    if is_right is None:
        return None
    comments = [_comment(domain, response, comment) for comment in critique.comments.all()]
    return ReadAnswer(response.query.cluster, not is_right, comments, critique.p_flawed)


def _comment(domain: Domain, response: Response, comment: Comment) -> ReadComment:
    is_valid = domain.is_valid_comment(
        response.query.text, response.text, comment.quote, comment.category
    )
    return ReadComment(is_valid, comment.severity, comment.quote_match in FOUND)
