import django.core.validators
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0084_places_only"),
    ]

    operations = [
        migrations.AddField(
            model_name="gatesettings",
            name="critic_at_chance",
            field=models.CharField(
                choices=[("warn", "Warn, and update"), ("stop", "Do not update")],
                db_default="warn",
                default="warn",
                help_text="Before an update: where the answers that the critic likes best are not right more often than the others, beyond chance, its labels are noise.",
                max_length=5,
            ),
        ),
        migrations.AddField(
            model_name="gatesettings",
            name="flawed_items",
            field=models.PositiveIntegerField(
                db_default=0,
                default=0,
                help_text="Held-out queries on which people judge a flawed answer of the candidate beside one of the version at work, without being told that both are. The gate refuses a candidate whose flaws are overlooked more. It needs a checker, and is told apart less where people also compare other pairs. 0: none.",
                validators=[
                    django.core.validators.MinValueValidator(0, "At least 0."),
                    django.core.validators.MaxValueValidator(
                        10000, "At most 10,000: people have to judge each of them before the gate."
                    ),
                ],
            ),
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="asks_flaws",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Nobody submits an answer without saying how bad each response's worst flaw is.",
            ),
        ),
        migrations.AlterField(
            model_name="reviewitem",
            name="kind",
            field=models.CharField(
                choices=[
                    ("pairwise", "Which response is better?"),
                    ("critique_rating", "Rate critiques"),
                    ("steps", "Label the steps"),
                    ("gold", "Gold"),
                    ("tampered", "Tampered"),
                    ("adjudication", "Adjudication"),
                    ("flawed", "Flawed answers of two versions"),
                ],
                default="pairwise",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="gatesettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("flawed_items__gte", 0), ("flawed_items__lte", 10000)),
                name="bound_flawed_items",
            ),
        ),
        migrations.AddField(
            model_name="trainingrun",
            name="critic_gap",
            field=models.JSONField(
                blank=True,
                db_default={},
                default=dict,
                help_text="How much better the critic's choice is than chance, before it began.",
            ),
        ),
    ]
