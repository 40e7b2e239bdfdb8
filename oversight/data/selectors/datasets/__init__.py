"""What a campaign can be exported as. `annotate` adds what only it knows of."""

from . import labels, preferences
from .registry import Dataset, Wanted, register, registered

register(*preferences.DATASETS, *labels.DATASETS)

__all__ = ["Dataset", "Wanted", "register", "registered"]
