"""What goes with a model that is taken elsewhere: where it comes from, and what is known of it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from huggingface_hub import ModelCardData

AS_IS = (
    "Every figure is of the campaign that made it, on its own queries. What its base may be used for "
    "holds for it too."
)


@dataclass(frozen=True)
class Step:
    """How one version came from the one before: its training, and what the gate said of it."""

    version: str
    parent: str
    trained_by: str
    pairs: int
    gate: Sequence[str]


def model_card(
    *, version: str, role: str, campaign: str, base: str, weights: str, steps: Sequence[Step]
) -> str:
    """Return a model card (Markdown under the metadata that model hubs read), the newest step first.

    `base` is a hub id or the name of what everything began from; `weights` the sha256 of what was
    trained last.
    """
    data = ModelCardData(
        library_name="transformers",
        pipeline_tag="text-generation",
        tags=["oversight", role],
        base_model=base or None,
    )
    said = [f"---\n{data.to_yaml()}\n---\n", f"# {version}\n", f"The {role} of {campaign}.\n"]
    said += [_told(step) for step in steps]
    if weights:
        said.append(f"Trained weights, before they were merged: sha256 `{weights}`.\n")
    return "\n".join([*said, f"{AS_IS}\n"])


def _told(step: Step) -> str:
    lines = [
        f"## {step.version}, from {step.parent}\n",
        f"{step.trained_by} on {step.pairs} pairs.\n",
    ]
    return "\n".join([*lines, *(f"- {reason}" for reason in step.gate)]) + "\n"
