"""Six roles: who was an admin is an owner."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def name_owners(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("oversight", "CampaignMember").objects.filter(role="admin").update(role="owner")


def name_admins(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("oversight", "CampaignMember").objects.filter(role="owner").update(role="admin")


class Migration(migrations.Migration):
    dependencies = [("oversight", "0035_asked_again")]

    operations = [
        migrations.AlterField(
            "campaignmember",
            "role",
            models.CharField(
                choices=[
                    ("owner", "Owner"),
                    ("manager", "Manager"),
                    ("reviewer", "Reviewer"),
                    ("annotator", "Annotator"),
                    ("engineer", "Engineer"),
                    ("observer", "Observer"),
                ],
                max_length=10,
            ),
        ),
        migrations.RunPython(name_owners, name_admins),
    ]
