"""A file of other people's making becomes a campaign, whole or not at all."""

from .batches import Imported, LineConflict, Target
from .campaign import ImportRequest, import_campaign, import_into, import_queries
from .writing import File

__all__ = [
    "File",
    "ImportRequest",
    "Imported",
    "LineConflict",
    "Target",
    "import_campaign",
    "import_into",
    "import_queries",
]
