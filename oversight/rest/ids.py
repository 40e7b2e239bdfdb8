"""Ids in filters: whole numbers that a column can hold."""

from typing import Any

from rest_framework import serializers


class IdField(serializers.IntegerField):
    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=2**63 - 1, **options)
