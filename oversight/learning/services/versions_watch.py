"""What each version of the learner said, read for what its score does not tell."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import mean

from oversight.asking.services.checkers import score
from oversight.learning.policies.over_optimised import Pleasing, Trained, distances, in_order
from oversight.learning.policies.versions_watch import Answers, Tried, Variety, variety
from oversight.learning.selectors.run_story import last_mean
from oversight.models import (
    Campaign,
    Critique,
    ModelVersion,
    Purpose,
    Response,
    Role,
    SnapshotRow,
    Source,
    TrainingRun,
)

MOST_VERSIONS = 12  # the newest
MOST_HELD_OUT = 200  # greedy answers of each, the same queries for all
MOST_SAMPLES = 2_000  # of each, the newest


@dataclass(frozen=True)
class Fresh:
    """Of the labels that a version was trained on: all, people's, and people's that are new since the
    version before."""

    labels: int
    human: int
    new: int

    @property
    def share(self) -> float:
        return self.new / self.labels


@dataclass(frozen=True)
class WatchedVersion:
    version: ModelVersion
    variety: Variety
    fresh: Fresh | None
    pleasing: Pleasing | None


def watched_versions(campaign: Campaign) -> list[WatchedVersion]:
    """Return the newest versions of the learner, the newest first, those that answered nothing left out.

    What is compared with a parent is compared on the queries that both answered.
    """
    rows = ModelVersion.objects.filter(campaign=campaign, role=Role.LEARNER)
    versions = list(rows.select_related("training_run__snapshot").order_by("-pk")[:MOST_VERSIONS])
    samples = {version.pk: _samples(version) for version in versions}
    truth = _Truth(campaign)
    said = {
        version.pk: Answers(_held_out(version), _tried(samples[version.pk], truth))
        for version in versions
    }
    far = distances(
        {version.pk: _trained(version) for version in rows.select_related("training_run")}
    )
    return [
        WatchedVersion(
            version,
            variety(said[version.pk], said.get(version.parent_id or 0)),
            _fresh(version),
            _pleasing(version, samples[version.pk], truth, far),
        )
        for version in versions
        if said[version.pk].held_out or said[version.pk].tried
    ]


def curve_of(watched: Iterable[WatchedVersion]) -> list[Pleasing]:
    """Return the critic's and the true score by the distance from the base, [] for fewer than two."""
    return in_order([row.pleasing for row in watched if row.pleasing])


class _Truth:
    """What the checker says, asked once for each text; None everywhere without one."""

    def __init__(self, campaign: Campaign) -> None:
        self.of = lru_cache(maxsize=None)(lambda query, text: score(campaign, query, text))

    def __call__(self, response: Response) -> float | None:
        return self.of(response.query.text, response.text)


def _held_out(version: ModelVersion) -> dict[int, str]:
    rows = Response.objects.filter(version=version, purpose=Purpose.EVALUATION, sample=0)
    ordered = rows.order_by("query__text_sha256").values_list("query_id", "text")
    return dict(ordered[:MOST_HELD_OUT])


def _samples(version: ModelVersion) -> list[Response]:
    rows = Response.objects.filter(version=version, purpose=Purpose.FEEDBACK)
    return list(rows.select_related("query").order_by("-pk")[:MOST_SAMPLES])


def _tried(samples: Iterable[Response], truth: _Truth) -> list[Tried]:
    """Count right samples by query; a query with a sample that nobody can score is left out."""
    by_query: dict[int, list[float | None]] = defaultdict(list)
    for response in samples:
        by_query[response.query_id].append(truth(response))
    return [
        Tried(len(given), sum(each == 1 for each in given))
        for given in by_query.values()
        if None not in given
    ]


def _fresh(version: ModelVersion) -> Fresh | None:
    run = _run_of(version)
    if run is None or run.snapshot_id is None:
        return None
    rows = SnapshotRow.objects.filter(snapshot=run.snapshot_id)
    human = rows.filter(preference__source=Source.PERSON)
    before = TrainingRun.objects.filter(result_version=version.parent_id).values("snapshot")
    known = SnapshotRow.objects.filter(snapshot__in=before).values("preference")
    labels = rows.count()
    new = human.exclude(preference__in=known).count()
    return Fresh(labels, human.count(), new) if labels else None


def _trained(version: ModelVersion) -> Trained:
    run = _run_of(version)
    if run is None:
        return Trained(version.parent_id, None)
    is_from_base = run.settings.get("reference") == "base"
    return Trained(version.parent_id, last_mean(run.metrics, "kl"), is_from_base)


def _run_of(version: ModelVersion) -> TrainingRun | None:
    return getattr(version, "training_run", None)


def _pleasing(
    version: ModelVersion, samples: Sequence[Response], truth: _Truth, far: Mapping[int, float]
) -> Pleasing | None:
    """Compare what the critic and the checker say of the same answers, where both say something."""
    said = _p_flawed([response.pk for response in samples]) if version.pk in far else {}
    both = [
        (1 - said[row.pk], right)
        for row in samples
        if row.pk in said and (right := truth(row)) is not None
    ]
    if not both:
        return None
    critic, true = (mean(each) for each in zip(*both, strict=True))
    return Pleasing(str(version), far[version.pk], critic, true, len(both))


def _p_flawed(responses: Collection[int]) -> dict[int, float]:
    """Return the mean of what models as critics said of each response."""
    found: dict[int, list[float]] = defaultdict(list)
    rows = Critique.objects.filter(
        response__in=responses, version__isnull=False, p_flawed__isnull=False
    )
    for response, p in rows.values_list("response_id", "p_flawed"):
        if p is not None:
            found[response].append(p)
    return {response: mean(given) for response, given in found.items()}
