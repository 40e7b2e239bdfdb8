"""Numbers as they were sent."""

from typing import Any

from rest_framework import serializers


class NumberField(serializers.FloatField):
    """A number: `true` is none, though Python takes it for 1."""

    def to_internal_value(self, data: Any) -> float:
        if isinstance(data, bool):
            self.fail("invalid")
        return float(super().to_internal_value(data))
