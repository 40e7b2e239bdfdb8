"""What somebody says of a file before it comes in."""

from typing import Any

from django import forms

from oversight.data.importers import FORMATS, OWN_COLUMNS
from oversight.data.importers.formats.columns import ROLES, guessed
from oversight.models import Import, Source

from .queries import share_field

MOST_COLUMNS = 200  # offered for each of a dozen roles
MAX_UPLOAD_BYTES = 256 * 1024 * 1024
ROWS_SAY = [("", "As the rows say"), *Source.choices]


class UploadForm(forms.Form):
    file = forms.FileField(
        help_text="JSON lines, JSON, CSV or Parquet, packed with gzip or zstd or not. Queries, "
        "responses to compare, judgements, rankings, conversations: what it is gets guessed, "
        "and shown before anything is kept."
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if (file.size or 0) > MAX_UPLOAD_BYTES:
            limit = MAX_UPLOAD_BYTES // 2**20
            raise forms.ValidationError(
                f"At most {limit} MiB in a browser; send larger files over REST or by command."
            )
        return file


class ImportForm(forms.Form):
    """What the file is, who judged in it, what its columns are, and how to take it."""

    format = forms.ChoiceField(
        label="What the file is", choices=[(name, known.words) for name, known in FORMATS.items()]
    )
    source = forms.ChoiceField(
        label="Who judged",
        required=False,
        choices=ROWS_SAY,
        help_text="For rows that do not say so. Only a person's word counts as human.",
    )
    held_out_share = share_field()
    keeps_good = forms.BooleanField(
        label="Leave bad rows out",
        required=False,
        help_text="Else one bad row is enough, and nothing is imported. "
        "A file that cannot be read to its end is not imported in part.",
    )
    asks_people = forms.BooleanField(
        label="Ask people about all of its answers",
        required=False,
        help_text="Where the file says which one is better too. Else only where it does not.",
    )

    def __init__(self, row: Import, data: Any = None) -> None:
        first = {
            "format": row.format,
            "source": row.source,
            "held_out_share": row.held_out_share,
            "keeps_good": row.keeps_good,
            "asks_people": row.asks_people,
        }
        super().__init__(data, initial=first)
        self._row = row
        if row.format == OWN_COLUMNS:
            self._ask_for_columns(row)

    def _ask_for_columns(self, row: Import) -> None:
        """What the columns are comes first after what the file is: the rest follows from it."""
        first = [*row.column_names[:MOST_COLUMNS], *row.columns.values()]
        choices = [("", "–"), *((name, name) for name in dict.fromkeys(first))]
        for role, words in ROLES.items():
            self.fields[f"column_{role}"] = forms.ChoiceField(
                label=f"Column: {words}",
                required=False,
                choices=choices,
                initial=row.columns.get(role, ""),
            )
        if (count := len(row.column_names)) > MOST_COLUMNS:
            self.fields["format"].help_text = (
                f"The file has {count:,} columns; the first {MOST_COLUMNS} are offered below. Move "
                "those that matter to the front, or say over REST what they are."
            )
        self.order_fields(["format", *(f"column_{role}" for role in ROLES)])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        seen: dict[str, str] = {}
        for role, words in ROLES.items():
            column = data.get(f"column_{role}")
            if column and column in seen:
                self.add_error(f"column_{role}", f"“{column}” is {seen[column]} already.")
            elif column:
                seen[column] = words
        return data

    @property
    def guesses_columns(self) -> bool:
        """Whether nobody has been asked yet what the columns are: they are guessed by their names."""
        return self._row.format != OWN_COLUMNS and self.cleaned_data["format"] == OWN_COLUMNS

    def described(self) -> dict[str, Any]:
        """Return what `describe_import` takes, once the form is valid."""
        clean = self.cleaned_data
        columns = {role: clean.get(f"column_{role}") or "" for role in ROLES}
        if self.guesses_columns:
            columns = guessed(self._row.column_names)
        return {
            "format": clean["format"],
            "source": clean["source"],
            "held_out_share": clean["held_out_share"],
            "keeps_good": clean["keeps_good"],
            "asks_people": clean["asks_people"],
            "columns": {role: column for role, column in columns.items() if column},
        }
