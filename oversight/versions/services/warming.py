"""Models are loaded before the first unit asks for them: it would wait for it, and hold a worker."""

import logging

from models_srv.backends import CACHE_SIZE, load_backend
from models_srv.types import ModelError, ModelSpec
from oversight.errors import OversightError
from oversight.models import ActiveVersion, BackendKind
from oversight.models.campaigns import at_work
from oversight.versions.services.loading import spec_of

logger = logging.getLogger(__name__)


def warm_up() -> int:
    """Load what is at work in process, of the campaigns with a round under way first.

    As many as this process keeps; return how many. What cannot be loaded says so when it is asked.
    """
    loaded: set[ModelSpec] = set()
    rows = ActiveVersion.objects.filter(
        at_work("campaign__"), version__backend=BackendKind.TRANSFORMERS
    ).select_related("version")
    is_open = {"campaign__rounds__finished_at__isnull": True, "campaign__rounds__isnull": False}
    for row in [*rows.filter(**is_open).order_by("-pk"), *rows.order_by("-pk")]:
        if len(loaded) >= CACHE_SIZE:
            break
        try:
            spec = spec_of(row.version)
            load_backend(spec)
        except (OversightError, ModelError, ImportError) as error:
            logger.warning("version %s was not loaded beforehand: %s", row.version_id, error)
        else:
            loaded.add(spec)
    return len(loaded)
