"""What REST remembers of requests that may be sent again."""

from django.db import models

from .users import User


class StoredAnswer(models.Model):
    """The answer to a request with an Idempotency-Key, written with its effects in one transaction.

    `fingerprint` is the sha256 of the request: method, address, body.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="one_answer_per_key"),
            # What failed did nothing: it may be sent again.
            models.CheckConstraint(
                condition=models.Q(status__range=(200, 299)), name="stored_answer_is_of_success"
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="stored_answer_by_time")]
