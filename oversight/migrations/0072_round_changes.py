import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

APPEND_ONLY = """
CREATE TRIGGER round_change_append_only BEFORE UPDATE OR DELETE ON oversight_roundchange
FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0066_model_servers"),
    ]

    operations = [
        migrations.AddField(
            model_name="round",
            name="least_code",
            field=models.PositiveIntegerField(
                default=0,
                help_text="The version of the code that froze it: workers of older code pass it by.",
            ),
        ),
        migrations.CreateModel(
            name="RoundChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("attacker", "Attacker"),
                            ("learner", "Learner"),
                            ("critic", "Critic"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("attack", "Attack"),
                            ("respond", "Respond"),
                            ("critique", "Critique"),
                            ("route", "Route"),
                            ("review", "Review"),
                            ("reward", "Reward model"),
                            ("collect", "Collect preferences"),
                            ("train", "Train"),
                            ("evaluate", "Evaluate"),
                            ("compare", "People compare"),
                            ("gate", "Gate"),
                            ("done", "Done"),
                        ],
                        help_text="Where it stood then.",
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "former",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="oversight.modelversion",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="oversight.round",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="oversight.modelversion",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("version__isnull", True),
                                models.Q(("role", "learner"), _negated=True),
                            ),
                            models.Q(
                                ("version__isnull", False),
                                models.Q(("version", models.F("former")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="round_change_changes_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="round_change_says_why",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            APPEND_ONLY, "DROP TRIGGER round_change_append_only ON oversight_roundchange"
        ),
    ]
