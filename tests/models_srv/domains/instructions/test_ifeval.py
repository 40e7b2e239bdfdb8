"""Our checks against the reference verdicts on GPT-4's answers to half of IFEval's prompts.

The data are not part of the project. Where they are elsewhere, IFEVAL names the file.
"""

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from models_srv.domains.instructions.domain import INSTRUCTIONS
from models_srv.domains.instructions.ifeval import CHECKS, LEFT_OUT, verdicts

ROOT = Path(__file__).resolve().parents[4]
FILE = Path(os.environ.get("IFEVAL") or ROOT.parent / "shared/data/ifeval/first-half.jsonl")
# The reference takes these one to three words for another language than English.
NOT_ENGLISH = {(202, "etchings"), (1843, '"coastal elegance properties"'), (2341, "YES")}
IN_CASE = ("change_case:english_lowercase", "change_case:english_capital")


@pytest.fixture(scope="module")
def rows():
    if not FILE.exists():
        pytest.skip(f"IFEval's prompts and verdicts are not at {FILE} (IFEVAL names the file)")
    return [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def compared(rows):
    """Of every instruction: its row, its id, our verdict, the reference's."""
    return [
        (row, *each)
        for row in rows
        for each in zip(
            row["instruction_id_list"],
            verdicts(row["gpt4_response"], row["instruction_id_list"], row["kwargs"]),
            row["strict"],
            strict=True,
        )
    ]


def test_they_agree_but_where_a_language_has_to_be_told(compared):
    differ = [
        (row, name) for row, name, ours, theirs in compared if ours is not None and ours != theirs
    ]
    assert {(row["key"], row["gpt4_response"]) for row, _ in differ} == NOT_ENGLISH
    assert {name for _, name in differ} <= set(IN_CASE)
    assert {name for _, name, ours, _ in compared if ours is None} == {LEFT_OUT}


def test_the_table_says_how_often_by_kind(compared):
    had = Counter(name for _, name, _, _ in compared)
    agreed = Counter(name for _, name, ours, theirs in compared if ours == theirs)
    text = (ROOT / "docs" / "instructions.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([\w:]+)` \| (\d+) of (\d+) \|", text, re.MULTILINE)
    assert {name: (int(n), int(of)) for name, n, of in told} == {
        name: (agreed[name], had[name]) for name in had
    }
    assert set(had) == {*CHECKS, LEFT_OUT}


def test_the_domains_queries_are_none_of_its_prompts(rows):
    """No five words of a drawn query stand in a row in any prompt."""
    theirs = set().union(*(_runs(row["prompt"]) for row in rows))
    drawn = [
        line
        for split in ("train", "held_out")
        for query in INSTRUCTIONS.queries(split, 1000, 1)
        for line in query.text.splitlines()
    ]
    assert {line for line in drawn if _runs(line) & theirs} == set()


def _runs(text, length=5):
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}
