import pytest

from models_srv.training.failures import one_line
from models_srv.types import ModelMisconfigured


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        pytest.param(OSError(28, "No space left on device"), "The disk is full", id="os"),
        pytest.param(RuntimeError("I/O error: No space left on device (os error 28)"),
                     "The disk is full", id="safetensors"),
        pytest.param(MemoryError(), "Out of memory", id="memory"),
        pytest.param(RuntimeError("CUDA out of memory. Tried to"), "Out of memory", id="gpu"),
        pytest.param(ModelMisconfigured("There is no model"), "There is no model", id="ours"),
        pytest.param(KeyError("x"), "KeyError: 'x'", id="other"),
        pytest.param(ValueError("a\nb"), "ValueError: a b", id="one-line"),
    ],
)  # fmt: skip
def test_one_line(error, expected):
    assert one_line(error).startswith(expected)
    assert "\n" not in one_line(error)
