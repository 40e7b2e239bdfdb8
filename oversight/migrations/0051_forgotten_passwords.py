"""Who asked for a link to a new password, until it was sent."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0050_by_review"),
    ]

    operations = [
        migrations.CreateModel(
            name="ForgottenPassword",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "site",
                    models.CharField(
                        help_text="Where the link leads: https://host.", max_length=300
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "due",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="When it is sent (again)."
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user",), name="password_forgotten_once")
                ],
            },
        ),
    ]
