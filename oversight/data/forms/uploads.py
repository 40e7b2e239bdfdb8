"""Files that are sent with a form."""

from collections.abc import Mapping
from typing import ClassVar

from django import forms
from django.core.files import File

MAX_UPLOAD_BYTES = 16 * 1024 * 1024


class FileForm(forms.Form):
    """A file whose name's ending says its format: `formats` are the importers' names by ending."""

    formats: ClassVar[Mapping[str, str]]
    file = forms.FileField()

    def clean_file(self) -> "File[bytes]":
        file: File[bytes] = self.cleaned_data["file"]
        if self._format_of(file) is None:
            endings = " or ".join(self.formats)
            raise forms.ValidationError(f"The file's name must end in {endings}.")
        if (file.size or 0) > MAX_UPLOAD_BYTES:
            limit = MAX_UPLOAD_BYTES // 2**20
            raise forms.ValidationError(f"At most {limit} MiB; import larger files by command.")
        return file

    @property
    def format(self) -> str:
        """The importer's name for the file, once the form is valid."""
        return self._format_of(self.cleaned_data["file"]) or ""

    def _format_of(self, file: "File[bytes]") -> str | None:
        name = (file.name or "").lower()
        return next((fmt for ending, fmt in self.formats.items() if name.endswith(ending)), None)
