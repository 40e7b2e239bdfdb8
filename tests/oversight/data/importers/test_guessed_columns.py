"""What columns are is told from their names."""

import pytest

from oversight.data.importers.formats.columns import guessed


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ("question answer_1 answer_2", "prompt=question a=answer_1 b=answer_2"),
        ("prompt ResponseA Response-B label", "prompt=prompt a=ResponseA b=Response-B label=label"),
        ("q response_0 response_1", "a=response_0 b=response_1"),
        ("text a b", "prompt=text a=a b=b"),
        ("task first second judge", "prompt=task a=first b=second annotator=judge"),
        ("task output1 output2 output3", "prompt=task a=output1 b=output2 c=output3"),
        # An answer beside no other is what benchmarks call the right one.
        ("question answer", "prompt=question reference=answer"),
        ("prompt response", "prompt=prompt a=response"),
        ("query 1 2", "prompt=query"),
        ("model_a model_b answer_a answer_b", "a=answer_a b=answer_b"),
    ],
)
def test_names(columns, found):
    said = {role.removeprefix("response_"): name for role, name in guessed(columns.split()).items()}
    assert said == dict(pair.split("=") for pair in found.split())
