"""Rules that a check constraint cannot say: what is written stays, held-out queries stay out."""

from django.db import migrations

REFUSE_CHANGE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""

REFUSE_HELD_OUT = """
CREATE FUNCTION refuse_held_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT split FROM oversight_query WHERE id = NEW.query_id) <> 'train' THEN
    RAISE EXCEPTION 'query % is held out: no preference may use it', NEW.query_id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER preference_not_held_out BEFORE INSERT ON oversight_preference
  FOR EACH ROW EXECUTE FUNCTION refuse_held_out();
"""

KEEP_QUERY = """
CREATE FUNCTION keep_query() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.split <> OLD.split OR NEW.text <> OLD.text THEN
    RAISE EXCEPTION 'query %: text and split never change', OLD.id
      USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER query_keeps_text_and_split BEFORE UPDATE ON oversight_query
  FOR EACH ROW EXECUTE FUNCTION keep_query();
"""

APPEND_ONLY = [
    "response",
    "critique",
    "comment",
    "judgement",
    "commentverdict",
    "preference",
    "snapshotrow",
    "promotion",
]


def append_only(table: str) -> str:
    return (
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change();"
    )


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE_CHANGE, "DROP FUNCTION refuse_change CASCADE"),
        migrations.RunSQL(REFUSE_HELD_OUT, "DROP FUNCTION refuse_held_out CASCADE"),
        migrations.RunSQL(KEEP_QUERY, "DROP FUNCTION keep_query CASCADE"),
        *[
            migrations.RunSQL(
                append_only(f"oversight_{name}"),
                f"DROP TRIGGER append_only ON oversight_{name}",
            )
            for name in APPEND_ONLY
        ],
    ]
