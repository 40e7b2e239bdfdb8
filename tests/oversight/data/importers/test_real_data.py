"""The published files, whole, with the figures that their makers give."""

from pathlib import Path

import pytest

from oversight.data.importers import Told, read_rows
from oversight.data.importers.guessing import guess

DATA = Path(__file__).resolve().parents[5] / "shared" / "data"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"needs the published data sets in {DATA}, which is not there"
)


def rows(path, format_name):
    with (DATA / path).open("rb") as stream:
        return list(read_rows(stream, format_name))


def test_gsm8k_has_four_marked_solutions_of_each_problem():
    solved = rows("gsm8k/example_model_solutions.jsonl", "gsm8k-solutions")
    assert len(solved) == 1319
    assert {len(row.answers) for row in solved} == {4}
    assert all(answer.is_correct is not None for row in solved for answer in row.answers)


def test_pandalm_has_three_choices_of_each_pair():
    judged = rows("pandalm/testset-v1.json", "pandalm")
    assert len(judged) == 999
    assert {len(row.choices) for row in judged} == {3}
    assert sum(choice == "tie" for row in judged for choice in row.choices[:1]) == 97


def test_pandalm_answers_that_became_booleans_are_words_again():
    judged = rows("pandalm/testset-v1.json", "pandalm")
    assert sum("True" in (row.answer_a.text, row.answer_b.text) for row in judged) == 6


def test_xstest_has_eighteen_types_of_query():
    queries = rows("xstest/xstest_prompts.csv", "xstest")
    assert (len(queries), len({row.node for row in queries})) == (450, 18)


def test_hh_rlhf_has_a_crowdworkers_choice_in_every_row_and_four_empty_last_turns():
    judged = rows("hh-rlhf/harmless-base-test-first-half.jsonl", "hh-rlhf")
    assert len(judged) == 1156
    empty = [row.query.line for row in judged if any(not a.text.strip() for a in row.answers)]
    assert empty == [87, 517, 926, 1104]


def test_llmbar_is_read_by_its_columns():
    with (DATA / "llmbar" / "natural.json").open("rb") as stream:
        found = guess(stream)
        told = Told("person", found.mapping)
        judged = list(read_rows(stream, found.format, told))
    assert {label.ranks for row in judged for label in row.labels} == {(1, 2), (2, 1)}
    assert len(judged) == 100
