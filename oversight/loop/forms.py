"""What is asked where a round is given another model."""

from collections.abc import Sequence
from typing import Any

from django import forms

from oversight.loop.selectors.moves import Move
from oversight.models import ModelVersion, Role
from oversight.versions.selectors.active import is_at_work
from oversight.web.forms import ReasonForm

NOBODY = "nobody"
WITHOUT = {
    Role.ATTACKER: "No attacker: go on with the queries that are there",
    Role.CRITIC: "No critic: people judge without critiques",
}


class MoveForm(ReasonForm):
    """One choice says role and version; `move` is what it comes to."""

    to = forms.ChoiceField(
        label="Go on with",
        help_text="Versions that are or were at work in this campaign. Another one is chosen on the "
        "page of models first, and tried there.",
    )
    field_order = ["to", "reason"]

    def __init__(self, moves: Sequence[Move], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._versions = {
            f"{move.role}:{version.pk}": version for move in moves for version in move.versions
        }
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        groups = [(_words(move), _choices(move)) for move in moves]
        field.choices = [("", "Choose"), *(group for group in groups if group[1])]

    @property
    def move(self) -> tuple[Role, ModelVersion | None]:
        """Return the role and its new version, None for nobody. Only of a valid form."""
        chosen = self.cleaned_data["to"]
        return Role(chosen.partition(":")[0]), self._versions.get(chosen)


def _words(move: Move) -> str:
    return f"{move.role.label}, in place of {move.former}"


def _choices(move: Move) -> list[tuple[str, str]]:
    found = [
        (f"{move.role}:{version.pk}", f"{move.role.label}: {_name(version)}")
        for version in move.versions
    ]
    if move.may_be_empty:
        found.append((f"{move.role}:{NOBODY}", WITHOUT[move.role]))
    return found


def _name(version: ModelVersion) -> str:
    return f"{version} (at work now)" if is_at_work(version) else str(version)
