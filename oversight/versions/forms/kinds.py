"""Where a model is, asked by kind: only the fields of the kind that was chosen count."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundWidget

from models_srv.backends.own import own_backends
from models_srv.domains.starters import ABOUT, STARTERS
from oversight.models import BackendKind, ModelVersion
from oversight.versions.forms.models import ModelForm
from oversight.versions.selectors.lineage import STARTER

OWN = "own-"
REVISES = "The reviser is a learner that writes an answer anew when it is told what is wrong."
USUAL_NAMES = {STARTER + name: f"starter-{name}" for name in STARTERS}


@dataclass(frozen=True)
class Kind:
    """A way to have a model; `fields` are those that it is told by, `where` says what its location is.

    `more` are those that have a usual value.
    """

    key: str
    title: str
    about: str
    backend: str
    fields: tuple[str, ...]
    where: str = ""
    more: tuple[str, ...] = ()

    @property
    def shown_with(self) -> str:
        """What the page shows and hides its fields by: alike for all that are installed besides."""
        return "own" if self.key.startswith(OWN) else self.key


PRICES = ("price_in", "price_out")
IN_PROCESS = ("max_length", "reasoning", "merge_system", "chat_template_kwargs")
ON_SERVERS = (
    *("weights", "served_adapter", "replicas", "control_key_env", "concurrency", "timeout_seconds"),
    *("reasoning", "merge_system", "structured", "no_seed", "sleeps_in_training"),
    *("chat_template_kwargs", "extra_body"),
    *PRICES,
)
KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            "starter",
            "A starter model",
            ABOUT,
            BackendKind.TRANSFORMERS,
            ("starter",),
            more=IN_PROCESS,
        ),
        Kind(
            "folder",
            "A folder or hub id",
            "A transformers model or a GGUF file, loaded by a worker of this installation.",
            BackendKind.TRANSFORMERS,
            ("location",),
            "A folder with config.json or with one GGUF file, or a hub id like org/name.",
            IN_PROCESS,
        ),
        Kind(
            "adapter",
            "An adapter on a base",
            "A LoRA adapter, loaded by a worker on top of the model that it was trained from.",
            BackendKind.TRANSFORMERS,
            ("location", "adapter"),
            "The base that it was trained from: a folder with config.json, or a hub id like org/name.",
            IN_PROCESS,
        ),
        Kind(
            "server",
            "A server",
            "Any server that speaks OpenAI's protocol, vLLM first.",
            BackendKind.OPENAI,
            ("location", "served_name", "api_key_env"),
            "The server's base URL, which ends in /v1.",
            ON_SERVERS,
        ),
    )
}
PLACES = ("starter", "location", "adapter", "served_name", "api_key_env")
MORE = tuple(dict.fromkeys((*ON_SERVERS, *IN_PROCESS)))


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
            PRICES,
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
    )

    served_adapter = forms.CharField(
        label="An adapter to load on it",
        required=False,
        max_length=500,
        help_text="A folder with adapter_config.json, which the servers see too. It is loaded while "
        "they run, under a name that nothing had before, and proven to answer.",
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, role: str = "", **options: Any
    ) -> None:
        """With a `role` only the starters that play it are offered."""
        super().__init__(_of_kind(data) if data and data.get("kind") else data, **options)
        fitting = [name for name, plays in STARTERS.items() if role in ("", plays)]
        starter = cast(forms.ChoiceField, self.fields["starter"])
        starter.choices = [(STARTER + name, USUAL_NAMES[STARTER + name]) for name in fitting]
        starter.help_text = REVISES if "reviser" in fitting else ""
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

    def more(self) -> list[tuple[forms.BoundField, str]]:
        """Return the fields that have a usual value, each with the kinds that have it."""
        return [
            (
                self[name],
                " ".join(_shown_with(kind for kind in kinds().values() if name in kind.more)),
            )
            for name in MORE
            if name not in PLACES
        ]

    def has_more(self) -> bool:
        """Whether one of those is other than usual, or wrong: then they are shown at once."""
        return any(field.errors or field.value() for field, _ in self.more())

    def wheres(self) -> list[Kind]:
        """Return the kinds that have a location, with what it is; one of those that are shown alike."""
        return list(_shown_with(kind for kind in kinds().values() if kind.where).values())

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("kind") == "starter" and data.get("name") in USUAL_NAMES.values():
            # The name that the form began with follows the choice.
            data["name"] = USUAL_NAMES.get(data.get("starter", ""), data["name"])
        if (
            data.get("kind") == "adapter"
            and not data.get("adapter")
            and "adapter" not in self.errors
        ):
            self.add_error("adapter", "Name the adapter's folder.")
        if data.get("kind") == "server" and "adapter" in self.errors:
            self.add_error("served_adapter", self.errors.pop("adapter").as_data())
        return data


def kind_of(version: ModelVersion) -> dict[str, str]:
    """Return what the form begins with, to have the same model again."""
    if version.backend == BackendKind.OPENAI:
        return {"kind": "server", "served_adapter": version.adapter, "adapter": ""}
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
    has = {*kind.fields, *kind.more}
    sent |= {name: "" for name in (*PLACES, *MORE) if name not in has}
    if kind.key == "starter":
        sent["location"] = data.get("starter", "")
    if kind.key == "server":
        sent["adapter"] = data.get("served_adapter", "")
    return {**sent, "backend": kind.backend}
