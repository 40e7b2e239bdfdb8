"""Every change of a group of settings is a version; what they are now is the first one."""

import django.core.serializers.json
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = {
    "basics": "basicssettings",
    "rounds": "roundsettings",
    "routing": "routingsettings",
    "judging": "judgingsettings",
    "measuring": "measuringsettings",
    "care": "caresettings",
    "training": "trainingsettings",
    "updates": "updatesettings",
    "gate": "gatesettings",
}
FIRST_VERSION = """
INSERT INTO oversight_settingsversion (campaign_id, "group", number, "values", made_at)
SELECT id, '{group}', 1,
  to_jsonb(settings) - '{{campaign_id,number,schedule_set_at}}'::text[] {name}, now()
FROM oversight_{table} settings JOIN oversight_campaign campaign ON id = campaign_id
"""
APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON oversight_settingsversion
FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def first_version(group):
    name = "|| jsonb_build_object('name', campaign.name)" if group == "basics" else ""
    text = FIRST_VERSION.format(group=group, name=name, table=TABLES[group])
    return migrations.RunSQL(text, migrations.RunSQL.noop)


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0047_settings_leave_campaign"),
    ]

    operations = [
        migrations.CreateModel(
            name="SettingsVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("group", models.CharField(max_length=20)),
                ("number", models.PositiveIntegerField()),
                (
                    "values",
                    models.JSONField(encoder=django.core.serializers.json.DjangoJSONEncoder),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="settings_versions",
                        to="oversight.campaign",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("campaign", "group", "number"), name="settings_version_once"
                    )
                ],
            },
        ),
        *map(first_version, TABLES),
        migrations.RunSQL(APPEND_ONLY, "DROP TRIGGER append_only ON oversight_settingsversion"),
    ]
