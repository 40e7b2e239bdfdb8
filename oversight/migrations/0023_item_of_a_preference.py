import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0022_sign_in_tries"),
    ]

    operations = [
        migrations.AddField(
            model_name="preference",
            name="item",
            field=models.ForeignKey(
                help_text="Whose standing answers amount to it. NULL: no item was asked, or it is a rewrite.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="preferences",
                to="oversight.reviewitem",
            ),
        ),
        migrations.AddField(
            model_name="preference",
            name="reason",
            field=models.CharField(
                blank=True, help_text="Why nothing is preferred any more.", max_length=200
            ),
        ),
        migrations.AddField(
            model_name="reviewitem",
            name="withdrawn_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("fault", "Something is wrong with the item itself"),
                    ("review_closed", "It was closed before anybody answered it"),
                    ("not_needed", "Those who were level are so no more"),
                ],
                max_length=15,
            ),
        ),
    ]
