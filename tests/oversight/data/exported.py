"""A campaign with something in every dataset, texts that no format should trip over, and readers."""

import csv
import gzip
import io
import json

import zstandard

from oversight.data.selectors.datasets import Wanted, registered
from oversight.data.selectors.encodings import Encoding, encoded
from oversight.feedback.services.answer_parts import LabelledStep
from oversight.feedback.services.judgements import record_judgement
from oversight.feedback.services.ratings import record_critique_ratings, record_step_labels
from oversight.models import (
    Comment,
    CommentVerdict,
    Critique,
    ItemKind,
    Judgement,
    Preference,
    ReviewItem,
    Source,
)
from tests.factories import (
    make_campaign,
    make_member,
    make_query,
    make_response,
    make_round,
    make_version,
)

HOSTILE = [
    '=HYPERLINK("http://x","y")',
    "+1",
    "-1, \"quoted\" and 'quoted'",
    "@SUM(A1)",
    "\tstarts with a tab",
    "CR\rand\r\nCRLF, then a backslash r: \\r and \\\\r\n",
    "LaTeX \\rho \\nabla \\u0041 \\",
    '{"prompt": "not JSON"}\n\\.\n,;|',
    "ünï 🙂 \u2028 \u2029 \x85 \x0b \x0c \x1f \x7f \ufeff",
    "null",
    "1.0",
    "2026-01-01T00:00:00Z",
    "",
]
SCORES = dict.fromkeys(
    ["points_out_problem", "misses_severe", "has_nitpick", "has_fake", "concise", "overall"], 4
)


def make_world(texts=HOSTILE):
    """A campaign with a pair for each text, the first of no round; judged by two people, or a tie."""
    campaign = make_campaign(slug="world")
    round_ = make_round(make_version(campaign), number=1)
    people = [make_member(campaign), make_member(campaign)]
    for number, text in enumerate(texts):
        query = make_query(campaign, f"{text} {number}", node=text[:200])
        a, b = make_response(query, text), make_response(query, f"{text}!")
        item = ReviewItem.objects.create(
            campaign=campaign, query=query, response_a=a, response_b=b, annotators=2
        )
        judged = [
            record_judgement(
                item=item, user=person, choice=choice, strength=2 if choice == "a" else None,
                order_shown="ba",
                was_critique_shown=True, seconds=1.5, rationale=text,
            )
            for person, choice in zip(people, ["a", "a" if number % 2 else "tie"], strict=True)
        ]  # fmt: skip
        Preference.objects.create(
            campaign=campaign, query=query, chosen=a, rejected=b, source=Source.PERSON, item=item,
            judgement=judged[0], round=round_ if number else None,
            p_w=1 if number else 0.9, p_l=0 if number else 0.1,
        )  # fmt: skip
        _criticise(judged[0], a, text)
        _label(campaign, query, people[0], text)
    return campaign


def _criticise(judgement, response, text):
    critic = make_version(response.query.campaign, "critic", active=False)
    critique = Critique.objects.create(
        response=response, version=critic, verdict="flawed", summary=text
    )
    for number, words in enumerate([text, "Another."], start=1):
        comment = Comment.objects.create(
            critique=critique, number=number, quote=words, quote_match="none",
            severity="minor", explanation=words,
        )  # fmt: skip
        if number == 1:
            CommentVerdict.objects.create(comment=comment, judgement=judgement, verdict="fake")


def _label(campaign, query, person, text):
    response = make_response(query, f"1 + 1 = 2\n{text}\n  rest ")
    for kind in (ItemKind.STEPS, ItemKind.CRITIQUE_RATING):
        item = ReviewItem.objects.create(
            campaign=campaign, query=query, response_a=response, kind=kind, problem=text
        )
        judgement = record_judgement(
            item=item, user=person, order_shown="a", was_critique_shown=False, seconds=2.25
        )
        if kind == ItemKind.STEPS:
            record_step_labels(judgement=judgement, steps=[LabelledStep(0, 9, 1)])
        else:
            critique = Critique.objects.create(
                response=response, version=make_version(campaign, "critic", active=False),
                verdict="sound", summary=text,
            )  # fmt: skip
            record_critique_ratings(judgement=judgement, ratings={critique.pk: SCORES})


def written(name, campaign, encoding=None, **wanted):
    return b"".join(encoded(registered()[name], Wanted(campaign, **wanted), encoding or Encoding()))


def rows_of(name, campaign, **wanted):
    return [json.loads(line) for line in written(name, campaign, **wanted).split(b"\n") if line]


def opened(content, compression):
    if compression == "gzip":
        return gzip.decompress(content)
    if compression == "zstd":
        return zstandard.ZstdDecompressor().decompressobj().decompress(content)
    return content


def read_csv(content):
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def judgement_of(row):
    return Judgement.objects.get(pk=row["judgement"])
