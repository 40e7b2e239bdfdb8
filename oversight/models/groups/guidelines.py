"""What goes with a campaign's guidelines: their pictures, and who has read them as they are."""

from django.conf import settings
from django.db import models
from django.db.models import F, Func, IntegerField
from django.db.models.lookups import LessThanOrEqual

MOST_PICTURE_BYTES = 2 * 1024 * 1024


class PictureKind(models.TextChoices):
    """By content, whatever the file was called. The values are the types that browsers are told."""

    PNG = "image/png", "PNG"
    JPEG = "image/jpeg", "JPEG"
    WEBP = "image/webp", "WebP"
    GIF = "image/gif", "GIF"


class GuidelinePicture(models.Model):
    """A picture that guidelines and principles show as `![words](picture:number)`.

    Kept as a row, so that those who serve pages share nothing but the database.
    """

    campaign = models.ForeignKey("oversight.Campaign", models.CASCADE, related_name="pictures")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=PictureKind.choices)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="picture_number_once"),
            models.CheckConstraint(
                condition=LessThanOrEqual(
                    Func(F("content"), function="octet_length", output_field=IntegerField()),
                    MOST_PICTURE_BYTES,
                ),
                name="picture_is_small",
            ),
        ]

    def __str__(self) -> str:
        return f"picture:{self.number}"


class GuidelinesRead(models.Model):
    """What of the guidelines and principles a person has read last: they are told what changed since.

    `basics_number` is that of the settings' version with the guidelines; `principles` has the version
    of each rule by its number.
    """

    campaign = models.ForeignKey("oversight.Campaign", models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    basics_number = models.PositiveIntegerField()
    principles = models.JSONField(default=dict)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "user"], name="one_reading_per_person")
        ]
