"""A picture for the guidelines."""

from django import forms
from django.core.files import File

from oversight.campaigns.policies.pictures import picture_of
from oversight.models.groups.guidelines import MOST_PICTURE_BYTES


class PictureForm(forms.Form):
    file = forms.FileField(label="A picture", help_text="PNG, JPEG, WebP or GIF, at most 2 MiB.")

    @property
    def file_name(self) -> str:
        return str(getattr(self.files.get("file"), "name", ""))

    def clean_file(self) -> bytes:
        """Return the content. What it is is told from that, not from its name."""
        file: File[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_PICTURE_BYTES:
            raise forms.ValidationError("At most 2 MiB: make it smaller first.")
        content: bytes = file.read()
        if picture_of(content) is None:
            raise forms.ValidationError("This is no PNG, JPEG, WebP or GIF.")
        return content
