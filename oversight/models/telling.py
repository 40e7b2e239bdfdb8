"""Who is told what happened here: people, by the bell and by e-mail; programs elsewhere, by webhooks."""

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from .campaigns import Campaign
from .users import User


class EventKind(models.TextChoices):
    """What can be told. Triggers on the records write the messages: no way of changing one is quiet."""

    ITEM_CLOSED = "item.closed", "An item is closed"
    ROUND_FINISHED = "round.finished", "A round is done"
    TRAINING_FINISHED = "training.finished", "A training has ended"
    VERSION_PROMOTED = "version.promoted", "A version is put to work"
    FLAG_RAISED = "flag.raised", "Somebody has flagged an item"
    ALARM_RAISED = "alarm.raised", "People agree with a critic less than they did"
    REVIEW_WAITING = "review.waiting", "Answers wait for a review"
    SENT_BACK = "answer.sent_back", "An answer was sent back to who gave it"
    TEST = "test", "A test, sent by hand"


class WebhookEndpoint(models.Model):
    """Where messages of a campaign go, and which. The secrets sign them (standardwebhooks.com).

    They are kept as they are, since a signature needs them. After a rotation both sign until
    `previous_until`, so that the receiver can change its own meanwhile.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=500)
    events = models.JSONField(default=list)
    secret = models.CharField(max_length=100)
    previous_secret = models.CharField(max_length=100, blank=True)
    previous_until = models.DateTimeField(null=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    disabled_at = models.DateTimeField(null=True)
    disabled_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "url"], name="one_webhook_per_address"),
            models.CheckConstraint(
                condition=Q(disabled_at__isnull=True, disabled_because="")
                | (Q(disabled_at__isnull=False) & ~Q(disabled_because="")),
                name="disabled_webhook_says_why",
            ),
        ]


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    DEAD = "dead", "Given up"


class DeliveryQuerySet(QuerySet["WebhookDelivery"]):
    def due(self) -> "DeliveryQuerySet":
        return self.filter(
            state=DeliveryState.WAITING,
            next_at__lte=timezone.now(),
            endpoint__disabled_at__isnull=True,
        )


class WebhookDelivery(models.Model):
    """One message to one address, until it is taken or given up. `message_id` stays the same.

    `next_at` is when it is sent (again); while it is under way it lies ahead, so that nobody else
    sends it, and a worker that was killed is followed by another.
    """

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries")
    message_id = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=30, choices=EventKind.choices)
    data = models.JSONField()
    state = models.CharField(
        max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    happened_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=300, blank=True, help_text="What came of the last try.")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True)
                | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="webhook_delivery_ends_once",
            ),
        ]
        indexes = [
            models.Index(F("next_at"), condition=Q(state="waiting"), name="webhook_due"),
            models.Index(fields=["endpoint", "-id"], name="webhook_history"),
        ]


class News(models.Model):
    """What people are to be told and nobody was yet: the triggers write it, a worker spreads it."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30)
    data = models.JSONField()
    at = models.DateTimeField(default=timezone.now)


class Channel(models.TextChoices):
    BELL = "bell", "The bell"
    MAIL = "mail", "The bell, and an e-mail"
    NEITHER = "neither", "Neither"


class NotificationChoice(models.Model):
    """How a person wants to be told of one kind; without a row: by the bell."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30)
    channel = models.CharField(max_length=10, choices=Channel.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "kind"], name="one_choice_per_kind")]


class Notification(models.Model):
    """Something one person is told. `key`: what is told once, however often somebody says it.

    `mail_due` is when an e-mail is to be sent (again); NULL: none is wanted, or it was sent.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=30, choices=EventKind.choices)
    text = models.CharField(max_length=300)
    url = models.CharField(max_length=500, help_text="A path of this site.")
    key = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True)
    mail_due = models.DateTimeField(null=True)
    mail_tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key"], condition=~Q(key=""), name="notified_once"
            ),
            models.CheckConstraint(
                condition=Q(url__startswith="/") & ~Q(url__startswith="//"),
                name="notification_leads_to_this_site",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_list"),
            models.Index(
                fields=["user"], condition=Q(read_at__isnull=True), name="notification_unread"
            ),
            models.Index(
                fields=["mail_due"], condition=Q(mail_due__isnull=False), name="notification_mail"
            ),
        ]
