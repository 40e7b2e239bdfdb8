"""Whether a model can be trained here, said before anything starts. Pure."""

from typing import Protocol


class Learner(Protocol):
    backend: str

    @property
    def base(self) -> str: ...


def why_not_trained(learner: Learner, method: str) -> str:
    """Return why an update of the learner is impossible, "" where it is not."""
    if learner.backend in ("transformers", "recorded"):  # with recorded answers no round begins
        return ""
    if learner.backend != "openai":
        return f"{learner} is asked by {learner.backend}, which gives no weights to train"
    if not learner.base:
        return (
            f"the weights of {learner} are on its server alone: name their folder or hub id with the "
            "model to train it here"
        )
    if method != "lora":
        return (
            f"the server of {learner} can be given an adapter while it runs, not all weights: choose "
            "LoRA adapter as the method of training"
        )
    return ""


def why_not_loaded_here(version: Learner) -> str:
    """Return why an attacker or a critic is not trained, "" where it is: those that workers load."""
    if version.backend == "transformers":
        return ""
    return (
        f"{version} is behind a server: only attackers and critics that the workers load themselves "
        "are trained here"
    )
