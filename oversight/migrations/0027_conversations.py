"""Queries and responses of several turns. What a query's turns are never changes, as its text."""

from django.db import migrations, models

KEEP = """
CREATE OR REPLACE FUNCTION keep_query() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.split <> OLD.split OR NEW.text <> OLD.text{messages} THEN
    RAISE EXCEPTION 'query %: text and split never change', OLD.id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""
WITH_MESSAGES = " OR NEW.messages IS DISTINCT FROM OLD.messages"


class Migration(migrations.Migration):
    dependencies = [("oversight", "0026_retractions")]

    operations = [
        migrations.AddField(
            "query",
            "messages",
            models.JSONField(
                blank=True,
                null=True,
                help_text="The turns, where it is a conversation of several; `text` is then their words.",
            ),
        ),
        migrations.AddField(
            "response",
            "messages",
            models.JSONField(
                blank=True,
                null=True,
                help_text="The turns, where it is more than one answer; `text` is then their words.",
            ),
        ),
        migrations.AlterField(
            "query",
            "text_sha256",
            models.CharField(
                max_length=64, help_text="Names the exact text or conversation: NFC, LF."
            ),
        ),
        migrations.RunSQL(KEEP.format(messages=WITH_MESSAGES), KEEP.format(messages="")),
    ]
