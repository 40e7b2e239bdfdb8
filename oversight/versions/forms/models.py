"""Where a role's model is. What can be checked without calling anyone is checked here."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import forms

from oversight.models import BackendKind, ModelVersion
from oversight.versions.forms.options import OptionFields
from oversight.versions.services.connections import KEY_VARIABLE, SERVER_URL, address_problem
from oversight.versions.services.loading import (
    backend_choices,
    is_allowed_folder,
    resolve_location,
)

HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?", re.ASCII)
# One answer whether there is no such folder, it holds something else or models are not loaded from
# it: the field is not there to look around the machine with.
NO_MODEL = (
    "Name a hub id like org/name, or a folder with a config.json or a GGUF file of those that this "
    "installation loads models from: there is none by that name."
)
NO_ADAPTER = (
    "Name a folder with an adapter_config.json of those that this installation loads models from: "
    "there is none by that name."
)


if TYPE_CHECKING:
    _VersionModelForm = forms.ModelForm[ModelVersion]
else:  # the class takes its parameter in the stubs alone
    _VersionModelForm = forms.ModelForm


class ModelForm(OptionFields, _VersionModelForm):
    backend = forms.ChoiceField(choices=backend_choices)
    replicas = forms.CharField(
        label="Other servers that serve the same",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text="Their base URLs, one a line. A new version is loaded on every one of them.",
    )
    reason = forms.CharField(
        required=False, max_length=500, help_text="Why it changes. Kept with the history."
    )

    class Meta:
        model = ModelVersion
        # Not the backend, whose choices are open: those of the field above are the ones that count.
        fields = [
            "name",
            "location",
            "served_name",
            "adapter",
            "api_key_env",
            "weights",
            "control_key_env",
            "price_in",
            "price_out",
        ]
        labels = {
            "location": "Where it is",
            "api_key_env": "API key variable",
            "weights": "Where its weights are",
            "control_key_env": "Key variable for loading adapters",
            "price_in": "Price of a million tokens read",
            "price_out": "Price of a million tokens written",
        }
        help_texts = {
            "name": "What you call it. A name used before gets the next revision.",
            "location": "A model of transformers: a folder with config.json or a GGUF file, or a hub id "
            "like org/name. Of an adapter: its base. A server: its base URL, which ends in /v1.",
            "served_name": "The name that the server knows it by.",
            "adapter": "A folder with adapter_config.json.",
            "weights": "Of what the server serves: a folder with config.json, or a hub id like "
            "org/name. With them it is trained here, and new versions are proven to be served.",
            "control_key_env": "The environment variable with the key for that, where it is another "
            "one: such as VLLM_CONTROL_API_KEY.",
            "price_in": "In whatever currency you count. Rounds then say what they cost.",
            "api_key_env": "The environment variable that holds the key, such as VLLM_API_KEY. The "
            "key itself is never stored.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].required = True

    def wanted(self) -> dict[str, Any]:
        """Return what a version is made of, and why."""
        kept = (*self.Meta.fields, "backend", "replicas", "reason")
        return {name: self.cleaned_data[name] for name in kept} | {"options": self.options()}

    def clean_api_key_env(self) -> str:
        return self._key_variable("api_key_env")

    def clean_control_key_env(self) -> str:
        return self._key_variable("control_key_env")

    def clean_replicas(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["replicas"].splitlines() if line.strip()]

    def _key_variable(self, field: str) -> str:
        name = str(self.cleaned_data[field])
        if name and not KEY_VARIABLE.fullmatch(name):
            raise forms.ValidationError(
                "Name an environment variable that ends in _API_KEY, such as VLLM_API_KEY."
            )
        return name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        if data["backend"] == BackendKind.OPENAI:
            self._check_server(data)
        elif data["backend"] == BackendKind.TRANSFORMERS:
            self._check_folders(data)
        elif not is_allowed_folder(data["location"]):
            self.add_error("location", NO_MODEL)
        return data

    @property
    def is_hub_id(self) -> bool:
        """Whether the location will be looked up on a hub, which needs the network once."""
        location = self.cleaned_data.get("location", "")
        return bool(HUB_ID.fullmatch(location))

    def _check_server(self, data: dict[str, Any]) -> None:
        for field, addresses in (("location", [data["location"]]), ("replicas", data["replicas"])):
            for address in addresses:
                if problem := self._server_problem(address, data):
                    self.add_error(field, problem)
                    break
        if not data["served_name"] and not data["adapter"]:
            self.add_error("served_name", "Say which of the server's models it is.")
        if data["weights"] and (problem := _model_problem(data["weights"])):
            self.add_error("weights", problem)
        if data["adapter"] and not _holds(data["adapter"], "adapter_config.json"):
            self.add_error("adapter", NO_ADAPTER)

    def _server_problem(self, address: str, data: dict[str, Any]) -> str:
        if not SERVER_URL.fullmatch(address):
            return "Give an http(s) URL that ends in /v1."
        return address_problem(address, data["api_key_env"]) or address_problem(
            address, data["control_key_env"]
        )

    def _check_folders(self, data: dict[str, Any]) -> None:
        if problem := _model_problem(data["location"]):
            self.add_error("location", problem)
        if data["adapter"] and not _holds(data["adapter"], "adapter_config.json"):
            self.add_error("adapter", NO_ADAPTER)
        if data["api_key_env"]:
            self.add_error("api_key_env", "A model in process needs no key.")


def _model_problem(location: str) -> str:
    is_found = (
        HUB_ID.fullmatch(location) or _holds(location, "config.json") or _holds(location, "*.gguf")
    )
    return "" if is_found else NO_MODEL


def _holds(location: str, pattern: str) -> bool:
    """Whether a folder that models may be loaded from holds such a file. Of others nothing is told."""
    try:
        folder = Path(resolve_location(location))
        is_allowed = folder.is_absolute() and is_allowed_folder(location)
        return is_allowed and any(path.is_file() for path in folder.glob(pattern))
    except (OSError, ValueError):
        return False
