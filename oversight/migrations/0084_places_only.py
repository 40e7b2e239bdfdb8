import django.core.validators
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0082_credit"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="measuringsettings",
            name="campaign_arm_shares",
        ),
        migrations.AddField(
            model_name="measuringsettings",
            name="evidence_share",
            field=models.FloatField(
                db_default=0.0,
                default=0.0,
                help_text="Share of items in which only the places that the critique quotes are marked: not its verdict, nor what it says of them.",
                validators=[
                    django.core.validators.MinValueValidator(0, "At least 0."),
                    django.core.validators.MaxValueValidator(1, "At most 1: it is a share of all."),
                ],
            ),
        ),
        migrations.AlterField(
            model_name="judgement",
            name="arm",
            field=models.CharField(
                blank=True,
                choices=[
                    ("shown", "Critique shown"),
                    ("hidden", "Critique hidden"),
                    ("blind_first", "Blind answer first"),
                    ("evidence", "Places only"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="measuringsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("evidence_share__gte", 0), ("evidence_share__lte", 1)),
                name="bound_evidence_share",
            ),
        ),
        migrations.AddConstraint(
            model_name="measuringsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("blind_first_share__gte", 0),
                    ("evidence_share__gte", 0),
                    ("hidden_share__gte", 0),
                    (
                        "hidden_share__lte",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.Value(1.000001), "-", models.F("blind_first_share")
                            ),
                            "-",
                            models.F("evidence_share"),
                        ),
                    ),
                ),
                name="campaign_arm_shares",
            ),
        ),
    ]
