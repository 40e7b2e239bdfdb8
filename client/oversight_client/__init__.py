"""Oversight's REST interface for Python: see README.md."""

from .aio import AsyncCampaign, AsyncClient, AsyncExport
from .client import Campaign, Client
from .errors import FieldError, OversightError
from .exports import Export

__all__ = [
    "AsyncCampaign",
    "AsyncClient",
    "AsyncExport",
    "Campaign",
    "Client",
    "Export",
    "FieldError",
    "OversightError",
]
