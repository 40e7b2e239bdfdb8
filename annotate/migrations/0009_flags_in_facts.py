"""What lists know of an item says whether it is flagged."""

from django.db import migrations

FOLLOW = """
CREATE FUNCTION facts_follow_flag() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  flagged bigint := (SELECT item_id FROM annotate_assignment WHERE id = NEW.assignment_id);
BEGIN
  UPDATE oversight_itemfacts SET flag = CASE WHEN EXISTS (
      SELECT FROM annotate_flag f JOIN annotate_assignment s ON s.id = f.assignment_id
      WHERE s.item_id = flagged AND f.settled_at IS NULL) THEN 'open' ELSE 'settled' END
  WHERE item_id = flagged;
  RETURN NULL;
END $$;
CREATE TRIGGER facts_follow_flag AFTER INSERT OR UPDATE ON annotate_flag
  FOR EACH ROW EXECUTE FUNCTION facts_follow_flag();
UPDATE oversight_itemfacts SET flag = found.flag FROM (
  SELECT s.item_id, CASE WHEN bool_or(f.settled_at IS NULL) THEN 'open' ELSE 'settled' END AS flag
  FROM annotate_flag f JOIN annotate_assignment s ON s.id = f.assignment_id GROUP BY s.item_id
) found WHERE found.item_id = oversight_itemfacts.item_id;
"""


class Migration(migrations.Migration):
    dependencies = [("annotate", "0008_flag_events"), ("oversight", "0042_facts_follow")]

    operations = [migrations.RunSQL(FOLLOW, "DROP FUNCTION facts_follow_flag CASCADE")]
