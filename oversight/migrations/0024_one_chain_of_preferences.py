"""One chain of preferences for each item and pair, in databases too that have more.

Of two chains the adjudicator's stays, else the one that still prefers something; the other one is
superseded with weight 0 and belongs to no item. `manage.py recompute_preferences` does the rest.
"""

from django.db import migrations, models
from django.db.models.functions import Greatest, Least

# What closing a review withdrew has a time; where somebody had answered, the answers stand.
SAY_WHY = """
UPDATE oversight_reviewitem SET withdrawn_because =
  CASE WHEN closed_at IS NULL THEN 'fault' ELSE 'review_closed' END
WHERE state = 'withdrawn';
UPDATE oversight_reviewitem item SET state = 'closed', withdrawn_because = ''
WHERE state = 'withdrawn' AND closed_at IS NOT NULL AND EXISTS (
  SELECT FROM oversight_judgement judgement WHERE judgement.item_id = item.id
  AND judgement.source IN ('person', 'simulated'));
"""

FIND_CHAINS = """
CREATE TEMPORARY TABLE chain_member ON COMMIT DROP AS
WITH RECURSIVE member AS (
  SELECT preference.id AS root, preference.id, coalesce(item.adjudicates_id, item.id) AS item,
    item.adjudicates_id IS NOT NULL AS is_decisive
  FROM oversight_preference preference
  JOIN oversight_judgement judgement ON judgement.id = preference.judgement_id
  JOIN oversight_reviewitem item ON item.id = judgement.item_id
  WHERE preference.supersedes_id IS NULL AND preference.kind = 'compared'
  UNION ALL
  SELECT member.root, later.id, member.item, member.is_decisive
  FROM member JOIN oversight_preference later ON later.supersedes_id = member.id
)
SELECT * FROM member;

CREATE TEMPORARY TABLE chain ON COMMIT DROP AS
SELECT member.root, head.id AS head, head.weight, row_number() OVER (
    PARTITION BY member.item, least(head.chosen_id, head.rejected_id),
      greatest(head.chosen_id, head.rejected_id)
    ORDER BY member.is_decisive DESC, head.weight > 0 DESC, member.root DESC
  ) = 1 AS is_kept
FROM chain_member member
JOIN oversight_preference head ON head.id = member.id
WHERE NOT EXISTS (SELECT FROM oversight_preference later WHERE later.supersedes_id = head.id);
"""

KEEP_ONE = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE oversight_preference DISABLE TRIGGER append_only;
UPDATE oversight_preference preference SET item_id = member.item
FROM chain_member member JOIN chain ON chain.root = member.root AND chain.is_kept
WHERE preference.id = member.id;
ALTER TABLE oversight_preference ENABLE TRIGGER append_only;

INSERT INTO oversight_preference (campaign_id, round_id, query_id, chosen_id, rejected_id, source, kind,
  judgement_id, decision_id, p_w, p_l, reliability_id, weight, reason, supersedes_id, created_at)
SELECT campaign_id, round_id, query_id, chosen_id, rejected_id, source, kind,
  judgement_id, decision_id, p_w, p_l, reliability_id, 0,
  'Another preference for the same pair stands.', preference.id, now()
FROM oversight_preference preference JOIN chain ON chain.head = preference.id
WHERE NOT chain.is_kept AND chain.weight > 0;
SET CONSTRAINTS ALL DEFERRED;
DROP TABLE chain, chain_member;
"""

KEEP_CHAIN = """
CREATE FUNCTION keep_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT FROM oversight_preference earlier
    WHERE earlier.id = NEW.supersedes_id AND earlier.kind = NEW.kind
    AND earlier.item_id IS NOT DISTINCT FROM NEW.item_id
    AND (earlier.rejected_id = NEW.rejected_id OR earlier.kind = 'compared')
    AND (earlier.kind <> 'compared' OR
      (least(earlier.chosen_id, earlier.rejected_id), greatest(earlier.chosen_id, earlier.rejected_id))
      = (least(NEW.chosen_id, NEW.rejected_id), greatest(NEW.chosen_id, NEW.rejected_id)))
  ) THEN
    RAISE EXCEPTION 'preference % is of another item or pair', NEW.supersedes_id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER preference_keeps_chain BEFORE INSERT ON oversight_preference
  FOR EACH ROW WHEN (NEW.supersedes_id IS NOT NULL) EXECUTE FUNCTION keep_chain();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("oversight", "0023_item_of_a_preference"),
    ]

    operations = [
        migrations.RunSQL(SAY_WHY, migrations.RunSQL.noop),
        migrations.RunSQL(FIND_CHAINS + KEEP_ONE, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP_CHAIN, "DROP FUNCTION keep_chain CASCADE"),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.UniqueConstraint(
                models.F("item"),
                Least("chosen", "rejected"),
                Greatest("chosen", "rejected"),
                condition=models.Q(("item__isnull", False), ("supersedes__isnull", True)),
                name="one_chain_per_item_and_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="preference",
            constraint=models.CheckConstraint(
                condition=models.Q(("item__isnull", True), ("kind", "compared"), _connector="OR"),
                name="rewrite_is_of_no_item",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("withdrawn_because", ""), ("state", "withdrawn"), _connector="OR"
                ),
                name="only_withdrawn_item_says_why",
            ),
        ),
    ]
