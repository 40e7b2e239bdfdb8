"""A secret for each campaign, to key people's names in exports with; and quick finding of the few texts
that have several turns."""

import secrets

from django.db import migrations, models
from django.db.models import Q

# A default of the column would give all campaigns the same one.
ONE_EACH = """
UPDATE oversight_campaign SET pseudonym_secret =
  encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text || id, 'UTF8')), 'hex')
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0030_imports")]

    operations = [
        migrations.AddField(
            "campaign",
            "pseudonym_secret",
            models.CharField(
                default=secrets.token_hex,
                editable=False,
                help_text="What people's names in exports are keyed with. Never shown.",
                max_length=64,
            ),
        ),
        migrations.RunSQL(ONE_EACH, migrations.RunSQL.noop),
        migrations.AddIndex(
            "query",
            models.Index(
                condition=Q(messages__isnull=False),
                fields=["campaign"],
                name="query_of_several_turns",
            ),
        ),
        migrations.AddIndex(
            "response",
            models.Index(
                condition=Q(messages__isnull=False),
                fields=["query"],
                name="response_of_several_turns",
            ),
        ),
    ]
