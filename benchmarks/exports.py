"""How fast preferences leave through the running server, beside PostgreSQL's own COPY of the same rows.

    python -m benchmarks.exports --rows 100000 1000000

Each preference has two responses of 1 kB. The last line is one JSON object: for each size and format
rows per second, the ratio to COPY's (both by the clock, one after the other), by how much the web
server's memory grew (its largest process, after a first small request), and when the first byte came.
"""

import argparse
import http.client
import json
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.screenshots import use_django_of
from benchmarks.stack import Stack

ROWS = [100_000, 1_000_000]
FILES = {
    "jsonl": "preferences.jsonl",
    "gzip": "preferences.jsonl.gz",
    "parquet": "preferences.parquet",
}
READ_BYTES = 1024 * 1024
QUERIES = """
INSERT INTO oversight_query (campaign_id, text, text_sha256, loose_key, origin, split, node, cluster,
  reference, rejected_reason, prompt_hash, sampling, raw_text, created_at)
SELECT %s, 'What is ' || n || ' + 1?', encode(sha256(n::text::bytea), 'hex'),
  left(encode(sha256(n::text::bytea), 'hex'), 16), 'imported', 'train', 'sums', 'c' || n,
  '', '', '', '{}', '', now() FROM generate_series(1, %s::bigint) n"""
# Words that do not repeat, in lines of some 90 characters, of which every fourth quotes something.
RESPONSES = """
INSERT INTO oversight_response (query_id, version_id, purpose, sample, text, reasoning, sampling,
  prompt_hash, finish_reason, created_at)
SELECT q.id, %s, 'feedback', %s, left(words.text, 1000), '', '{}', '', '', now()
FROM oversight_query q CROSS JOIN LATERAL (
  SELECT string_agg(concat('Then ', md5((q.id * 97 + w + %s)::text), CASE w %% 4
    WHEN 0 THEN ' is called "the answer" here, ' ELSE ' comes next, as was said, and ' END,
    left(md5(w::text), 20), '.'), E'\\n') AS text
  FROM generate_series(1, 12) w
) words WHERE q.campaign_id = %s ORDER BY q.id"""
PREFERENCES = """
INSERT INTO oversight_preference (campaign_id, query_id, chosen_id, rejected_id, source, kind, p_w, p_l,
  weight, reason, created_at)
SELECT %s, a.query_id, a.id, b.id, 'person', 'compared', 0.9, 0.1, 1, '', now()
FROM oversight_response a JOIN oversight_response b ON b.query_id = a.query_id AND b.sample = 1
WHERE a.version_id = %s AND a.sample = 0 ORDER BY a.query_id"""
SAME_ROWS = """COPY (
SELECT q.text, c.text, r.text, p.id, q.text_sha256, q.node, p.source, p.p_w, p.p_l, p.weight,
  v.name, v.revision, w.name, w.revision, p.created_at, p.kind, p.item_id, p.judgement_id
FROM oversight_preference p
JOIN oversight_query q ON q.id = p.query_id
JOIN oversight_response c ON c.id = p.chosen_id JOIN oversight_response r ON r.id = p.rejected_id
JOIN oversight_modelversion v ON v.id = c.version_id
JOIN oversight_modelversion w ON w.id = r.version_id
WHERE p.campaign_id = {} ORDER BY p.id) TO STDOUT"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, nargs="+", default=ROWS)
    parser.add_argument("--formats", nargs="+", choices=sorted(FILES), default=list(FILES))
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="oversight-bench-") as folder,
        Stack(Path(folder)) as stack,
    ):
        use_django_of(stack)
        runs = []
        for rows in options.rows:
            campaign, token = _load(rows)
            for name in options.formats:
                runs.append(_run(stack, campaign, token, rows, name))
                print(runs[-1], flush=True)
    print(json.dumps({"runs": runs}), flush=True)


def _load(rows: int) -> tuple[Any, str]:
    """Write a campaign with so many preferences; return it and an engineer's token."""
    from django.db import connection

    from oversight.people.services.tokens import make_token
    from tests.factories import make_campaign, make_user, make_version

    campaign = make_campaign(slug=f"rows-{rows}")
    version = make_version(campaign)
    with connection.cursor() as cursor:
        print(f"{rows:,} rows: loading", flush=True)
        cursor.execute(QUERIES, [campaign.pk, rows])
        for sample in (0, 1):
            cursor.execute(RESPONSES, [version.pk, sample, sample, campaign.pk])
            print(f"{rows:,} rows: {sample + 1} of 2 responses each", flush=True)
        cursor.execute(PREFERENCES, [campaign.pk, version.pk])
        cursor.execute("VACUUM ANALYZE")
    return campaign, make_token(user=make_user(is_superuser=True))


def _run(stack: Stack, campaign: Any, token: str, rows: int, name: str) -> dict[str, Any]:
    path = f"/api/v1/campaigns/{campaign.slug}/datasets/{FILES[name]}"
    for _ in range(8):  # so that each process has read its libraries
        _get(stack, f"{path}?since={2**62}", token)
    copied = min(_copied(campaign.pk, rows) for _ in range(2))
    with Growth(stack) as growth:
        seconds, first, size = _get(stack, path, token)
    return {
        "rows": rows,
        "format": name,
        "rows_per_s": round(rows / seconds),
        "ratio_to_copy": round(copied / seconds, 2),
        "mib_grown": round(growth.most / 2**20, 1),
        "first_byte_ms": round(first * 1000),
        "mb": round(size / 1e6),
    }


def _get(stack: Stack, path: str, token: str) -> tuple[float, float, int]:
    """Return the seconds to the end and to the first byte, and how many bytes came."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.port)
    began = time.perf_counter()
    connection.request("GET", path, headers={"Authorization": f"Token {token}"})
    answer = connection.getresponse()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status} {answer.read()[:500]!r}")
    size = len(answer.read(1))
    first = time.perf_counter() - began
    while block := answer.read(READ_BYTES):
        size += len(block)
    return time.perf_counter() - began, first, size


def _copied(campaign_id: int, rows: int) -> float:
    """Return the seconds of PostgreSQL's COPY of the same rows, read and thrown away."""
    from django.db import connection

    began, count = time.perf_counter(), 0
    with connection.cursor() as cursor, cursor.copy(SAME_ROWS.format(campaign_id)) as copy:
        for _ in copy:
            count += 1
    if count != rows:
        raise SystemExit(f"{count} of {rows} rows")
    return time.perf_counter() - began


class Growth:
    """By how many bytes the web process that grew most did, while the block ran."""

    def __init__(self, stack: Stack) -> None:
        self._processes = stack.processes("gunicorn")
        self.most = 0

    def __enter__(self) -> "Growth":
        self._before = [each.memory_info().rss for each in self._processes]
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_over.wait(0.1):
            now = [each.memory_info().rss for each in self._processes]
            self.most = max(self.most, *(b - a for a, b in zip(self._before, now, strict=True)))


if __name__ == "__main__":
    main()
