"""What lists know of an item is looked up by keys alone, whatever the planner believes of the tables.

While many rows are written in one transaction, autovacuum may say of a table that it is empty: joined,
each item given was compared with each that there is.
"""

from importlib import import_module

from django.db import migrations

follow = import_module("oversight.migrations.0042_facts_follow")
JOINED = """  JOIN oversight_reviewitem i ON i.id = given.id
  JOIN oversight_query q ON q.id = i.query_id
"""
# OFFSET 0 keeps the planner from making a join of it.
BY_KEY = """  CROSS JOIN LATERAL (SELECT * FROM oversight_reviewitem WHERE id = given.id OFFSET 0) i
  CROSS JOIN LATERAL (SELECT * FROM oversight_query WHERE id = i.query_id OFFSET 0) q
"""
# Not in the order of the primary key, which would be read from its end until one of the pair is met.
LATEST, LATEST_OF_PAIR = "ORDER BY c.id DESC LIMIT 1", "ORDER BY c.id + 0 DESC LIMIT 1"
BEFORE = follow.MARKS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
AFTER = BEFORE.replace(JOINED, BY_KEY).replace(LATEST, LATEST_OF_PAIR)


class Migration(migrations.Migration):
    dependencies = [("oversight", "0062_groups_of_people")]

    operations = [migrations.RunSQL(AFTER, BEFORE)]
