"""A file of other people's making becomes a campaign, whole or not at all."""

from .batches import Imported, LineConflict
from .campaign import ImportRequest, import_campaign, import_queries

__all__ = ["ImportRequest", "Imported", "LineConflict", "import_campaign", "import_queries"]
