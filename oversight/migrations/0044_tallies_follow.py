"""What pages count of a campaign is counted as it changes: nobody counts a million rows for a page."""

from django.db import migrations

# What each count is, reckoned from the records: for old rows, for a check, and where triggers were off.
RECKON = """
CREATE FUNCTION tally_of_query(split text, round_id bigint, rejected_reason text) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT 'query/' || split || '/' || CASE WHEN rejected_reason <> '' THEN 'rejected'
    WHEN round_id IS NULL THEN 'unused' ELSE 'used' END
$$;
CREATE FUNCTION reckoned_tallies(of_campaign bigint) RETURNS TABLE (name text, n bigint)
LANGUAGE sql STABLE AS $$
  SELECT 'item/' || kind || '/' || state, count(*) FROM oversight_reviewitem
  WHERE campaign_id = of_campaign GROUP BY 1
  UNION ALL
  SELECT tally_of_query(split, round_id, rejected_reason), count(*) FROM oversight_query
  WHERE campaign_id = of_campaign GROUP BY 1
  UNION ALL
  SELECT 'judgement/' || j.source, count(*) FROM oversight_judgement j
  JOIN oversight_query q ON q.id = j.query_id AND q.campaign_id = of_campaign
  LEFT JOIN oversight_reviewitem i ON i.id = j.item_id
  WHERE NOT j.is_retraction AND i.state IS DISTINCT FROM 'withdrawn'
    AND NOT EXISTS (SELECT FROM oversight_judgement s WHERE s.supersedes_id = j.id)
  GROUP BY 1
  UNION ALL
  SELECT 'preference/' || p.source, count(*) FROM oversight_preference p
  WHERE p.campaign_id = of_campaign AND p.weight > 0
    AND NOT EXISTS (SELECT FROM oversight_preference s WHERE s.supersedes_id = p.id)
  GROUP BY 1
$$;
"""
ITEMS = """
CREATE FUNCTION tally_new_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO oversight_tally (campaign_id, name, n)
  SELECT campaign_id, 'item/' || kind || '/' || state, count(*) FROM written GROUP BY 1, 2;
  RETURN NULL;
END $$;
CREATE TRIGGER tally_new_items AFTER INSERT ON oversight_reviewitem
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION tally_new_items();
-- What was said of an item that is withdrawn stands no more, and stands again where it is taken back.
CREATE FUNCTION tally_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO oversight_tally (campaign_id, name, n)
  VALUES (OLD.campaign_id, 'item/' || OLD.kind || '/' || OLD.state, -1);
  IF TG_OP = 'UPDATE' THEN
    INSERT INTO oversight_tally (campaign_id, name, n)
    VALUES (NEW.campaign_id, 'item/' || NEW.kind || '/' || NEW.state, 1);
    IF (OLD.state = 'withdrawn') <> (NEW.state = 'withdrawn') THEN
      INSERT INTO oversight_tally (campaign_id, name, n)
      SELECT NEW.campaign_id, 'judgement/' || j.source,
        count(*) * CASE WHEN NEW.state = 'withdrawn' THEN -1 ELSE 1 END
      FROM oversight_judgement j
      WHERE j.item_id = NEW.id AND NOT j.is_retraction
        AND NOT EXISTS (SELECT FROM oversight_judgement s WHERE s.supersedes_id = j.id)
      GROUP BY j.source;
    END IF;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tally_item AFTER UPDATE ON oversight_reviewitem FOR EACH ROW
  WHEN ((OLD.state, OLD.kind) IS DISTINCT FROM (NEW.state, NEW.kind)) EXECUTE FUNCTION tally_item();
CREATE TRIGGER tally_old_item AFTER DELETE ON oversight_reviewitem
  FOR EACH ROW EXECUTE FUNCTION tally_item();
"""
QUERIES = """
CREATE FUNCTION tally_new_queries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO oversight_tally (campaign_id, name, n)
  SELECT campaign_id, tally_of_query(split, round_id, rejected_reason), count(*) FROM written GROUP BY 1, 2;
  RETURN NULL;
END $$;
CREATE TRIGGER tally_new_queries AFTER INSERT ON oversight_query
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION tally_new_queries();
CREATE FUNCTION tally_query() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO oversight_tally (campaign_id, name, n)
  VALUES (OLD.campaign_id, tally_of_query(OLD.split, OLD.round_id, OLD.rejected_reason), -1);
  IF TG_OP = 'UPDATE' THEN
    INSERT INTO oversight_tally (campaign_id, name, n)
    VALUES (NEW.campaign_id, tally_of_query(NEW.split, NEW.round_id, NEW.rejected_reason), 1);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tally_query AFTER UPDATE ON oversight_query FOR EACH ROW
  WHEN ((OLD.round_id, OLD.rejected_reason) IS DISTINCT FROM (NEW.round_id, NEW.rejected_reason))
  EXECUTE FUNCTION tally_query();
CREATE TRIGGER tally_old_query AFTER DELETE ON oversight_query
  FOR EACH ROW EXECUTE FUNCTION tally_query();
"""
# Both are append-only: what a new row supersedes counts no longer.
LABELS = """
CREATE FUNCTION tally_judgements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO oversight_tally (campaign_id, name, n)
  SELECT q.campaign_id, 'judgement/' || said.source, sum(said.n)
  FROM (
    SELECT query_id, item_id, source, 1 AS n FROM written WHERE NOT is_retraction
    UNION ALL
    SELECT former.query_id, former.item_id, former.source, -1 FROM written w
    JOIN oversight_judgement former ON former.id = w.supersedes_id WHERE NOT former.is_retraction
  ) said
  JOIN oversight_query q ON q.id = said.query_id
  LEFT JOIN oversight_reviewitem i ON i.id = said.item_id
  WHERE i.state IS DISTINCT FROM 'withdrawn'
  GROUP BY 1, 2 HAVING sum(said.n) <> 0;
  RETURN NULL;
END $$;
CREATE TRIGGER tally_judgements AFTER INSERT ON oversight_judgement
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION tally_judgements();
CREATE FUNCTION tally_preferences() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO oversight_tally (campaign_id, name, n)
  SELECT made.campaign_id, 'preference/' || made.source, sum(made.n)
  FROM (
    SELECT campaign_id, source, 1 AS n FROM written WHERE weight > 0
    UNION ALL
    SELECT former.campaign_id, former.source, -1 FROM written w
    JOIN oversight_preference former ON former.id = w.supersedes_id WHERE former.weight > 0
  ) made
  GROUP BY 1, 2 HAVING sum(made.n) <> 0;
  RETURN NULL;
END $$;
CREATE TRIGGER tally_preferences AFTER INSERT ON oversight_preference
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION tally_preferences();
"""
BACKFILL = """
INSERT INTO oversight_tally (campaign_id, name, n)
SELECT c.id, t.name, t.n FROM oversight_campaign c CROSS JOIN LATERAL reckoned_tallies(c.id) t;
"""
UNDO = """
DROP FUNCTION tally_new_items CASCADE;
DROP FUNCTION tally_item CASCADE;
DROP FUNCTION tally_new_queries CASCADE;
DROP FUNCTION tally_query CASCADE;
DROP FUNCTION tally_judgements CASCADE;
DROP FUNCTION tally_preferences CASCADE;
DROP FUNCTION reckoned_tallies;
DROP FUNCTION tally_of_query;
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0043_tallies")]

    operations = [migrations.RunSQL(RECKON + ITEMS + QUERIES + LABELS + BACKFILL, UNDO)]
