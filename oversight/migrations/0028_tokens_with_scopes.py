"""Several tokens a person, each with a name, scopes and an end. Those that are there may all, for ever."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import oversight.models.sign_in

FORMER = ["read", "data:write", "campaigns:write", "rounds:write", "people:write"]
SCOPE = models.CharField(
    max_length=20,
    choices=[
        ("read", "Read what you may read, exports included"),
        ("data:write", "Add queries and other data"),
        ("campaigns:write", "Make campaigns; change settings, principles and models"),
        ("rounds:write", "Start, retry and end rounds and trainings"),
        ("people:write", "Add people to a campaign and remove them"),
    ],
)


class Migration(migrations.Migration):
    dependencies = [("oversight", "0027_conversations")]

    operations = [
        migrations.AlterModelOptions(name="apitoken", options={"ordering": ["created_at", "pk"]}),
        migrations.AddField(
            model_name="apitoken",
            name="expires_at",
            field=models.DateTimeField(help_text="NULL: never.", null=True),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="last_used_at",
            field=models.DateTimeField(help_text="To the minute.", null=True),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="name",
            field=models.CharField(blank=True, max_length=100),
        ),
        # Written out: a scope that comes later is not theirs.
        migrations.AddField(
            model_name="apitoken",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=SCOPE, default=FORMER, size=None
            ),
        ),
        migrations.AlterField(
            model_name="apitoken",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=SCOPE, default=oversight.models.sign_in.every_scope, size=None
            ),
        ),
        migrations.AlterField(
            model_name="apitoken",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="api_tokens",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.UniqueConstraint(
                condition=models.Q(("name", ""), _negated=True),
                fields=("user", "name"),
                name="token_named_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(("scopes", []), _negated=True), name="token_has_a_scope"
            ),
        ),
    ]
