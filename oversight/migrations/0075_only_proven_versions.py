"""No version is at work that its servers are not proven to serve."""

from django.db import migrations

REFUSES = """
CREATE FUNCTION refuse_unproven_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM oversight_modelversion version
    WHERE version.id = NEW.version_id AND version.backend = 'openai' AND version.adapter <> ''
      AND NOT EXISTS (
        SELECT FROM oversight_delivery delivery
        WHERE delivery.version_id = version.id AND delivery.state = 'proven'
      )
      -- What was at work before there were proofs stays so.
      AND (TG_OP = 'INSERT' OR OLD.version_id <> NEW.version_id)
  ) THEN
    RAISE EXCEPTION 'version % is not proven to be served', NEW.version_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'only_proven_is_at_work';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER only_proven_is_at_work BEFORE INSERT OR UPDATE ON oversight_activeversion
  FOR EACH ROW EXECUTE FUNCTION refuse_unproven_version();
"""
UNDO = """
DROP TRIGGER only_proven_is_at_work ON oversight_activeversion;
DROP FUNCTION refuse_unproven_version();
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0074_served")]

    operations = [migrations.RunSQL(REFUSES, UNDO)]
