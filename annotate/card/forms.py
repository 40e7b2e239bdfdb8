"""What the workbench sends: an answer by position, translated to the record's order."""

import re
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from annotate.card import form_parts
from annotate.card.answers import Extras
from oversight.models import Choice, CritiqueRating, Verdict

# Value in the form -> (position on the page, strength). 4 is the tie.
SCALE = {"1": (0, 3), "2": (0, 2), "3": (0, 1), "5": (1, 1), "6": (1, 2), "7": (1, 3)}
PREFERENCES = [
    ("1", "A, clearly"),
    ("2", "A"),
    ("3", "A, slightly"),
    ("4", "Tie"),
    ("5", "B, slightly"),
    ("6", "B"),
    ("7", "B, clearly"),
    ("both_bad", "Both bad"),
]
VERDICT_FIELD = re.compile(r"verdict-(\d{1,18})")
STEP_FIELD = re.compile(r"step-(\d{1,4})")
STEP_LABELS = {"good": 1, "neutral": 0, "bad": -1}
LONGEST_RATIONALE = 10_000
RATING_QUESTIONS = {
    "points_out_problem": "Points out the particular problem described",
    "misses_severe": "Misses clear, severe problems",
    "has_nitpick": "Has a nitpick",
    "has_fake": "Has a fake problem",
    "concise": "Is concise",
    "overall": "Overall, against the others",
}


def preferences(order_shown: str) -> list[tuple[str, str]]:
    """The answers on offer: a scale for two responses, the best one for more."""
    if len(order_shown) == 2:
        return PREFERENCES
    best = [(letter, f"{letter} is best") for letter in "ABCD"[: len(order_shown)]]
    return [*best, ("4", "Tie"), ("both_bad", "All bad")]


def chosen(preference: str, order_shown: str) -> tuple[Choice, int | None]:
    """Translate an answer by position into the record's order: choice and strength."""
    if preference == "both_bad":
        return Choice.BOTH_BAD, None
    if preference == "4":
        return Choice.TIE, None
    if preference in "ABCD":
        return Choice(order_shown["ABCD".index(preference)]), None
    position, strength = SCALE[preference]
    return Choice(order_shown[position]), strength


def preference_of(choice: str, strength: int | None, order_shown: str) -> str:
    """Return the answer by position that `chosen` translates to these."""
    if choice == Choice.BOTH_BAD:
        return "both_bad"
    if choice == Choice.TIE:
        return "4"
    position = order_shown.index(choice)
    if strength is None:
        return "ABCD"[position]
    return next(value for value, place in SCALE.items() if place == (position, strength))


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
    ) -> None:
        super().__init__(data)
        self.order_shown = order_shown
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
        return cleaned

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
