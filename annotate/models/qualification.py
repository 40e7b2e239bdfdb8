"""Gold items that a person judges first, with feedback."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from oversight.models import Campaign, Choice, ReviewItem


class QualificationAnswer(models.Model):
    """What a person answered for practice. Never a judgement: no figure counts it as feedback."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="+")
    item = models.ForeignKey(ReviewItem, models.CASCADE, related_name="+")
    choice = models.CharField(max_length=10, choices=Choice.choices)
    is_right = models.BooleanField()
    order_shown = models.CharField(max_length=4)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "item"], name="one_practice_answer_per_item")
        ]
