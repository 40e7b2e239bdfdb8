"""Text as it was sent."""

from typing import Any

from rest_framework import serializers

from models_srv.texts import one_line, with_lf


class TextField(serializers.CharField):
    """A string as it was sent: numbers are not turned into text, white space is kept. Lines end in LF."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        text = with_lf(str(super().to_internal_value(data)))
        if not self.allow_blank and not text.strip():
            self.fail("blank")
        return text


class NameField(TextField):
    """A name, in one line; what does not print is refused."""

    def to_internal_value(self, data: Any) -> str:
        try:
            return one_line(super().to_internal_value(data))
        except ValueError as error:
            raise serializers.ValidationError("This name holds what does not print.") from error


class ReasonSerializer(serializers.Serializer[Any]):
    """Why something is ended: whoever reads of it later has nothing else to go by."""

    reason = TextField(max_length=500, help_text="One sentence. It is kept, with your name.")
