"""Snapshots in addresses: by the hash of their content, and nothing else fits."""

from django.urls import register_converter

SHA256 = "sha256"  # the name of the converter


class Sha256Converter:
    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Sha256Converter, SHA256)
