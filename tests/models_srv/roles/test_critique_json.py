"""A critique as JSON means what the same critique by lines means."""

import json
import math

import pytest

from models_srv.roles.critic import build_critique_request, parse_critique
from models_srv.roles.critique_json import SCHEMA, read_json
from models_srv.types import Generation, TokenLogprob

RESPONSE = "First 7 * 6 = 48. Then 48 + 1 = 49."
COMMENT = {
    "quote": "7 * 6 = 48",
    "category": "arithmetic",
    "severity": "critical",
    "principle": "2",
    "why": "7 * 6 is 42.",
    "fix": "7 * 6 = 42",
}
WHOLE = {
    "verdict": "flawed",
    "summary": "Wrong.",
    "comments": [COMMENT, {**COMMENT, "quote": "49"}],
}
BY_LINES = "verdict: flawed\nsummary: Wrong.\n" + "\n".join(
    f"{key}: {value}" for comment in WHOLE["comments"] for key, value in comment.items()
)


def tokens(*parts, p_flawed=0.8):
    at = {
        "fl": {"fl": p_flawed, "sound": 1 - p_flawed},
        '"fl': {'"fl': p_flawed, '"so': 1 - p_flawed},
    }
    return tuple(
        TokenLogprob(
            part,
            math.log(at[part][part]) if part in at else -0.1,
            {text: math.log(p) for text, p in at.get(part, {}).items()},
        )
        for part in parts
    )


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(WHOLE),
        json.dumps(WHOLE, indent=2),
        f"```json\n{json.dumps(WHOLE)}\n```",
        "\n" + json.dumps(WHOLE),
    ],
    ids=["one-line", "indented", "fenced", "after-a-line"],
)
def test_it_is_read_as_by_lines(text):
    by_lines = parse_critique(Generation(BY_LINES, "h"), RESPONSE)
    found = parse_critique(Generation(text, "h"), RESPONSE)
    assert (found.verdict, found.summary, found.comments) == (
        by_lines.verdict,
        by_lines.summary,
        by_lines.comments,
    )
    assert [comment.quote_match for comment in found.comments] == ["exact", "exact"]


@pytest.mark.parametrize(
    "parts",
    [
        ('{"', "verdict", '":', ' "', "fl", "awed"),
        ('{"', "verdict", '":"', "fl", "awed"),
        ('{"', "verdict", '":', '"fl', "awed"),
        ("{\n", '  "', "verdict", '"', ":", ' "', "fl", "awed"),
        ("```json\n", "{", '"verdict"', ":", ' "', "fl", "awed"),
    ],
)
def test_the_verdicts_probability_is_read_from_its_first_token(parts):
    rest = '", "summary": "No \\"verdict\\": sound.", "comments": []}'
    rest += "\n```" if parts[0].startswith("`") else ""
    found = parse_critique(Generation("".join(parts) + rest, "h", tokens=tokens(*parts, rest)), "r")
    assert (found.verdict, found.p_flawed) == ("flawed", pytest.approx(0.8))


def test_the_verdict_is_read_after_the_reasoning():
    whole = json.dumps(WHOLE)
    generation = Generation(f'<think>{{"verdict": "sound"}}</think>\n{whole}', "h")
    assert parse_critique(generation, RESPONSE).verdict == "flawed"


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '"verdict"', '{"verdict": null}', '{"comments": 7}', "[" * 100_000],
    ids=["nothing", "torn", "list", "text", "null", "number", "deep"],
)
def test_what_is_no_critique_is_unscored(text):
    found = parse_critique(Generation(text, "h"), RESPONSE)
    assert (found.verdict, found.p_flawed, found.comments) == (None, None, ())


def test_hostile_fields_are_text_or_left_out():
    odd = {"quote": ["x"], "severity": "critical", "why": 7, "other": "y"}
    found = parse_critique(
        Generation(json.dumps({"verdict": "flawed", "summary": {}, "comments": [odd, 3]}), "h"), "r"
    )
    [comment] = found.comments
    assert (comment.quote_match, comment.explanation) == ("none", "7")


def test_the_form_is_stated_in_the_prompt_after_the_principles():
    system, user = build_critique_request(
        query="q", response="a", guidelines="Be strict.", principles=["One."], as_json=True
    )
    parts = ["Be strict.", "1. One.", '"verdict"']
    places = [system.content.index(part) for part in parts]
    assert places == sorted(places)
    assert user.content == "Question:\nq\n\nAnswer:\na"


def test_the_schema_is_what_is_read():
    schema = json.loads(SCHEMA)
    assert list(schema["properties"]) == ["verdict", "summary", "comments"]
    assert {field.key for field in read_json(json.dumps(WHOLE))} == {
        "verdict",
        "summary",
        *schema["properties"]["comments"]["items"]["properties"],
    }
