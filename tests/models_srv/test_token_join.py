import time

import pytest

from models_srv.token_join import ByteToken, answer_tokens
from models_srv.types import TokenLogprob

pytestmark = pytest.mark.fault("reasoning")


def given(*parts):
    raw = [part if isinstance(part, bytes) else part.encode() for part in parts]
    return [ByteToken(TokenLogprob(str(n), -float(n)), each) for n, each in enumerate(raw)]


@pytest.mark.parametrize(
    ("parts", "answer", "first"),
    [
        pytest.param(["verdict", ":", " flawed"], "verdict: flawed", 0, id="all"),
        pytest.param(["hm", "</think>", "\n\n", "ver", "dict"], "verdict", 3, id="tail"),
        pytest.param(["hm", "\n\nverdict"], "verdict", 1, id="white-space-of-the-first-token"),
        pytest.param(["verdict", "\n\n"], "verdict", 0, id="white-space-after"),
        pytest.param(["verdict", ".\n"], "verdict.", 0, id="white-space-of-the-last-token"),
        pytest.param(["x", "verdict", "<|im_end|>"], "verdict", 1, id="turn-end"),
        pytest.param(["x", "verdict", "</s>", ""], "verdict", 1, id="two-ends"),
        pytest.param(["x", "a</s>"], "a</s>", 1, id="an-end-that-is-text"),
        pytest.param(["x", "a", "</s>"], "a</s>", 1, id="an-end-that-is-a-token-of-text"),
        pytest.param(["\n", " 7"], "7", 0, id="nothing-but-white-space-before"),
        pytest.param(["x", b"\xf0\x9f", b"\x98\x80", "!"], "😀!", 1, id="bytes-of-a-character"),
        pytest.param(["x", "\ufffd", "\ufffd", " hi"], "😀 hi", 1, id="pieces-not-spelled"),
        pytest.param(["x", "a", "\ufffd", "", "😀"], "aé😀", 1, id="one-piece-inside"),
    ],
)
def test_the_tail_that_spells_the_answer_counts(parts, answer, first):
    tokens = answer_tokens(given(*parts), answer)
    assert [-int(token.logprob) for token in tokens] == list(range(first, len(parts)))


@pytest.mark.parametrize(
    ("parts", "answer"),
    [
        pytest.param(["verdict", ": sound"], "verdict: flawed", id="other-words"),
        pytest.param(["un", "flawed"], "unflawed.", id="more-in-the-answer"),
        pytest.param(["hm>ver", "dict"], "verdict", id="begins-inside-a-token"),
        pytest.param(["verdict", " it is"], "verdict", id="goes-on"),
        pytest.param(["verdict"], "", id="no-answer"),
        pytest.param([], "verdict", id="no-tokens"),
        pytest.param(["verdict "], "verdict  x", id="white-space-inside"),
        pytest.param(["a", "\ufffd", "b"], "axb", id="pieces-are-no-letters"),
    ],
)
def test_tokens_that_do_not_join_count_for_nothing(parts, answer):
    assert answer_tokens(given(*parts), answer) == ()


def test_the_texts_spell_the_answer():
    tokens = answer_tokens(given("x", b"\xf0\x9f", b"\x98\x80", "!", "</s>"), "😀!")
    assert [token.text for token in tokens] == ["", "😀", "!", "</s>"]


@pytest.mark.parametrize(
    ("parts", "answer"),
    [
        pytest.param(["\ufffd"] * 20_000, "é" * 20_000, id="pieces"),
        pytest.param([" "] * 20_000, "a" * 20_000, id="blank"),
        pytest.param(["</s>"] * 20_000, "a", id="ends"),
    ],
)
def test_it_costs_what_the_answer_is_long(parts, answer):
    started = time.process_time()
    answer_tokens(given(*parts), answer)
    assert time.process_time() - started < 5
