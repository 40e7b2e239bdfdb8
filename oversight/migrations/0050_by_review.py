"""An adjudication says whether a reviewer made it: then nobody was level."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("oversight", "0049_review_settings")]

    operations = [
        migrations.AddField(
            model_name="reviewitem",
            name="is_by_review",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="An adjudication that a reviewer made: nobody was level.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "adjudication"), ("is_by_review", False), _connector="OR"
                ),
                name="item_by_review_adjudicates",
            ),
        ),
    ]
