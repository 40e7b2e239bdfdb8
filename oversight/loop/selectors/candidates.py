"""Which version a round puts before the gate."""

from oversight.models import Evaluation, ModelVersion, Role, Round, TrainingRun
from oversight.versions.selectors.served import has_failed


def trained_version(round_: Round) -> ModelVersion | None:
    """Return the candidate that the round's training gave, or that was put before its gate, if any."""
    if round_.candidate:
        return round_.candidate
    runs = TrainingRun.objects.filter(round=round_, role=Role.LEARNER)
    run = runs.select_related("result_version").first()
    return run.result_version if run else None


def candidate_of(round_: Round) -> ModelVersion | None:
    """Return the candidate to compare: none where its servers turned out not to serve it."""
    candidate = trained_version(round_)
    return None if candidate is None or has_failed(candidate) else candidate


def learner_after(round_: Round) -> ModelVersion:
    """Return the learner that the round's gate left at work, whoever changes it afterwards."""
    promoted = Evaluation.objects.filter(round=round_, role=Role.LEARNER, is_promoted=True)
    evaluation = promoted.select_related("candidate").first()
    return evaluation.candidate if evaluation else round_.learner
