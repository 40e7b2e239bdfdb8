"""A person of a campaign may be paused."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("oversight", "0037_audit_log")]

    operations = [
        migrations.AddField(
            "campaignmember",
            "paused_at",
            models.DateTimeField(
                blank=True,
                help_text="Given no new items since; the same in all their roles.",
                null=True,
            ),
        ),
    ]
