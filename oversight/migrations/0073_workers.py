from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0072_round_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="Worker",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, unique=True)),
                ("queues", models.JSONField(default=list)),
                ("host", models.CharField(max_length=200)),
                ("pid", models.PositiveIntegerField()),
                ("code", models.PositiveIntegerField(help_text="The version of its code.")),
                (
                    "memory_bytes",
                    models.PositiveBigIntegerField(
                        help_text="Of it and of the processes it started."
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
            ],
            options={"ordering": ["name"]},
        ),
    ]
