"""Preferences are counted by source and round: a campaign's story reads them off, however many there are."""

from importlib import import_module

from django.db import migrations

follow = import_module("oversight.migrations.0044_tallies_follow")
BY_SOURCE = "'preference/' || {}.source"
BY_ROUND = BY_SOURCE + " || '/' || coalesce({}.round_id, 0)"

TRIGGER = """
CREATE OR REPLACE FUNCTION tally_preferences() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO oversight_tally (campaign_id, name, n)
  SELECT made.campaign_id, NAME_OF_MADE, sum(made.n)
  FROM (
    SELECT campaign_id, source, round_id, 1 AS n FROM written WHERE weight > 0
    UNION ALL
    SELECT former.campaign_id, former.source, former.round_id, -1 FROM written w
    JOIN oversight_preference former ON former.id = w.supersedes_id WHERE former.weight > 0
  ) made
  GROUP BY 1, 2 HAVING sum(made.n) <> 0;
  RETURN NULL;
END $$;
"""
COUNT_ANEW = """
DELETE FROM oversight_tally WHERE name LIKE 'preference/%';
INSERT INTO oversight_tally (campaign_id, name, n)
SELECT c.id, t.name, t.n FROM oversight_campaign c CROSS JOIN LATERAL reckoned_tallies(c.id) t
WHERE t.name LIKE 'preference/%';
"""


def counting(name: str) -> str:
    """Return the SQL that counts preferences by a name made of their columns."""
    reckoned = follow.RECKON[follow.RECKON.index("CREATE FUNCTION reckoned_tallies") :]
    reckoned = reckoned.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
    reckoned = reckoned.replace(BY_SOURCE.format("p"), name.format("p", "p"))
    return reckoned + TRIGGER.replace("NAME_OF_MADE", name.format("made", "made")) + COUNT_ANEW


class Migration(migrations.Migration):
    dependencies = [("oversight", "0057_guidelines")]

    operations = [migrations.RunSQL(counting(BY_ROUND), counting(BY_SOURCE))]
