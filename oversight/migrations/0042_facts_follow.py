"""Facts of items and words of queries follow the records, whoever writes them.

What a list shows of an item is reckoned by one function, for one item or a million; triggers call it
once for each statement. Words take long to find: a worker reads them, from what triggers noted.
"""

from django.db import migrations

MARKS = """
CREATE FUNCTION refresh_item_facts(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO oversight_itemfacts AS known
    (item_id, campaign_id, marks, priority, disagreement, confidence, answers, answered_at, created_at)
  SELECT i.id, i.campaign_id, ARRAY(
      SELECT i.campaign_id || '/' || mark FROM unnest(ARRAY[
        'kind/' || i.kind, 'state/' || i.state, 'round/' || coalesce(i.round_id, 0),
        'split/' || q.split, 'node/' || q.node, 'cluster/' || q.cluster] 
        || coalesce(said.marks, '{source/none}')) mark
    ), i.priority, said.disagreement, critic.confidence, said.answers, said.answered_at, i.created_at
  FROM unnest(ids) WITH ORDINALITY given(id, n)
  JOIN oversight_reviewitem i ON i.id = given.id
  JOIN oversight_query q ON q.id = i.query_id
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(n), 0) AS answers, max(last_at) AS answered_at,
      coalesce(1 - max(n) FILTER (WHERE choice <> '') / nullif(sum(n) FILTER (WHERE choice <> ''), 0), 0)
        AS disagreement,
      (SELECT array_agg(DISTINCT mark) FROM oversight_judgement j
        CROSS JOIN LATERAL unnest(ARRAY['by/' || j.user_id, 'source/' || j.source,
          'arm/' || nullif(j.arm, '')]) mark
        WHERE j.item_id = i.id AND j.source IN ('person', 'simulated') AND mark IS NOT NULL
          AND NOT j.is_retraction
          AND NOT EXISTS (SELECT FROM oversight_judgement s WHERE s.supersedes_id = j.id)) AS marks
    FROM (
      SELECT j.choice, count(*) AS n, max(j.created_at) AS last_at FROM oversight_judgement j
      WHERE j.item_id = i.id AND j.source IN ('person', 'simulated') AND NOT j.is_retraction
        AND NOT EXISTS (SELECT FROM oversight_judgement s WHERE s.supersedes_id = j.id)
      GROUP BY j.choice
    ) votes
  ) said
  LEFT JOIN LATERAL (
    SELECT greatest(c.p_a_better, 1 - c.p_a_better) AS confidence FROM oversight_judgement c
    WHERE c.query_id = i.query_id AND c.source = 'critic' AND c.p_a_better IS NOT NULL
      AND least(c.response_a_id, c.response_b_id) = least(i.response_a_id, i.response_b_id)
      AND greatest(c.response_a_id, c.response_b_id) = greatest(i.response_a_id, i.response_b_id)
    ORDER BY c.id DESC LIMIT 1
  ) critic ON true
  ORDER BY i.id
  ON CONFLICT (item_id) DO UPDATE SET marks = excluded.marks, priority = excluded.priority,
    disagreement = excluded.disagreement, confidence = excluded.confidence,
    answers = excluded.answers, answered_at = excluded.answered_at;
END $$;
"""
ITEMS = """
CREATE FUNCTION facts_follow_new_items() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_item_facts(ARRAY(SELECT id FROM written));
  RETURN NULL;
END $$;
CREATE TRIGGER facts_follow_new_items AFTER INSERT ON oversight_reviewitem
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION facts_follow_new_items();
-- By row: a lease changes the item's seats alone, and must not pay for this.
CREATE FUNCTION facts_follow_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM refresh_item_facts(ARRAY[NEW.id]);
  RETURN NULL;
END $$;
CREATE TRIGGER facts_follow_item AFTER UPDATE ON oversight_reviewitem FOR EACH ROW
  WHEN ((OLD.state, OLD.priority, OLD.kind, OLD.round_id)
    IS DISTINCT FROM (NEW.state, NEW.priority, NEW.kind, NEW.round_id))
  EXECUTE FUNCTION facts_follow_item();
"""
JUDGEMENTS = """
CREATE FUNCTION facts_follow_judgements() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  touched bigint[] := ARRAY(
    SELECT item_id FROM written WHERE item_id IS NOT NULL
    UNION
    SELECT i.id FROM written w JOIN oversight_reviewitem i ON i.query_id = w.query_id
    WHERE w.source = 'critic');
BEGIN
  IF cardinality(touched) > 0 THEN
    PERFORM refresh_item_facts(touched);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER facts_follow_judgements AFTER INSERT ON oversight_judgement
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION facts_follow_judgements();
"""
# Of very long texts the beginning is found: a tsvector has a bound of its own.
WORDS = """
CREATE FUNCTION read_queries(ids bigint[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO oversight_querywords (query_id, words)
  SELECT q.id, strip(to_tsvector('simple', concat_ws(' ', left(q.text, 50000), (
    SELECT string_agg(left(r.text, 20000), ' ') FROM (
      SELECT r.text FROM oversight_response r WHERE r.query_id = q.id ORDER BY r.id LIMIT 20) r))))
  FROM oversight_query q WHERE q.id = ANY(ids) ORDER BY q.id
  ON CONFLICT (query_id) DO UPDATE SET words = excluded.words
$$;
CREATE FUNCTION note_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('INSERT INTO oversight_querytoread (query_id) SELECT DISTINCT %I FROM written', TG_ARGV[0]);
  RETURN NULL;
END $$;
CREATE TRIGGER note_words AFTER INSERT ON oversight_query
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_words('id');
CREATE TRIGGER note_words AFTER INSERT ON oversight_response
  REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION note_words('query_id');
"""
STATISTICS = """
ALTER TABLE oversight_itemfacts ALTER COLUMN marks SET STATISTICS 1000;
ALTER TABLE oversight_querywords ALTER COLUMN words SET STATISTICS 1000;
"""
BACKFILL = """
SELECT refresh_item_facts(array_agg(id)) FROM oversight_reviewitem GROUP BY id / 10000;
INSERT INTO oversight_querytoread (query_id) SELECT id FROM oversight_query ORDER BY id;
"""
UNDO = """
DROP FUNCTION facts_follow_new_items CASCADE;
DROP FUNCTION facts_follow_item CASCADE;
DROP FUNCTION facts_follow_judgements CASCADE;
DROP FUNCTION note_words CASCADE;
DROP FUNCTION read_queries;
DROP FUNCTION refresh_item_facts;
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0041_browsing")]

    operations = [
        migrations.RunSQL(MARKS + ITEMS + JUDGEMENTS + WORDS + STATISTICS + BACKFILL, UNDO)
    ]
