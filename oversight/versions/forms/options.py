"""A model's own settings as fields of a form, and what a server's weights and prices are asked by."""

from collections.abc import Mapping
from typing import Any

from django import forms

from oversight.versions.policies.options import DEFAULTS, OBJECTS, as_object, object_problem

SWITCHES = ("merge_system", "structured", "sleeps_in_training")
AS_IT_IS = "The JSON object is sent as it stands."


class OptionFields(forms.Form):
    """Mixed into the form of a model. What is left empty is as usual."""

    concurrency = forms.IntegerField(
        label="Requests at once",
        required=False,
        min_value=1,
        max_value=4096,
        help_text="The most that its server is asked at the same time. "
        f"Usually {DEFAULTS['concurrency']}.",
    )
    timeout_seconds = forms.FloatField(
        label="Longest wait for one answer (seconds)",
        required=False,
        min_value=1,
        max_value=3600,
        help_text=f"Usually {DEFAULTS['timeout_seconds']:g}. Long answers of a busy server take longer.",
    )
    max_length = forms.IntegerField(
        label="Longest question with its answer (tokens)",
        required=False,
        min_value=0,
        max_value=10_000_000,
        help_text="A longer one is left unanswered, and says so. Usually what the model can read.",
    )
    reasoning = forms.ChoiceField(
        label="Thinks before it answers",
        required=False,
        choices=[("", "As the model has it"), ("yes", "Yes"), ("no", "No")],
        help_text="For models whose chat template can switch it.",
    )
    merge_system = forms.BooleanField(
        label="Instructions at the head of the first message",
        required=False,
        help_text="For a model that takes no turn of the system's, or follows it badly.",
    )
    structured = forms.BooleanField(
        label="Critiques as JSON by a schema",
        required=False,
        help_text="The server holds the critic to the form. Not every server can.",
    )
    no_seed = forms.BooleanField(
        label="Send no seed",
        required=False,
        help_text="For a server that fails with one (vLLM on a CPU does, with chunked prefill).",
    )
    sleeps_in_training = forms.BooleanField(
        label="Its GPU is used for training too",
        required=False,
        help_text="The server sleeps while a model is trained: vLLM, started with "
        "--enable-sleep-mode and VLLM_SERVER_DEV_MODE=1.",
    )
    chat_template_kwargs = forms.CharField(
        label="Chat template: settings",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text="A JSON object that the model's chat template is given beside the turns.",
    )
    extra_body = forms.CharField(
        label="Sent with every request",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=f"{AS_IT_IS} For what the protocol does not name, such as top_k.",
    )

    def clean_chat_template_kwargs(self) -> str:
        return self._object("chat_template_kwargs")

    def clean_extra_body(self) -> str:
        return self._object("extra_body")

    def options(self) -> dict[str, Any]:
        """Return the settings that are other than usual, as a version keeps them."""
        data = self.cleaned_data
        wanted: dict[str, Any] = {
            name: data[name]
            for name in ("concurrency", "timeout_seconds", "max_length")
            if data.get(name) is not None
        }
        wanted |= {name: data[name] for name in (*SWITCHES, *OBJECTS)}
        wanted["sends_seed"] = not data["no_seed"]
        wanted["reasoning"] = {"yes": True, "no": False}.get(data["reasoning"])
        return {name: value for name, value in wanted.items() if value != DEFAULTS[name]}

    def _object(self, name: str) -> str:
        text = self.cleaned_data[name].strip() or "{}"
        if problem := object_problem(name, text):
            raise forms.ValidationError(problem)
        return as_object(text)


OPTION_FIELDS = tuple(OptionFields.base_fields)


def shown_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the fields begin with, of settings as a version keeps them."""
    shown = {name: value for name, value in options.items() if name in OPTION_FIELDS}
    if "sends_seed" in options:
        shown["no_seed"] = not options["sends_seed"]
    if options.get("reasoning") is not None:
        shown["reasoning"] = "yes" if options["reasoning"] else "no"
    return shown
