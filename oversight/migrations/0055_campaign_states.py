"""A campaign is paused or finished besides archived; append-only rows go with a campaign, and only so."""

from django.db import migrations, models
from django.db.models import Q

# `oversight.campaign_going` is set by the one service that deletes a campaign, in its transaction.
# What says that a person was its source is kept even then.
LETS_CAMPAIGNS_GO = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  going text := current_setting('oversight.campaign_going', true);
  gone jsonb;
BEGIN
  IF TG_OP = 'DELETE' AND TG_LEVEL = 'ROW' AND going <> '' THEN
    gone := to_jsonb(OLD);
    IF coalesce(gone->>'campaign_id', going) = going AND coalesce(gone->>'source', '') <> 'person' THEN
      RETURN OLD;
    END IF;
  END IF;
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
AS_IT_WAS = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0052_notifications")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="paused_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="finished_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="campaign",
            name="state_reason",
            field=models.CharField(
                blank=True,
                help_text="Why it is in its state, for those who work in it.",
                max_length=500,
            ),
        ),
        migrations.AddConstraint(
            model_name="campaign",
            constraint=models.CheckConstraint(
                condition=Q(paused_at__isnull=True)
                | Q(archived_at__isnull=True, finished_at__isnull=True),
                name="campaign_paused_or_ended",
            ),
        ),
        migrations.RunSQL(LETS_CAMPAIGNS_GO, AS_IT_WAS),
    ]
