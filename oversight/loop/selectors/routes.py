"""Which models a stage of a round asks, and so where its units are done."""

from django.db.models import Q

from oversight.loop.selectors.candidates import candidate_of, learner_after
from oversight.loop.selectors.crossing import examiner_of, needs_examiner
from oversight.loop.selectors.tampering import tamperer_of
from oversight.models import BackendKind, ModelVersion, Round, ServerState, Stage


def versions_asked(round_: Round, stage: Stage) -> list[ModelVersion]:
    """Return the versions that the stage's units ask, none for a stage that asks none.

    Nor for the one that serves a new version: whether that answers is still to be seen, each of its
    servers is waited for there, and weights from elsewhere are measured where models are loaded.
    """
    found: dict[Stage, list[ModelVersion | None]] = {
        Stage.ATTACK: [round_.attacker],
        Stage.RESPOND: [round_.learner],
        Stage.CRITIQUE: [round_.critic],
        Stage.REFINE: [round_.learner],
        Stage.REREAD: [round_.critic],
        Stage.TESTIFY: [round_.learner],
        Stage.ASSESS: [round_.attacker],
    }
    if stage == Stage.TAMPER:
        found[stage] = [tamperer_of(round_)]
    if stage in (Stage.EXAMINE, Stage.CONFRONT) and needs_examiner(round_, stage):
        found[stage] = [examiner_of(round_)]
    if stage == Stage.EVALUATE:
        found[stage] = [candidate_of(round_), round_.learner]
    if stage == Stage.REPLY:
        found[stage] = [learner_after(round_)]
    if stage == Stage.GATE and not round_.campaign.basics.checker:
        found[stage] = [round_.critic]
    return [version for version in found.get(stage, []) if version]


def served_version(round_: Round, stage: Stage) -> ModelVersion | None:
    """Return a version whose server the stage's units wait for; None where a model is in process."""
    versions = versions_asked(round_, stage)
    if not versions or any(each.backend != BackendKind.OPENAI for each in versions):
        return None
    return versions[-1]


def awake() -> Q:
    """Which units may be taken: those that need no server, or one that is not resting."""
    return Q(server__isnull=True) | Q(server__state=ServerState.ANSWERING)
