"""Which versions their servers serve, and which are on their way there."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from oversight.models import (
    ActiveVersion,
    Delivery,
    ModelServer,
    ModelVersion,
    Promotion,
    Round,
    ServedState,
    ServerState,
    Trial,
    TrialState,
)


def why_not_served(version: ModelVersion) -> str:
    """Return why a version is not proven to be served, "" where it is or need not be.

    A version that runs in process, or that its server had all along, has no delivery.
    """
    delivery = Delivery.objects.filter(version=version).first()
    if delivery is None:
        return "it was never loaded on its servers" if version.is_loaded_by_us else ""
    if delivery.state == ServedState.PROVEN:
        return ""
    return delivery.outcome or delivery.waits_for or "it is not loaded on its servers now"


def has_failed(version: ModelVersion) -> bool:
    """Whether its servers were found not to serve it, and not only to be away."""
    return Delivery.objects.filter(version=version, state=ServedState.FAILED).exists()


def is_on_its_way(version: ModelVersion) -> bool:
    """Whether it is being loaded: nothing can be said of it now."""
    return Delivery.objects.filter(version=version, state=ServedState.LOADING).exists()


# A server that was started anew has forgotten its adapters: how often that is looked for.
LOOK_EVERY = timedelta(seconds=30)


def sleepers(*, any_version: bool = False) -> QuerySet[ModelVersion]:
    """Return the versions whose servers sleep while a model is trained: of those at work, or of all."""
    rows = ModelVersion.objects.filter(options__sleeps_in_training=True).order_by("pk")
    is_at_work = Exists(ActiveVersion.objects.filter(version=OuterRef("pk")))
    return rows if any_version else rows.filter(is_at_work)


def overslept() -> QuerySet[ModelServer]:
    """Return the servers that sleep and for which nobody vouches any more."""
    return ModelServer.objects.filter(state=ServerState.SLEEPING, next_try__lt=timezone.now())


def _is_awake() -> Q:
    """Deliveries whose server does not sleep: one that does answers nothing."""
    asleep = ModelServer.objects.filter(
        location=OuterRef("version__location"), state=ServerState.SLEEPING
    )
    return ~Q(Exists(asleep))


def due_deliveries() -> QuerySet[Delivery]:
    """Return what a worker has to load now: what somebody wants at work, and what a server has lost.

    A round's own candidate is loaded by its round.
    """
    is_free = Q(lease_expires_at__isnull=True) | Q(lease_expires_at__lt=timezone.now())
    is_wanted = Q(asked_by__isnull=False) | Q(proven_at__isnull=False)
    return Delivery.objects.filter(is_free, is_wanted, _is_awake(), state=ServedState.LOADING)


def deliveries_to_look_at() -> QuerySet[Delivery]:
    """Return what is in use and was not looked at for a while."""
    long_ago = timezone.now() - LOOK_EVERY
    is_due = Q(looked_at__isnull=True) | Q(looked_at__lt=long_ago)
    return Delivery.objects.filter(is_due, in_use(), _is_awake(), state=ServedState.PROVEN)


def in_use() -> Q:
    """Deliveries of versions that are at work somewhere, or that a round under way asks."""
    mine = OuterRef("version")
    rounds = Round.objects.open()
    asked = (
        rounds.filter(learner=mine),
        rounds.filter(critic=mine),
        rounds.filter(attacker=mine),
        rounds.filter(training_runs__result_version=mine),
        rounds.filter(candidate=mine),
    )
    condition = Q(Exists(ActiveVersion.objects.filter(version=mine)))
    for rows in asked:
        condition |= Q(Exists(rows))
    return condition


def idle_deliveries() -> QuerySet[Delivery]:
    """Return what is loaded and that nobody asks any more: its servers can forget it.

    Not what was replaced a moment ago: if the new version turns out not to be served, it is put back.
    """
    mine, long_ago = OuterRef("version"), timezone.now() - LOOK_EVERY
    is_tried = Exists(Trial.objects.filter(version=mine, state=TrialState.WAITING))
    is_just_replaced = Exists(Promotion.objects.filter(previous=mine, created_at__gt=long_ago))
    rows = Delivery.objects.filter(state=ServedState.PROVEN, proven_at__lt=long_ago)
    return rows.filter(~in_use(), ~is_tried, ~is_just_replaced, _is_awake())
