"""Batches are as large as memory allows, and what memory there is changes no text."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from models_srv.backends import memory
from models_srv.backends.batches import Batches
from models_srv.backends.local import LocalBackend
from models_srv.backends.memory import TokenBudget, bytes_per_token, token_budget, weights_bytes
from models_srv.types import Message, ModelSpec, ModelUnavailable, Sampling

CONVERSATIONS = [[Message("user", "apples " * (1 + count % 5))] for count in range(12)]
SAMPLING = Sampling(max_tokens=8, seed=3)


@pytest.fixture
def backend(tiny_model):
    return LocalBackend(ModelSpec("transformers", str(tiny_model)))


@pytest.mark.parametrize(
    ("budget", "lengths", "count"),
    [
        pytest.param(TokenBudget(100, 8), [10] * 20, 8, id="rows"),
        pytest.param(TokenBudget(100, 64), [10] * 20, 10, id="tokens"),
        pytest.param(TokenBudget(100, 64, row_tokens=10), [10] * 20, 5, id="what-a-row-costs"),
        pytest.param(TokenBudget(100, 64), [10, 20, 40, 60], 2, id="all-as-long-as-the-longest"),
        pytest.param(TokenBudget(100, 64), [500, 500], 1, id="one-whatever-it-costs"),
        pytest.param(TokenBudget(100, 64), [3], 1, id="no-more-than-there-are"),
    ],
)
def test_as_many_rows_as_fit_go_together(budget, lengths, count):
    assert budget.fitting(lengths) == count


def test_what_did_not_fit_is_halved():
    budget = TokenBudget(1000, 64)
    smaller = budget.below([10, 20, 40])
    assert smaller.tokens == 60
    assert smaller.fitting([10, 20, 40]) == 2


def out_of_memory(most_rows):
    """A batch's work that needs more memory than there is for more rows than that."""
    import torch

    asked = []

    def work(batch):
        asked.append(list(batch))
        if len(batch) > most_rows:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return [f"row {row}" for row in batch]

    return work, asked


def test_out_of_memory_it_goes_on_in_smaller_batches_and_remembers():
    work, asked = out_of_memory(2)
    batches = Batches(TokenBudget(1000, 64), "m")
    lengths = dict.fromkeys(range(8), 10)
    assert batches.run(lengths, work) == {row: f"row {row}" for row in range(8)}
    assert [len(batch) for batch in asked] == [8, 4, 2, 2, 2, 2]
    asked.clear()
    batches.run(lengths, work)
    assert [len(batch) for batch in asked] == [2, 2, 2, 2]


def test_one_row_that_is_too_much_waits_for_memory():
    work, _ = out_of_memory(0)
    with pytest.raises(ModelUnavailable, match="m ran out of memory on one row of at most 30"):
        Batches(TokenBudget(1000, 64), "m").run({0: 30, 1: 30}, work)


def test_another_failure_is_not_taken_for_a_lack_of_memory():
    def work(batch):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="shapes"):
        Batches(TokenBudget(1000, 64), "m").run({0: 30, 1: 30}, work)


def test_a_cpu_without_memory_is_known_too():
    error = RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried")
    assert memory.is_out_of_memory(error)
    assert not memory.is_out_of_memory(RuntimeError("another"))


@pytest.mark.parametrize("tokens", [1, 90, 100_000])
def test_the_memory_that_is_found_changes_no_text(backend, tokens):
    whole = backend.generate(CONVERSATIONS, SAMPLING)
    backend._batches.budget = replace(backend._batches.budget, tokens=tokens)
    split = backend.generate(CONVERSATIONS, SAMPLING)
    assert [g.text for g in split] == [g.text for g in whole]
    for one, other in zip(split, whole, strict=True):
        assert one.logprob == pytest.approx(other.logprob, abs=1e-3)


def test_the_budget_follows_memory_in_steps(backend, monkeypatch):
    each = bytes_per_token(backend.model.config, 4)

    def tokens_with(free):
        monkeypatch.setattr(memory, "free_bytes", lambda *, is_gpu: free)
        return token_budget(backend.model).tokens

    assert tokens_with(each * 2 * 1000) == 512, "half of it, down to a power of two"
    assert tokens_with(each * 2 * 1020) == 512, "a little more makes the same batches"
    assert tokens_with(each * 2 * 2100) == 2048
    assert tokens_with(1 << 50) == memory.CPU_TOKENS
    assert tokens_with(0) == 1


def test_a_token_holds_its_keys_and_values_in_every_layer(backend):
    # Two layers, two of four heads kept, eight numbers each; then a layer's own work.
    assert bytes_per_token(backend.model.config, 4) == 4 * (2 * 2 * 2 * 8 + 6 * 32 + 3 * 64)
    plain = SimpleNamespace(hidden_size=32, num_attention_heads=4, num_hidden_layers=2)
    assert bytes_per_token(plain, 2) == 2 * (2 * 2 * 32 + 6 * 32 + 3 * 128)


def test_a_container_has_no_more_than_its_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "CGROUP", tmp_path)
    free = memory.free_bytes(is_gpu=False)
    assert free > 10_000_000, "no container, no limit"
    (tmp_path / "memory.current").write_text("3000000\n")
    (tmp_path / "memory.stat").write_text("anon 1\ninactive_file 500000\n")
    (tmp_path / "memory.max").write_text("5000000\n")
    assert memory.free_bytes(is_gpu=False) == 2_500_000
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.free_bytes(is_gpu=False) > 10_000_000


def test_weights_grow_when_they_are_unpacked(tmp_path):
    spec = ModelSpec("transformers", str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"0" * 100)
    (tmp_path / "tokenizer.json").write_bytes(b"0" * 1000)
    assert weights_bytes(spec, is_gpu=False) == 200
    assert weights_bytes(spec, is_gpu=True) == 100
    (tmp_path / "model.gguf").write_bytes(b"0" * 10)
    assert weights_bytes(spec, is_gpu=True) == 140
    assert weights_bytes(ModelSpec("transformers", "org/name"), is_gpu=True) == 0
