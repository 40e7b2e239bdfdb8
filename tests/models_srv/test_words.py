"""Words in any script, and never half of what is seen as one character."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_srv.dpo.edit_distance import edit_distances
from models_srv.evaluation import distinct_2
from models_srv.words import tokens, words

pytestmark = pytest.mark.fault("cjk")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("3 + 4 = 7, he said", ["3", "+", "4", "=", "7,", "he", "said"], id="english"),
        pytest.param("你好世界。hello", ["你", "好", "世", "界", "。", "hello"], id="chinese"),
        pytest.param("日本のテスト", ["日", "本", "の", "テ", "ス", "ト"], id="japanese"),
        pytest.param("กรุง ไทย", ["ก", "รุ", "ง", "ไ", "ท", "ย"], id="thai"),
        pytest.param("한국어 띄어쓰기", ["한국어", "띄어쓰기"], id="korean"),
        pytest.param("नमस्ते दुनिया", ["नमस्ते", "दुनिया"], id="hindi"),
        pytest.param("cafe\u0301 naïve", ["cafe\u0301", "naïve"], id="accents"),
        pytest.param("", [], id="empty"),
    ],
)
def test_words(text, expected):
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a, b", ["a", ",", " ", "b"], id="signs"),
        pytest.param("我ate饭 了", ["我", "ate", "饭", " ", "了"], id="mixed"),
        pytest.param("👨‍👩‍👧🇫🇷🇩🇪e\u0301!", ["👨‍👩‍👧", "🇫🇷", "🇩🇪", "e\u0301", "!"], id="clusters"),
    ],
)
def test_tokens(text, expected):
    assert tokens(text) == expected


@given(st.text(alphabet=st.sampled_from("ab 你のก็\u0301\u200d👨👧🇫🇷한\r\n.é"), max_size=40))
def test_tokens_joined_are_the_text(text):
    assert "".join(tokens(text)) == text
    assert "".join(words(text)) == "".join(text.split())


@pytest.mark.parametrize("unit", ["🇫", "👨‍", "क्", "\u1100", "\u0301", "你", "a🇫", "\u0600"])
def test_no_script_costs_more_than_its_length(unit):
    text = unit * (100_000 // len(unit))
    start = time.process_time()
    tokens(text)
    words(text)
    assert time.process_time() - start < 2


def test_chinese_answers_that_differ_in_one_character_are_near():
    assert edit_distances([("今天天气很好", "今天天气不好")]).median == pytest.approx(
        1 / 6, abs=1e-4
    )


def test_repetition_in_chinese_is_seen():
    assert distinct_2(["你好你好你好"]) == pytest.approx(2 / 5)
