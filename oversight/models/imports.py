"""Files that are brought to a campaign: where each stands, and what came of it."""

from django.db import models
from django.db.models import Q

from .campaigns import Campaign
from .users import User


class ImportState(models.TextChoices):
    RECEIVING = "receiving", "Being received"
    WAITING = "waiting", "Waits to be confirmed"
    QUEUED = "queued", "Waits for a worker"
    RUNNING = "running", "Being read"
    DONE = "done", "Imported"
    FAILED = "failed", "Not imported"
    CANCELLED = "cancelled", "Cancelled"


ENDED = (ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED)


class Import(models.Model):
    """One file for one campaign, on disk from its first byte until what it holds is rows, or is not.

    `columns` says which column is what, where the format is one's own columns. `report` has what the
    result's page shows: lines, each list cut short, and how many there were.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="imports")
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    expected_size = models.BigIntegerField(null=True, help_text="In bytes. NULL: not said.")
    size = models.BigIntegerField(default=0, help_text="Bytes received so far.")
    sha256 = models.CharField(max_length=64, blank=True)
    format = models.CharField(max_length=40, blank=True)
    source = models.CharField(
        max_length=10, blank=True, help_text="Who judged, where the rows do not say."
    )
    columns = models.JSONField(default=dict, blank=True)
    column_names = models.JSONField(default=list, blank=True)
    held_out_share = models.FloatField(default=0.1)
    keeps_good = models.BooleanField(
        default=False, help_text="Leave bad rows out, instead of importing nothing."
    )
    asks_people = models.BooleanField(
        default=False, help_text="Ask people too about answers that were judged in the file."
    )
    state = models.CharField(
        max_length=10, choices=ImportState.choices, default=ImportState.RECEIVING
    )
    is_cancel_requested = models.BooleanField(default=False)
    reason = models.TextField(blank=True, help_text="Why nothing was imported.")
    counts = models.JSONField(default=dict, blank=True)
    report = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(held_out_share__gte=0, held_out_share__lt=1), name="import_share"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed", "cancelled"], ended_at__isnull=False)
                | (~Q(state__in=["done", "failed", "cancelled"]) & Q(ended_at__isnull=True)),
                name="import_ends_once",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(reason=""), name="failed_import_says_why"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["receiving", "cancelled"]) | ~Q(format=""),
                name="import_knows_its_format",
            ),
        ]

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED
