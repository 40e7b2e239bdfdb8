"""Invitations to a campaign: by a link that whoever has it may follow."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q, QuerySet

from .campaigns import Campaign, MemberRole
from .users import User


class InvitationQuerySet(QuerySet["Invitation"]):
    def open(self, now: datetime) -> "InvitationQuerySet":
        """Those that somebody can still accept."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now, uses__lt=F("most_uses"))


class Invitation(models.Model):
    """Who follows its link becomes a member. The link's token itself is kept nowhere."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=MemberRole.choices)
    name = models.CharField(
        max_length=254, help_text="Whom it is for: a name or an e-mail address."
    )
    token_sha256 = models.CharField(max_length=64, unique=True)
    most_uses = models.PositiveIntegerField(default=1)
    uses = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True, help_text="NULL: its link was shown, not sent.")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(uses__lte=F("most_uses")), name="invitation_not_used_up_twice"
            ),
        ]


class InvitationUse(models.Model):
    """Who accepted an invitation."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="accepted")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["invitation", "user"], name="invitation_accepted_once")
        ]
