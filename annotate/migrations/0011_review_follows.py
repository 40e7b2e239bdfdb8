"""What keeps reviews honest and up to date, whoever writes.

Moves and answers are never changed. Nobody reviews what they have answered, or hold. An item that is
closed or withdrawn is noted where a review may follow from it: a worker looks at the notes, so that
whoever submits an answer does not wait for the rules.
"""

from django.db import migrations

APPEND_ONLY = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON annotate_reviewmove
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON annotate_reviewanswer
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""
NEVER_THEIR_OWN = """
CREATE FUNCTION never_review_own() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT FROM annotate_review review
    JOIN oversight_reviewitem item ON item.id = review.item_id OR item.adjudicates_id = review.item_id
    JOIN annotate_assignment mine ON mine.item_id = item.id AND mine.annotator_id = NEW.reviewer_id
    WHERE review.id = NEW.review_id AND (mine.state IN ('leased', 'submitted') OR mine.was_taken_back)
  ) THEN
    RAISE EXCEPTION 'nobody reviews their own answer' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER never_review_own BEFORE INSERT ON annotate_reviewanswer
  FOR EACH ROW EXECUTE FUNCTION never_review_own();
"""
NOTES = """
CREATE FUNCTION note_item_for_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = 'closed' AND NEW.kind <> 'adjudication' AND EXISTS (
      SELECT FROM oversight_reviewsettings rules WHERE rules.campaign_id = NEW.campaign_id
      AND (reviews_disagreement OR reviews_flagged OR reviews_gold_missed
        OR review_share > 0 OR review_first > 0))
    OR NEW.state = 'withdrawn' AND EXISTS (
      SELECT FROM annotate_review WHERE item_id = NEW.id AND state <> 'adjudicated')
  THEN
    INSERT INTO annotate_itemtoconsider (item_id) VALUES (NEW.id);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER note_item_for_review AFTER UPDATE OF state ON oversight_reviewitem FOR EACH ROW
  WHEN (OLD.state <> NEW.state AND NEW.state IN ('closed', 'withdrawn'))
  EXECUTE FUNCTION note_item_for_review();
"""
UNDO = """
DROP TRIGGER append_only ON annotate_reviewmove;
DROP TRIGGER append_only ON annotate_reviewanswer;
DROP FUNCTION never_review_own CASCADE;
DROP FUNCTION note_item_for_review CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("annotate", "0010_review"), ("oversight", "0050_by_review")]

    operations = [migrations.RunSQL(APPEND_ONLY + NEVER_THEIR_OWN + NOTES, UNDO)]
