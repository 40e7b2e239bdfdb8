"""A flag that is raised is told to webhooks."""

from django.db import migrations

TELL = """
CREATE FUNCTION tell_flag_raised() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM tell_webhooks(
    (SELECT campaign_id FROM annotate_assignment WHERE id = NEW.assignment_id),
    'flag.raised',
    jsonb_build_object(
      'flag', NEW.id,
      'item', (SELECT item_id FROM annotate_assignment WHERE id = NEW.assignment_id)
    )
  );
  RETURN NULL;
END $$;
CREATE TRIGGER tell_flag_raised AFTER INSERT ON annotate_flag
  FOR EACH ROW EXECUTE FUNCTION tell_flag_raised();
"""


class Migration(migrations.Migration):
    dependencies = [("annotate", "0007_taken_back"), ("oversight", "0034_webhook_events")]

    operations = [migrations.RunSQL(TELL, "DROP FUNCTION tell_flag_raised CASCADE")]
