"""Where a model is, asked by kind: only the fields of the kind that was chosen count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundWidget

from models_srv.backends.own import own_backends
from models_srv.domains.starters import ABOUT, ROLES
from oversight.models import BackendKind, ModelVersion
from oversight.versions.forms.models import ModelForm
from oversight.versions.services.loading import STARTER

OWN = "own-"


@dataclass(frozen=True)
class Kind:
    """A way to have a model; `fields` are those that it is told by, `where` says what its location is."""

    key: str
    title: str
    about: str
    backend: str
    fields: tuple[str, ...]
    where: str = ""

    @property
    def shown_with(self) -> str:
        """What the page shows and hides its fields by: alike for all that are installed besides."""
        return "own" if self.key.startswith(OWN) else self.key


KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            "starter",
            "A starter model",
            ABOUT,
            BackendKind.TRANSFORMERS,
            ("starter",),
        ),
        Kind(
            "folder",
            "A folder or hub id",
            "A transformers model or a GGUF file, loaded by a worker of this installation.",
            BackendKind.TRANSFORMERS,
            ("location",),
            "A folder with config.json or with one GGUF file, or a hub id like org/name.",
        ),
        Kind(
            "adapter",
            "An adapter on a base",
            "A LoRA adapter, loaded by a worker on top of the model that it was trained from.",
            BackendKind.TRANSFORMERS,
            ("location", "adapter"),
            "The base that it was trained from: a folder with config.json, or a hub id like org/name.",
        ),
        Kind(
            "server",
            "A server",
            "Any server that speaks OpenAI's protocol, vLLM first.",
            BackendKind.OPENAI,
            ("location", "served_name", "api_key_env"),
            "The server's base URL, which ends in /v1.",
        ),
    )
}
PLACES = ("starter", "location", "adapter", "served_name", "api_key_env")


def kinds() -> dict[str, Kind]:
    """Return the kinds by their key: ours, then a kind for each backend that is installed besides."""
    return KINDS | {
        OWN + name: Kind(
            OWN + name,
            name,
            f"A backend that is installed here, by {distribution}.",
            name,
            ("location", "served_name", "api_key_env"),
            "Whatever this backend finds its model by.",
        )
        for name, distribution in own_backends().items()
    }


class KindForm(ModelForm):
    """The model's form with a choice of kinds. What was filled in of other kinds is left aside.

    Sent without a kind, it is the plain form: `backend` says what the fields mean.
    """

    # A field that is not seen could not be filled in.
    use_required_attribute = False
    kind = forms.ChoiceField(
        label="What is it?",
        required=False,
        choices=lambda: [(kind.key, kind.title) for kind in kinds().values()],
        widget=forms.RadioSelect,
    )
    starter = forms.ChoiceField(
        label="Which one",
        required=False,
        choices=[(STARTER + role, f"starter-{role}") for role in ROLES],
    )

    def __init__(self, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(_of_kind(data) if data and data.get("kind") else data, **options)
        self.fields["backend"].required = not self.data.get("kind")

    def kinds(self) -> list[tuple[BoundWidget, Kind]]:
        """Return the choices of `kind`, each with what it is."""
        known = kinds()
        return [(choice, known[choice.data["value"]]) for choice in self["kind"]]

    def places(self) -> list[tuple[forms.BoundField, str]]:
        """Return the fields that say where a model is, each with the kinds that have it."""
        return [
            (
                self[name],
                " ".join(_shown_with(kind for kind in kinds().values() if name in kind.fields)),
            )
            for name in PLACES
        ]

    def wheres(self) -> list[Kind]:
        """Return the kinds that have a location, with what it is; one of those that are shown alike."""
        return list(_shown_with(kind for kind in kinds().values() if kind.where).values())

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if (
            data.get("kind") == "adapter"
            and not data.get("adapter")
            and "adapter" not in self.errors
        ):
            self.add_error("adapter", "Name the adapter's folder.")
        return data

    def wanted(self) -> dict[str, Any]:
        """Return what a version is made of."""
        asked = ("kind", "starter")
        return {name: value for name, value in self.cleaned_data.items() if name not in asked}


def kind_of(version: ModelVersion) -> dict[str, str]:
    """Return what the form begins with, to have the same model again."""
    if version.backend == BackendKind.OPENAI:
        return {"kind": "server"}
    if version.backend != BackendKind.TRANSFORMERS:
        return {"kind": OWN + version.backend}
    if version.location.startswith(STARTER) and not version.adapter:
        return {"kind": "starter", "starter": version.location, "location": ""}
    return {"kind": "adapter" if version.adapter else "folder"}


def _shown_with(some: Iterable[Kind]) -> dict[str, Kind]:
    """Return one kind of each sort that the page shows alike."""
    return {kind.shown_with: kind for kind in some}


def _of_kind(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was sent with the fields of the other kinds left empty."""
    sent = {name: data.get(name, "") for name in data}
    kind = kinds().get(sent["kind"])
    if kind is None:
        return sent
    sent |= {name: "" for name in PLACES if name not in kind.fields}
    if kind.key == "starter":
        sent["location"] = data.get("starter", "")
    return {**sent, "backend": kind.backend}
