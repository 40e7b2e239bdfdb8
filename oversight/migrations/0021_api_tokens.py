"""Tokens are kept as hashes. Those that were made before go on working; their plain text is dropped."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

HASH_FORMER = """
    DO $$ BEGIN
        IF to_regclass('authtoken_token') IS NOT NULL THEN
            INSERT INTO oversight_apitoken (user_id, sha256, created_at)
            SELECT user_id, encode(sha256(convert_to(key, 'UTF8')), 'hex'), created
            FROM authtoken_token;
        END IF;
    END $$;
    DROP TABLE IF EXISTS authtoken_token;
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0020_sign_in_names")]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="api_token",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.RunSQL(HASH_FORMER, migrations.RunSQL.noop),
    ]
