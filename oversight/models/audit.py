"""The audit log: who did what that takes a privilege. Appended to, chained by hashes, never changed."""

from django.db import models
from django.utils import timezone

from .campaigns import Campaign
from .users import User


class Act(models.TextChoices):
    """What is recorded. The sentence of each: people/policies/acts.py."""

    CAMPAIGN_MADE = "campaign.made", "A campaign was made"
    CAMPAIGN_PAUSED = "campaign.paused", "A campaign was paused"
    CAMPAIGN_RESUMED = "campaign.resumed", "A campaign was resumed"
    CAMPAIGN_FINISHED = "campaign.finished", "A campaign was finished"
    CAMPAIGN_ARCHIVED = "campaign.archived", "A campaign was archived"
    CAMPAIGN_UNARCHIVED = "campaign.unarchived", "A campaign was taken out of the archive"
    CAMPAIGN_DELETED = "campaign.deleted", "A campaign was deleted"
    SETTINGS_CHANGED = "settings.changed", "Settings were changed"
    PRINCIPLE_ADDED = "principle.added", "A principle was added"
    PRINCIPLE_CHANGED = "principle.changed", "A principle was changed"
    PRINCIPLE_RETIRED = "principle.retired", "A principle was retired"
    PICTURE_ADDED = "picture.added", "A picture was added to the guidelines"
    PICTURE_REMOVED = "picture.removed", "A picture was removed from the guidelines"
    ROLE_GIVEN = "role.given", "A role was given"
    ROLE_TAKEN = "role.taken", "A role was taken away"
    PERSON_PAUSED = "person.paused", "A person was paused"
    PERSON_RESUMED = "person.resumed", "A person was let go on"
    LABELS_EXCLUDED = "labels.excluded", "A person's labels were left out"
    INVITATION_MADE = "invitation.made", "An invitation was made"
    INVITATION_REVOKED = "invitation.revoked", "An invitation was revoked"
    INVITATION_ACCEPTED = "invitation.accepted", "An invitation was accepted"
    ACCOUNT_MADE = "account.made", "An account was made"
    ACCOUNT_CHANGED = "account.changed", "An account was changed"
    PASSWORD_CHANGED = "password.changed", "A password was changed"
    PASSWORD_RESET = "password.reset", "A forgotten password was replaced"
    ADDRESS_CONFIRMED = "address.confirmed", "An e-mail address was confirmed"
    FACTOR_ADDED = "factor.added", "A second factor was added"
    FACTOR_REMOVED = "factor.removed", "A second factor was removed"
    FACTORS_CLEARED = "factors.cleared", "All second factors of a person were removed"
    CODES_MADE = "codes.made", "Recovery codes were made"
    SIGN_ON_CONNECTED = "sign_on.connected", "An account was connected to single sign-on"
    SIGN_ON_ENDED = "sign_on.ended", "An account was disconnected from single sign-on"
    PERSON_FORGOTTEN = "person.forgotten", "A person was forgotten"
    SESSION_ENDED = "session.ended", "A session was ended"
    TOKEN_MADE = "token.made", "A token was made"
    TOKEN_ENDED = "token.ended", "A token was ended"
    DATA_EXPORTED = "data.exported", "Data was downloaded"
    SNAPSHOT_MADE = "snapshot.made", "A snapshot was made"
    IMPORT_CONFIRMED = "import.confirmed", "An import was confirmed"
    IMPORT_CANCELLED = "import.cancelled", "An import was cancelled"
    QUERIES_ADDED = "queries.added", "Queries were added"
    QUERIES_BROUGHT = "queries.brought", "Queries of a program outside were taken in"
    ITEMS_CHANGED = "items.changed", "Many items were changed at once"
    ITEMS_ADDED = "items.added", "Items with a known answer were added"
    MODEL_ADDED = "model.added", "A model was added"
    MODEL_PROMOTED = "model.promoted", "A model was put to work"
    MODEL_ROLLED_BACK = "model.rolled_back", "A model was rolled back"
    MODEL_REMOVED = "model.removed", "A model was taken away"
    ROUND_STARTED = "round.started", "A round was started"
    REVIEW_CLOSED = "review.closed", "A review was closed"
    ROUND_RETRIED = "round.retried", "A round was tried again"
    ROUND_MOVED = "round.moved", "A round was given another model"
    ROUND_CANCELLED = "round.cancelled", "A round was cancelled"
    TRAINING_CANCELLED = "training.cancelled", "A training was stopped"
    WEBHOOK_ADDED = "webhook.added", "A webhook was added"
    WEBHOOK_CHANGED = "webhook.changed", "A webhook was changed"
    WEBHOOK_STOPPED = "webhook.stopped", "A webhook was stopped"
    WEBHOOK_STARTED = "webhook.started", "A webhook was started again"
    WEBHOOK_REMOVED = "webhook.removed", "A webhook was removed"
    WEBHOOK_SECRET_CHANGED = "webhook.secret_changed", "A webhook's secret was changed"
    FLAG_SETTLED = "flag.settled", "A flag was settled"


class AuditEntry(models.Model):
    """One act. PostgreSQL numbers and chains it as its transaction ends, and refuses any change after.

    People and campaigns are named by their id alone: whoever is forgotten leaves no name here, and
    what is deleted keeps its entries.
    """

    at = models.DateTimeField(default=timezone.now)
    act = models.CharField(
        max_length=30, help_text="One of `Act`; no choices: one more is no migration."
    )
    by = models.ForeignKey(
        User,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
        help_text="NULL: nobody asked; a schedule or a command did it.",
    )
    address = models.CharField(max_length=45, blank=True, help_text="Of the network.")
    token = models.CharField(max_length=100, blank=True, help_text="Its name, where one was used.")
    campaign = models.ForeignKey(
        Campaign,
        models.DO_NOTHING,
        null=True,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    details = models.JSONField(default=dict)
    content_sha256 = models.CharField(max_length=64, editable=False)
    number = models.BigIntegerField(null=True, unique=True, editable=False)
    previous_sha256 = models.CharField(max_length=64, default="", editable=False)
    sha256 = models.CharField(max_length=64, default="", editable=False)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["campaign", "-id"], name="audit_by_campaign"),
            models.Index(fields=["campaign", "by", "-id"], name="audit_by_person"),
        ]
