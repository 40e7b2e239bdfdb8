"""Snapshots have a name and say what was taken and counted; nothing else of them changes any more."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEEP = """
CREATE FUNCTION keep_snapshot() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.campaign_id, NEW.sha256, NEW.hash_version, NEW.train_count, NEW.validation_count,
      NEW.filters, NEW.facts, NEW.created_at)
    IS DISTINCT FROM (OLD.campaign_id, OLD.sha256, OLD.hash_version, OLD.train_count,
      OLD.validation_count, OLD.filters, OLD.facts, OLD.created_at) THEN
    RAISE EXCEPTION 'snapshot %: its content never changes', OLD.id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER snapshot_keeps_its_content BEFORE UPDATE ON oversight_snapshot
  FOR EACH ROW EXECUTE FUNCTION keep_snapshot();
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0031_pseudonyms")]

    operations = [
        migrations.AddField(
            "snapshot",
            "hash_version",
            models.PositiveSmallIntegerField(
                default=1,
                help_text="How `sha256` is reckoned. 2: oversight/data/selectors/frozen.py.",
            ),
        ),
        # Those that are there were named by the first way of reckoning.
        migrations.AlterField(
            "snapshot",
            "hash_version",
            models.PositiveSmallIntegerField(
                default=2,
                help_text="How `sha256` is reckoned. 2: oversight/data/selectors/frozen.py.",
            ),
        ),
        migrations.AddField(
            "snapshot", "name", models.CharField(blank=True, default="", max_length=200), False
        ),
        migrations.AddField("snapshot", "note", models.TextField(blank=True, default=""), False),
        migrations.AddField(
            "snapshot",
            "licence",
            models.CharField(
                blank=True, default="", help_text="Such as CC-BY-4.0.", max_length=200
            ),
            False,
        ),
        migrations.AddField(
            "snapshot",
            "filters",
            models.JSONField(blank=True, default=dict, help_text="Which preferences were taken."),
        ),
        migrations.AddField(
            "snapshot",
            "facts",
            models.JSONField(
                blank=True,
                default=dict,
                help_text="What was counted and measured when it was made.",
            ),
        ),
        migrations.AddField(
            "snapshot",
            "created_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(KEEP, "DROP FUNCTION keep_snapshot CASCADE"),
    ]
