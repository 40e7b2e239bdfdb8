"""The audit log, numbered and chained by PostgreSQL as each transaction ends."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

# Two steps, both at the end of the transaction. The first does nothing but put the second behind
# everything else that waits for the end (foreign keys are looked at there, and may wait for rows):
# whoever holds the chain's lock waits for nobody any more.
CHAIN = """
CREATE FUNCTION queue_audit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE oversight_auditentry SET number = -id WHERE id = NEW.id;
  RETURN NULL;
END $$;

CREATE FUNCTION chain_audit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  latest record;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('oversight audit log', 0));
  SELECT coalesce(max(number), 0) AS number,
         coalesce((array_agg(sha256 ORDER BY number DESC))[1], '') AS sha256
    INTO latest
    FROM (SELECT number, sha256 FROM oversight_auditentry WHERE number > 0
          ORDER BY number DESC LIMIT 1) AS newest;
  UPDATE oversight_auditentry
     SET number = latest.number + 1,
         previous_sha256 = latest.sha256,
         sha256 = encode(sha256(convert_to(latest.sha256 || content_sha256, 'UTF8')), 'hex')
   WHERE id = NEW.id;
  RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER queue_for_chain AFTER INSERT ON oversight_auditentry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION queue_audit_entry();
CREATE CONSTRAINT TRIGGER take_into_chain AFTER UPDATE ON oversight_auditentry
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (OLD.number IS NULL) EXECUTE FUNCTION chain_audit_entry();
"""

KEEP = """
CREATE FUNCTION keep_audit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  links CONSTANT text[] := ARRAY['number', 'previous_sha256', 'sha256'];
BEGIN
  IF OLD.sha256 <> '' OR to_jsonb(NEW) - links <> to_jsonb(OLD) - links THEN
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION begin_audit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.number := NULL;
  NEW.previous_sha256 := '';
  NEW.sha256 := '';
  RETURN NEW;
END $$;

CREATE TRIGGER begin_entry BEFORE INSERT ON oversight_auditentry
  FOR EACH ROW EXECUTE FUNCTION begin_audit_entry();
CREATE TRIGGER keep_entry BEFORE UPDATE ON oversight_auditentry
  FOR EACH ROW EXECUTE FUNCTION keep_audit_entry();
CREATE TRIGGER keep_entries BEFORE DELETE ON oversight_auditentry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER keep_all_entries BEFORE TRUNCATE ON oversight_auditentry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

DROP = """
DROP FUNCTION queue_audit_entry CASCADE;
DROP FUNCTION chain_audit_entry CASCADE;
DROP FUNCTION keep_audit_entry CASCADE;
DROP FUNCTION begin_audit_entry CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0036_roles")]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "act",
                    models.CharField(
                        help_text="One of `Act`; no choices: one more is no migration.",
                        max_length=30,
                    ),
                ),
                (
                    "address",
                    models.CharField(blank=True, help_text="Of the network.", max_length=45),
                ),
                (
                    "token",
                    models.CharField(
                        blank=True, help_text="Its name, where one was used.", max_length=100
                    ),
                ),
                ("details", models.JSONField(default=dict)),
                ("content_sha256", models.CharField(editable=False, max_length=64)),
                ("number", models.BigIntegerField(editable=False, null=True, unique=True)),
                ("previous_sha256", models.CharField(default="", editable=False, max_length=64)),
                ("sha256", models.CharField(default="", editable=False, max_length=64)),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        help_text="NULL: nobody asked; a schedule or a command did it.",
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="oversight.campaign",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(fields=["campaign", "-id"], name="audit_by_campaign"),
                    models.Index(fields=["campaign", "by", "-id"], name="audit_by_person"),
                ],
            },
        ),
        migrations.RunSQL(CHAIN + KEEP, DROP),
    ]
