"""Which answers are reviewed is a group of settings; every campaign gets the usual ones."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

# As in 0048: what a group is at its making is its first version.
EVERY_CAMPAIGN = """
INSERT INTO oversight_reviewsettings (campaign_id, number, reviews_disagreement, reviews_flagged,
  reviews_gold_missed, review_share, review_first)
SELECT id, 1, false, false, false, 0, 0 FROM oversight_campaign;
INSERT INTO oversight_settingsversion (campaign_id, "group", number, "values", made_at)
SELECT campaign_id, 'review', 1, to_jsonb(settings) - '{campaign_id,number}'::text[], now()
FROM oversight_reviewsettings settings;
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0048_settings_versions")]

    operations = [
        migrations.CreateModel(
            name="ReviewSettings",
            fields=[
                ("number", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "campaign",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="review",
                        serialize=False,
                        to="oversight.campaign",
                    ),
                ),
                (
                    "reviews_disagreement",
                    models.BooleanField(
                        default=False,
                        help_text="Items of which those who answered did not all say the same.",
                    ),
                ),
                (
                    "reviews_flagged",
                    models.BooleanField(
                        default=False,
                        help_text="Items that somebody flagged and that were answered all the same.",
                    ),
                ),
                (
                    "reviews_gold_missed",
                    models.BooleanField(
                        default=False,
                        help_text="Items whose right answer is known, where somebody missed it.",
                    ),
                ),
                (
                    "review_share",
                    models.FloatField(
                        default=0.0,
                        help_text="Share of all answered items, drawn at random.",
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                1, "At most 1: it is a share of all."
                            ),
                        ],
                    ),
                ),
                (
                    "review_first",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="The first so many answers of each new person. 0: none.",
                        validators=[
                            django.core.validators.MinValueValidator(0, "At least 0."),
                            django.core.validators.MaxValueValidator(
                                1000, "At most 1,000: somebody has to review each of them."
                            ),
                        ],
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("review_share__gte", 0), ("review_share__lte", 1)),
                        name="bound_review_share",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("review_first__gte", 0), ("review_first__lte", 1000)),
                        name="bound_review_first",
                    ),
                ],
            },
        ),
        migrations.RunSQL(EVERY_CAMPAIGN, migrations.RunSQL.noop),
    ]
