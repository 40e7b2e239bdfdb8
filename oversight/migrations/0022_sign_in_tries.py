import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("oversight", "0021_api_tokens")]

    operations = [
        migrations.CreateModel(
            name="SignInTry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name_hash", models.CharField(max_length=64)),
                ("address", models.CharField(max_length=45)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["address", "at"], name="sign_in_try_by_address"),
                    models.Index(fields=["at"], name="sign_in_try_by_time"),
                ],
            },
        ),
    ]
