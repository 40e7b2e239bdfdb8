from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotate", "0012_annotations_by_time"),
    ]

    operations = [
        migrations.AlterField(
            model_name="assignment",
            name="arm",
            field=models.CharField(
                choices=[
                    ("shown", "Critique shown"),
                    ("hidden", "Critique hidden"),
                    ("blind_first", "Blind answer first"),
                    ("evidence", "Places only"),
                ],
                default="shown",
                max_length=12,
            ),
        ),
    ]
