import pytest

from models_srv.backends.model_names import is_same_model

pytestmark = pytest.mark.fault("server-answers")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("m", "m"),
        ("gpt-4o", "gpt-4o-2024-08-06"),
        ("gpt-4", "gpt-4-0613"),
        ("claude-3-5-sonnet-latest", "claude-3-5-sonnet-20241022"),
        ("llama3", "llama3:latest"),
        ("Qwen/Qwen2.5-7B", "qwen/qwen2.5-7b"),
        ("Qwen/Qwen2.5-7B", "Qwen2.5-7B"),
        ("qwen2.5-7b", "/models/qwen2.5-7b.gguf"),
        ("gemini-2.0-flash", "models/gemini-2.0-flash"),
        ("/models/qwen/", "/models/qwen"),
    ],
)
def test_names_of_one_model(asked, said):
    assert is_same_model(asked, said)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("m", "n"),
        ("gpt-4o", "gpt-4o-mini"),
        ("gpt-4o-mini", "gpt-4o"),
        ("gpt-4o-2024-05-13", "gpt-4o-2024-08-06"),
        ("learner-lora", "base"),
        ("Qwen/Qwen2.5-7B", "other/Qwen2.5-7B"),
        ("/models/a/model", "/models/b/model"),
        ("llama3:8b", "llama3:70b"),
    ],
)
def test_names_of_two_models(asked, said):
    assert not is_same_model(asked, said)
