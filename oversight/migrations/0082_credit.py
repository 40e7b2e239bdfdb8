import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0080_checkers_by_name"),
    ]

    operations = [
        migrations.AddField(
            model_name="trainingsettings",
            name="later_weight",
            field=models.FloatField(
                default=1,
                help_text="How much words of the rejected answer count after its first fault: the first word that differs, in the quote where a comment quotes one. What follows from a fault need not be wrong itself. 1: as much as the fault. Read by the same losses.",
                validators=[
                    django.core.validators.MinValueValidator(0, "At least 0."),
                    django.core.validators.MaxValueValidator(
                        1, "At most 1: the first fault counts 1."
                    ),
                ],
            ),
        ),
        migrations.AddField(
            model_name="trainingsettings",
            name="nll_weight",
            field=models.FloatField(
                default=0,
                help_text="How much the update also makes the chosen answers likelier, word for word, so that they are not lost with what is rejected. 0: not. Read by the losses of the DPO family.",
                validators=[
                    django.core.validators.MinValueValidator(0, "At least 0."),
                    django.core.validators.MaxValueValidator(
                        100, "At most 100: above it nothing else is learned."
                    ),
                ],
            ),
        ),
        migrations.AddField(
            model_name="trainingsettings",
            name="quote_weight",
            field=models.FloatField(
                default=1,
                help_text="How many times as much a word of the rejected answer counts where a comment quotes it, unless somebody called the comment fake. 1: no more than others. Read by the same losses.",
                validators=[
                    django.core.validators.MinValueValidator(1, "At least 1."),
                    django.core.validators.MaxValueValidator(
                        100, "At most 100: above it nothing else is learned."
                    ),
                ],
            ),
        ),
        migrations.AddField(
            model_name="trainingsettings",
            name="shared_weight",
            field=models.FloatField(
                default=1,
                help_text="How much words count that both answers have; those that differ count 1. 0: the update looks at the differences alone. Read by DPO, DPO-Positive, anchored, robust and conservative DPO.",
                validators=[
                    django.core.validators.MinValueValidator(0, "At least 0."),
                    django.core.validators.MaxValueValidator(
                        1, "At most 1: words that differ count 1."
                    ),
                ],
            ),
        ),
        migrations.AlterField(
            model_name="trainingsettings",
            name="loss",
            field=models.CharField(
                choices=[
                    ("sft", "Fine-tuning on the chosen response"),
                    ("dpo_sft", "DPO with a fine-tuning term"),
                    ("dpo", "DPO"),
                    ("dpop", "DPO-Positive (Smaug)"),
                    ("ipo", "IPO"),
                    ("cdpo", "Conservative DPO"),
                    ("robust", "Robust DPO"),
                    ("orpo", "ORPO"),
                    ("apo_zero", "Anchored DPO (APO-zero)"),
                    ("apo_down", "Anchored DPO, both lowered (APO-down)"),
                    ("kto", "KTO"),
                ],
                default="sft",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("nll_weight__gte", 0), ("nll_weight__lte", 100)),
                name="bound_nll_weight",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("shared_weight__gte", 0), ("shared_weight__lte", 1)),
                name="bound_shared_weight",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("quote_weight__gte", 1), ("quote_weight__lte", 100)),
                name="bound_quote_weight",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("later_weight__gte", 0), ("later_weight__lte", 1)),
                name="bound_later_weight",
            ),
        ),
    ]
