import pytest

from annotate.policies.harm import is_blurred
from annotate.policies.keys import DEFAULT_KEYS, changed_keys, key_translation, problems_of


def test_the_defaults_go_together():
    assert problems_of({}) == {}
    assert len({key for key, _ in DEFAULT_KEYS.values()}) == len(DEFAULT_KEYS)


@pytest.mark.parametrize(
    ("keys", "wrong"),
    [
        pytest.param({"valid": "h"}, set(), id="free"),
        pytest.param({"valid": "n"}, {"valid", "nitpick"}, id="taken"),
        pytest.param({"valid": "n", "nitpick": "v"}, set(), id="swapped"),
        pytest.param({"valid": "Enter"}, {"valid"}, id="no-single-key"),
        pytest.param({"valid": "F5"}, set(), id="function-key"),
        pytest.param({"valid": "é"}, {"valid"}, id="not-on-every-keyboard"),
    ],
)
def test_it_names_what_clashes(keys, wrong):
    assert set(problems_of(keys)) == wrong


def test_only_what_differs_is_kept():
    assert changed_keys({"valid": "h", "fake": "f", "unsure": ""}) == {"valid": "h"}


def test_keys_are_translated_to_those_that_the_page_knows():
    assert key_translation({"valid": "h"}) == {"v": "", "h": "v"}
    assert key_translation({"valid": "n", "nitpick": "v"}) == {"n": "v", "v": "n"}


@pytest.mark.parametrize(
    ("harm", "blur_from", "expected"),
    [
        ("severe", "mild", True),
        ("moderate", "severe", False),
        ("severe", "severe", True),
        ("", "mild", False),
        ("severe", "never", False),
    ],
)
def test_what_is_blurred(harm, blur_from, expected):
    assert is_blurred(harm, blur_from) == expected
