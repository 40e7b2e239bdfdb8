"""What the workbench sends, checked and named as the services take it."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from annotate.card import form_parts
from annotate.card.answers import Extras
from annotate.card.positions import STEP_LABELS, chosen, preferences
from oversight.feedback.services.answer_parts import ResponseScore
from oversight.models import CritiqueRating, Verdict

VERDICT_FIELD = re.compile(r"verdict-(\d{1,18})")
STEP_FIELD = re.compile(r"step-(\d{1,4})")
LONGEST_RATIONALE = 10_000
RATING_QUESTIONS = {
    "points_out_problem": "Points out the particular problem described",
    "misses_severe": "Misses clear, severe problems",
    "has_nitpick": "Has a nitpick",
    "has_fake": "Has a fake problem",
    "concise": "Is concise",
    "overall": "Overall, against the others",
}


class SubmissionForm(forms.Form):
    """What every card sends."""

    submission = forms.UUIDField()
    rationale = forms.CharField(required=False, max_length=LONGEST_RATIONALE)
    seconds = forms.FloatField(required=False, min_value=0, max_value=86_400)

    def __init__(self, data: "MultiValueDict[str, str]") -> None:
        super().__init__(data)
        self.sent = data

    def renew(self) -> None:
        """Forget the submission's id: another answer has it, and the card needs one of its own."""
        self.sent = self.sent.copy()
        self.sent.pop("submission", None)

    def common(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("submission", "rationale", "seconds")}


class AnnotationForm(SubmissionForm):
    """A comparison. `answer()` gives the arguments of `submit_annotation`."""

    preference = forms.ChoiceField(
        error_messages={"required": "Choose which response is better, a tie, or both bad."},
    )

    def __init__(
        self,
        data: "MultiValueDict[str, str]",
        *,
        order_shown: str,
        is_rationale_required: bool = False,
        asks_flaws: bool = False,
    ) -> None:
        super().__init__(data)
        self.order_shown, self.asks_flaws = order_shown, asks_flaws
        self.fields["preference"].choices = preferences(order_shown)  # type: ignore[attr-defined]
        rationale = self.fields["rationale"]
        rationale.required = is_rationale_required
        rationale.error_messages["required"] = "Say why: this campaign asks for a reason."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["verdicts"] = self._verdicts()
        cleaned["critiques_shown"] = self._critiques_shown()
        cleaned["extras"] = Extras(
            changes=form_parts.changed_comments(self.sent),
            deleted=form_parts.deleted_comments(self.sent),
            added=form_parts.added_comments(self.sent, self.order_shown),
            scores=form_parts.scores(self.sent, self.order_shown),
            rewrites=form_parts.rewrites(self.sent, self.order_shown),
        )
        if self.asks_flaws:
            self._refuse_unsaid(cleaned["extras"].scores)
        return cleaned

    def _refuse_unsaid(self, scores: Mapping[str, ResponseScore]) -> None:
        for place, letter in zip("ABCD", self.order_shown, strict=False):
            if letter not in scores or not scores[letter].worst_flaw:
                words = (
                    f"Say how bad the worst true flaw of response {place} is, or that it has none."
                )
                self.add_error(None, words)

    def _verdicts(self) -> dict[int, str]:
        verdicts = {}
        for name, value in self.sent.items():
            if match := VERDICT_FIELD.fullmatch(name):
                if value not in Verdict.values:
                    raise forms.ValidationError(f"There is no verdict {value!r}.")
                verdicts[int(match[1])] = str(value)
        return verdicts

    def _critiques_shown(self) -> list[int]:
        values = self.sent.getlist("critique")
        if not all(re.fullmatch(r"\d{1,18}", value) for value in values):
            raise forms.ValidationError("A critique is named by its number.")
        return [int(value) for value in values]

    def answer(self) -> dict[str, Any]:
        fields = ("verdicts", "critiques_shown", "extras")
        return {
            **self.common(),
            **{name: self.cleaned_data[name] for name in fields},
            **self.preferred(),
        }

    def preferred(self) -> dict[str, Any]:
        choice, strength = chosen(self.cleaned_data["preference"], self.order_shown)
        return {"choice": choice, "strength": strength}


class StepsForm(SubmissionForm):
    """Labels of steps by number, from 0. `answer()` gives the arguments of `submit_steps`."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        labels = {}
        for name, value in self.sent.items():
            if match := STEP_FIELD.fullmatch(name):
                if value not in STEP_LABELS:
                    raise forms.ValidationError(f"There is no label {value!r}.")
                labels[int(match[1])] = STEP_LABELS[value]
        cleaned["labels"] = labels
        return cleaned

    def answer(self) -> dict[str, Any]:
        return {**self.common(), "labels": self.cleaned_data["labels"]}


class RatingsForm(SubmissionForm):
    """Six scores for each critique, by its letter on the page."""

    def __init__(self, data: "MultiValueDict[str, str]", *, order_shown: str) -> None:
        super().__init__(data)
        self.order_shown = order_shown

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["ratings"] = {
            letter: {name: self._score(place, name) for name in _RATING_NAMES}
            for place, letter in zip("ABCD", self.order_shown, strict=False)
        }
        return cleaned

    def _score(self, place: str, name: str) -> int:
        value = self.sent.get(f"rating-{place}-{name}", "")
        if not re.fullmatch("[1-7]", value):
            question = RATING_QUESTIONS[name].lower()
            raise forms.ValidationError(f"Rate critique {place} from 1 to 7: {question}.")
        return int(value)

    def answer(self) -> dict[str, Any]:
        """Return the arguments of `submit_ratings`; ratings are by the record's letter."""
        return {**self.common(), "ratings": self.cleaned_data["ratings"]}


_RATING_NAMES = [
    field.name for field in CritiqueRating._meta.get_fields() if field.name in RATING_QUESTIONS
]
