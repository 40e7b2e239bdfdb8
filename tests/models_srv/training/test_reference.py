"""The reference's log-probabilities: which model gives them, and that they are computed once."""

import pytest
import torch

from models_srv.training.collator import REFERENCE, pair_collator
from models_srv.training.reference import ReferenceCache
from models_srv.training.rows import NUMBERS
from models_srv.training.trainer import PairLoss
from tests.models_srv.training.conftest import make_pairs, metrics


@pytest.fixture
def computed(monkeypatch):
    """The numbers of rows that the reference was run over, one a time."""
    counts = []
    run_reference = PairLoss._reference_logps

    def counting(self, rows, batch_size):
        counts.append(len(rows))
        return run_reference(self, rows, batch_size)

    monkeypatch.setattr(PairLoss, "_reference_logps", counting)
    return counts


def without_seconds(run_dir):
    """What the metrics say but for the time that it took."""
    timed = ("seconds", "train_runtime", "step_time", "grad_norm")
    return [
        {key: value for key, value in row.items() if key not in timed} for row in metrics(run_dir)
    ]


def test_the_same_pairs_and_model_are_computed_once(train_run, tmp_path, computed):
    cache = str(tmp_path / "cache")
    first, _ = train_run(cache_dir=cache)
    second, _ = train_run(cache_dir=cache, loss="dpop")
    third, _ = train_run(cache_dir=cache)
    assert computed == [12]
    assert without_seconds(first) == without_seconds(third) != without_seconds(second)


def test_other_pairs_are_computed_anew(train_run, tmp_path, computed):
    cache = str(tmp_path / "cache")
    train_run(cache_dir=cache, max_steps=1)
    train_run(cache_dir=cache, max_steps=1, pairs=make_pairs(5))
    assert computed == [12, 5]


def test_labels_are_no_part_of_the_key(train_run, tmp_path, computed):
    cache = str(tmp_path / "cache")
    train_run(cache_dir=cache, max_steps=1)
    train_run(cache_dir=cache, max_steps=1, pairs=make_pairs(12, p_w=0.8, p_l=0.3, weight=2.0))
    assert computed == [12]


def test_another_reference_is_computed_anew(train_run, tmp_path, computed):
    cache = str(tmp_path / "cache")
    parent, _ = train_run(method="lora", lora_r=4, cache_dir=cache)
    adapter = str(parent / "model")
    train_run(adapter=adapter, reference="parent", cache_dir=cache, max_steps=1)
    assert computed == [12, 12]
    from_base, _ = train_run(adapter=adapter, reference="base", cache_dir=cache, max_steps=1)
    assert computed == [12, 12], "the base gave them for its own first run"
    assert metrics(from_base)[0]["rewards/margins"] > 0.1


def test_a_damaged_file_is_computed_anew_and_replaced(train_run, tmp_path, computed):
    cache = tmp_path / "cache"
    first, _ = train_run(cache_dir=str(cache), max_steps=1)
    [path] = cache.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    second, _ = train_run(cache_dir=str(cache), max_steps=1)
    assert computed == [12, 12]
    assert path.read_bytes() == whole
    assert without_seconds(first) == without_seconds(second)


def test_without_a_folder_nothing_is_kept(train_run, tmp_path, computed):
    train_run(max_steps=1)
    train_run(max_steps=1)
    assert computed == [12, 12]


ROWS = [
    {"prompt_ids": [5, 6], "chosen_ids": [7, 8, 1], "rejected_ids": [9, 1]},
    {"prompt_ids": [5], "chosen_ids": [7, 1], "rejected_ids": []},
]
LOGPS = {
    "ref_chosen_logps": [[-1.0, -2.0, -3.0], [-4.0, -5.0]],
    "ref_rejected_logps": [[-6.0, -7.0], []],
}


def test_what_was_kept_comes_back_row_by_row(tmp_path):
    cache = ReferenceCache(tmp_path, "model")
    assert cache.get(ROWS, lambda: LOGPS) == LOGPS
    assert cache.get(ROWS, lambda: pytest.fail("it is known")) == LOGPS
    asked = []
    ReferenceCache(tmp_path, "other model").get(ROWS, lambda: asked.append(1) or LOGPS)
    assert asked, "another model's are not taken"


def test_the_references_numbers_lie_where_the_models_will():
    """The token at position t is predicted at t − 1; nothing stands outside the answers."""
    rows = [
        row | dict(NUMBERS) | {name: LOGPS[name][at] for name in LOGPS}
        for at, row in enumerate(ROWS)
    ]
    batch = pair_collator(pad_token_id=0)(rows)
    expected = [[0, -1, -2, -3], [-4, -5, 0, 0], [0, -6, -7, 0], [0, 0, 0, 0]]
    assert batch["ref_token_logps"].tolist() == expected
    assert batch["completion_mask"][:, 1:].tolist() == [[int(x != 0) for x in r] for r in expected]


def test_the_model_is_never_given_what_it_does_not_know(train_run, monkeypatch):
    """TRL passes unknown batch keys on to the model, and a Llama takes them in silence."""
    from transformers import LlamaModel

    given = set()
    forward = LlamaModel.forward

    def watching(self, *args, **kwargs):
        given.update(name for name, value in kwargs.items() if isinstance(value, torch.Tensor))
        return forward(self, *args, **kwargs)

    monkeypatch.setattr(LlamaModel, "forward", watching)
    train_run(method="full", loss="kto", max_steps=2)
    assert "input_ids" in given
    strangers = {*NUMBERS, *REFERENCE, *REFERENCE.values(), "ref_token_logps", "length"}
    assert not given & strangers
    assert not [name for name in given if name.startswith("mismatched")]
