"""A file that was sent becomes rows of the campaign, or the form says which lines are bad."""

from collections.abc import Sequence

from django.contrib import messages

from oversight.data.forms.uploads import FileForm
from oversight.data.services.imports import Imported, LineConflict, import_queries
from oversight.errors import BadRows, OversightError
from oversight.models import Campaign
from oversight.people.views.access import PersonRequest

SHOWN_ERRORS = 10


def import_upload(
    request: PersonRequest, campaign: Campaign, form: FileForm, held_out_share: float = 0.0
) -> Imported | None:
    """Import the file of a valid form, whole; None: the form holds the reasons why not."""
    try:
        return import_queries(
            campaign=campaign,
            stream=form.cleaned_data["file"],
            format=form.format,
            held_out_share=held_out_share,
            written_by=request.user,
        )
    except BadRows as error:
        for line, reason in error.errors[:SHOWN_ERRORS]:
            form.add_error("file", f"Line {line}: {reason}.")
        form.add_error("file", "Nothing was imported.")
    except OversightError as error:
        form.add_error("file", f"Not imported: {error}.")
    return None


def tell_added(
    request: PersonRequest, added: int, repeated: int, one: str = "query", many: str = "queries"
) -> None:
    words = f"{counted(added, f'{one} was', f'{many} were')} added."
    if repeated:
        words += f" {counted(repeated, 'was', 'were')} left out: the campaign has them already."
    messages.success(request, words)


def tell_conflicts(request: PersonRequest, conflicts: Sequence[LineConflict]) -> None:
    """Say which lines contradict what the campaign has of the same query."""
    if conflicts:
        shown = [f"{_sentence(each)}." for each in conflicts[:SHOWN_ERRORS]]
        more = len(conflicts) - len(shown)
        messages.warning(request, " ".join([*shown, f"And {more} more."] if more else shown))


def counted(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


def _sentence(conflict: LineConflict) -> str:
    words = str(conflict)
    return f"{words[0].upper()}{words[1:]}."
