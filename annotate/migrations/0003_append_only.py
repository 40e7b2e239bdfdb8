"""An annotation is never changed or deleted: a correction supersedes it."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("annotate", "0002_initial"), ("oversight", "0002_append_only")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON annotate_annotation "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change();",
            "DROP TRIGGER append_only ON annotate_annotation",
        )
    ]
