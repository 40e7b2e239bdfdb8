"""Each version of the critic on held-out answers whose truth is known."""

from collections.abc import Sequence
from dataclasses import dataclass

from models_srv.domains.domain import Domain
from models_srv.domains.registry import domain_of
from models_srv.evaluation import Proportion
from oversight.learning.services.critic_tasks import (
    FOUND,
    imported_pairs,
    labelled_steps,
    pairs_of_read,
    steps_of_tampered,
)
from oversight.models import (
    Campaign,
    Comment,
    Critique,
    ModelVersion,
    Purpose,
    Response,
    Role,
    Split,
)
from oversight.trust.policies.source.alike import Alike, Reading, alike, are_kin
from oversight.trust.policies.source.critic_curve import CurvePoint, SearchedAnswer, search_curve
from oversight.trust.policies.source.critic_figures import (
    CriticFigures,
    ReadAnswer,
    ReadComment,
    critic_figures,
)
from oversight.trust.policies.source.critic_tasks import (
    StepFigures,
    first_wrong_steps,
    picks_right,
    prefers_longer,
)
from oversight.trust.policies.source.self_preference import (
    KnownAnswer,
    SelfPreference,
    self_preference,
)
from oversight.versions.selectors.active import active_version
from oversight.versions.selectors.lineage import forebears

MOST_VERSIONS = 12  # the newest
MOST_READ = 1_000  # first critiques of each, the newest


@dataclass(frozen=True)
class CriticVersion:
    """`natural` is of answers as models wrote them, imported ones included, `tampered` of right ones with
    an error put in and of right ones without; None where the version has read none of them. `alike` is
    of what the learner at work and the versions that it came from wrote, and of nobody else's.

    `choosing` and `lengths` are of pairs of held-out answers, `steps` of tampered and right ones;
    `choosing_imported` and `steps_labelled` of what imported data or people say is right. `curve` is
    of held-out answers for which it searched; without points where it did not.
    """

    version: ModelVersion
    natural: CriticFigures | None
    tampered: CriticFigures | None
    choosing: Proportion
    choosing_imported: Proportion
    lengths: Proportion
    steps: StepFigures
    steps_labelled: StepFigures
    alike: Alike
    self_preference: SelfPreference
    curve: list[CurvePoint]

    @property
    def has_read(self) -> bool:
        others = (self.choosing_imported, self.steps_labelled.found, self.steps_labelled.left_alone)
        return bool(self.natural or self.tampered) or any(each.count for each in others)


@dataclass(frozen=True)
class _Read:
    critique: Critique
    answer: ReadAnswer

    @property
    def known(self) -> tuple[Critique, bool]:
        return self.critique, self.answer.is_flawed

    @property
    def searched(self) -> SearchedAnswer:
        return SearchedAnswer(self.answer.is_flawed, self.critique.sampling.get("curve") or {})

    @property
    def is_tampered(self) -> bool:
        return self.critique.response.purpose == Purpose.TAMPERED


def critic_versions(campaign: Campaign) -> list[CriticVersion]:
    """Return the newest versions, the newest first, and the one at work however old it is; those left
    out that read nothing known.

    Without a checker only imported data and people's labels of steps say what is wrong.
    """
    domain, learner = domain_of(campaign.basics.checker), active_version(campaign, Role.LEARNER)
    versions = ModelVersion.objects.filter(campaign=campaign, role=Role.CRITIC).with_status()
    line = list(forebears(learner)) if learner else []
    newest = list(versions.order_by("-pk")[:MOST_VERSIONS])
    at_work = active_version(campaign, Role.CRITIC)
    if at_work and at_work not in newest:
        newest += versions.filter(pk=at_work.pk)
    found = (_measured(version, _held_out(domain, version), line) for version in newest)
    return [each for each in found if each.has_read]


def _measured(
    version: ModelVersion, read: Sequence[_Read], line: Sequence[ModelVersion]
) -> CriticVersion:
    """`line`: the learner at work, then the versions that it came from."""
    tampered = [each for each in read if each.is_tampered]
    natural = [each for each in read if not each.is_tampered]
    sound = [each for each in natural if not each.answer.is_flawed]
    put_in = [*tampered, *sound] if tampered else []
    pairs = list(pairs_of_read([each.known for each in read]))
    of_natural, of_tampered = _figures(natural), _figures(put_in)
    return CriticVersion(
        version=version,
        natural=of_natural,
        tampered=of_tampered,
        choosing=picks_right(pairs),
        choosing_imported=picks_right(list(imported_pairs(version))),
        lengths=prefers_longer(pairs),
        steps=first_wrong_steps(list(steps_of_tampered(each.known for each in put_in))),
        steps_labelled=first_wrong_steps(list(labelled_steps(version))),
        alike=_alike(version, line, _written_by(line, natural), of_tampered),
        self_preference=self_preference(_by_writer(version, natural)),
        curve=search_curve([each.searched for each in read if each.searched.said]),
    )


def _alike(
    version: ModelVersion,
    line: Sequence[ModelVersion],
    own: Sequence[_Read],
    of_tampered: CriticFigures | None,
) -> Alike:
    caught = [each.bugs_caught if each else None for each in (_figures(own), of_tampered)]
    return alike(version.base, line[0].base if line else "", caught[0], caught[1], _readings(own))


def _written_by(line: Sequence[ModelVersion], read: Sequence[_Read]) -> list[_Read]:
    """Return the answers by which the learner stands: what its line was asked to be measured by."""
    ids = {each.pk for each in line}
    found = ((each, each.critique.response) for each in read)
    return [
        each
        for each, response in found
        if response.purpose == Purpose.EVALUATION and response.version_id in ids
    ]


def _readings(read: Sequence[_Read]) -> list[Reading]:
    answers = [each.answer for each in read]
    return [(a.p_flawed, a.is_flawed, a.cluster) for a in answers if a.p_flawed is not None]


def _by_writer(version: ModelVersion, read: Sequence[_Read]) -> list[KnownAnswer]:
    """Return the answers of which the model is known that wrote them."""
    found = [(each.critique.response.version, each.answer) for each in read]
    return [
        KnownAnswer(
            are_kin(version.base, writer.base), answer.is_flawed, answer.p_flawed, answer.cluster
        )
        for writer, answer in found
        if writer and answer.p_flawed is not None
    ]


def _held_out(domain: Domain | None, version: ModelVersion) -> list[_Read]:
    if domain is None:
        return []
    rows = Critique.objects.filter(
        version=version, sample=0, response__query__split=Split.HELD_OUT, other_response=None
    )
    related = ("response__query", "response__revises", "response__version")
    newest = rows.select_related(*related).prefetch_related("comments")
    found = ((each, _read(domain, each)) for each in newest.order_by("-pk")[:MOST_READ])
    return [_Read(critique, answer) for critique, answer in found if answer is not None]


def _figures(read: Sequence[_Read]) -> CriticFigures | None:
    return critic_figures([each.answer for each in read]) if read else None


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
