from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("oversight", "0055_campaign_states")]

    operations = [
        migrations.AlterField(
            model_name="roundsettings",
            name="pool_share",
            field=models.FloatField(
                default=0.5,
                help_text="Share of each round's queries that is taken from those that were imported, "
                "posted or kept by people and not used yet, as far as there are some; the attacker "
                "writes the rest. With 1 the attacker writes none.",
                validators=[
                    MinValueValidator(0, "At least 0."),
                    MaxValueValidator(1, "At most 1: it is a share of all."),
                ],
            ),
        ),
    ]
