"""A folder with one GGUF file is a model: asked, trained and saved like any other."""

import shutil

import pytest
import torch

from models_srv.backends.local import LocalBackend
from models_srv.training import TrainingConfig
from models_srv.training.run import train
from models_srv.types import Message, ModelMisconfigured, ModelSpec, Sampling
from models_srv.weights import gguf_options, load_weights
from tests.models_srv.gguf_makes import gguf_tokenizer, write_gguf
from tests.models_srv.training.conftest import QUICK, make_pairs, metrics, write_run

QUESTION = [Message("user", "Tom has apples.")]


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The folder, and the model that its file means."""
    folder = tmp_path_factory.mktemp("gguf") / "tiny"
    folder.mkdir()
    return folder, write_gguf(folder / "tiny-Q8_0.gguf")


def test_the_file_is_named_where_it_is_all_there_is(packed, tmp_path):
    folder, _ = packed
    assert gguf_options(str(folder)) == {"gguf_file": "tiny-Q8_0.gguf"}
    both = shutil.copytree(folder, tmp_path / "both")
    (both / "config.json").write_text("{}")
    assert gguf_options(str(both)) == {}
    assert gguf_options("org/name") == {}


def test_several_files_are_not_guessed_at(packed, tmp_path):
    folder = shutil.copytree(packed[0], tmp_path / "several")
    shutil.copy(folder / "tiny-Q8_0.gguf", folder / "tiny-Q4_0.gguf")
    with pytest.raises(ModelMisconfigured, match="holds 2 GGUF files"):
        LocalBackend(ModelSpec("transformers", str(folder)))


def test_its_numbers_are_unpacked(packed):
    folder, expected = packed
    model = load_weights(str(folder), dtype=torch.float32)
    ids = torch.arange(5, 45)[None]
    with torch.no_grad():
        assert torch.allclose(model(ids).logits, expected(ids).logits, atol=1e-5)
    assert not hasattr(model.config, "quantization_config")


def test_it_is_asked_through_its_own_template_and_tokenizer(packed):
    backend = LocalBackend(ModelSpec("transformers", str(packed[0])))
    tokenizer = gguf_tokenizer()
    turns = [{"role": "user", "content": QUESTION[0].content}]
    text = tokenizer.apply_chat_template(turns, add_generation_prompt=True, tokenize=False)
    assert backend._prompt_ids(QUESTION) == tokenizer(text)["input_ids"]
    assert "</s>" in backend.tokenizer.convert_ids_to_tokens(backend._stop_ids)
    [generation] = backend.generate([QUESTION], Sampling(temperature=0, max_tokens=4))
    assert generation.tokens


def test_a_tokenizer_beside_the_file_is_its_makers_own(packed, tmp_path):
    folder = shutil.copytree(packed[0], tmp_path / "own")
    tokenizer = gguf_tokenizer()
    tokenizer.chat_template = "{% for m in messages %}Q: {{ m['content'] }}\nA:{% endfor %}"
    tokenizer.save_pretrained(folder)
    backend = LocalBackend(ModelSpec("transformers", str(folder)))
    assert backend.tokenizer.decode(backend._prompt_ids(QUESTION)) == "Q: Tom has apples.\nA:"


def test_it_is_trained_on_and_what_comes_of_it_is_a_plain_model(packed, tmp_path):
    config = TrainingConfig(base_model=str(packed[0]), method="full", **{**QUICK, "max_steps": 3})
    run_dir = write_run(tmp_path / "run", config, make_pairs(8))
    assert train(run_dir, config)["state"] == "succeeded"
    assert metrics(run_dir)[-1]["rewards/margins"] > 0
    trained = LocalBackend(ModelSpec("transformers", str(run_dir / "model")))
    assert trained.generate([QUESTION], Sampling(max_tokens=2))[0].tokens
