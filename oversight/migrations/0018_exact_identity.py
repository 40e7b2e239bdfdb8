"""A query is its exact text. What was its digest, which folded case, width and white space, is the
start of the key of near-copies from now on."""

import hashlib
import re
import unicodedata

from django.db import migrations, models

BATCH = 2000
LINE_END = re.compile(r"\r\n?")
RENAME = """
UPDATE oversight_query AS query SET loose_key = left(query.text_sha256, 16), text_sha256 = found.digest
FROM unnest(%s::bigint[], %s::text[]) AS found(id, digest) WHERE query.id = found.id
"""


def exact_digest(text):
    lf = LINE_END.sub("\n", text)
    return hashlib.sha256(unicodedata.normalize("NFC", lf).encode()).hexdigest()


def name_exactly(apps, schema_editor):
    """No two rows clash: what is exactly the same was loosely the same before."""
    with schema_editor.connection.cursor() as cursor:
        last = 0
        while True:
            cursor.execute(
                "SELECT id, text FROM oversight_query WHERE id > %s ORDER BY id LIMIT %s",
                [last, BATCH],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            ids, texts = zip(*rows, strict=True)
            cursor.execute(RENAME, [list(ids), [exact_digest(text) for text in texts]])
            last = ids[-1]


class Migration(migrations.Migration):
    dependencies = [("oversight", "0017_response_reasoning")]

    operations = [
        migrations.AddField(
            model_name="query",
            name="loose_key",
            field=models.CharField(
                default="",
                max_length=16,
                help_text="Shared by texts that differ in case, width or white space alone.",
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="query",
            name="text_sha256",
            field=models.CharField(help_text="Names the exact text: NFC, LF.", max_length=64),
        ),
        migrations.RunPython(name_exactly, migrations.RunPython.noop),
        migrations.RemoveIndex(model_name="query", name="query_by_cluster"),
        migrations.AddIndex(
            model_name="query",
            index=models.Index(
                fields=["campaign", "cluster", "split"], name="query_by_cluster_and_split"
            ),
        ),
        migrations.AddIndex(
            model_name="query",
            index=models.Index(
                fields=["campaign", "loose_key", "split"], name="query_by_loose_key"
            ),
        ),
    ]
