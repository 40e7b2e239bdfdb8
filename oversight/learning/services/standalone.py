"""Taking a version elsewhere: a folder that stands alone, with a card that says what it is."""

from pathlib import Path

from models_srv.standalone import write_standalone
from oversight.errors import InvalidCampaign
from oversight.learning.policies.model_card import Step, model_card
from oversight.models import BackendKind, Evaluation, Loss, ModelVersion, TrainingRun
from oversight.versions.selectors.lineage import forebears
from oversight.versions.services.loading import ARTIFACT, FETCHED, folder_of


def export_version(version: ModelVersion, folder: Path) -> None:
    """Write a version's weights, tokenizer and card to a new folder.

    Raises InvalidCampaign where its weights are not at hand, else as `write_standalone`.
    """
    if version.backend not in (BackendKind.TRANSFORMERS, BackendKind.OPENAI) or not version.base:
        raise InvalidCampaign(f"the weights of {version} are not at hand: there is nothing to take")
    location, adapter = folder_of(version.base), folder_of(version.adapter)
    write_standalone(location, adapter, folder, card=card_of(version))


def card_of(version: ModelVersion) -> str:
    *_, first = forebears(version)
    return model_card(
        version=str(version),
        role=version.get_role_display().lower(),
        campaign=version.campaign.name,
        base=_public_name(first.base),
        weights=version.sha256,
        steps=list(_steps(version)),
    )


def _public_name(base: str) -> str:
    """Return a hub id as it is; a folder's name tells nobody elsewhere anything."""
    is_hub_id = base.count("/") == 1 and not base.startswith(("/", ".", "~", ARTIFACT, FETCHED))
    return base if is_hub_id else ""


def _steps(version: ModelVersion) -> list[Step]:
    rows = TrainingRun.objects.filter(result_version__in=list(forebears(version)))
    runs = {run.result_version_id: run for run in rows}
    told = Evaluation.objects.filter(candidate__in=list(runs)).order_by("pk")
    gates = {each.candidate_id: each.reasons for each in told}
    return [
        Step(
            version=str(each),
            parent=str(each.parent),
            trained_by=Loss(run.settings["loss"]).label if "loss" in run.settings else "Trained",
            pairs=run.result.get("train_pairs", 0),
            gate=gates.get(each.pk, []),
        )
        for each in forebears(version)
        if (run := runs.get(each.pk))
    ]
