"""What makes two texts the same, and what does not."""

import pytest

from models_srv.texts import exact_digest, with_lf


@pytest.mark.parametrize(
    ("text", "kept"),
    [("a\r\nb\r\n", "a\nb\n"), ("a\rb", "a\nb"), ("a\r\r\nb", "a\n\nb"), ("a\n\rb", "a\n\nb")],
)
def test_every_line_end_becomes_lf(text, kept):
    assert with_lf(text) == kept


@pytest.mark.parametrize(
    ("one", "other"), [("caf\u00e9", "cafe\u0301"), ("a\r\nb", "a\nb"), ("a\rb", "a\nb")]
)
def test_one_text_written_in_two_ways_has_one_digest(one, other):
    assert exact_digest(one) == exact_digest(other)


@pytest.mark.fault("identity")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What is 2⁵ - 5?", "What is 25 - 5?"),
        ("What does the word polish mean?", "What does the word Polish mean?"),
        ("if False:\n    x = 1\nprint(2)", "if False:\n    x = 1\n    print(2)"),
        ("ﬁne", "fine"),
        ("a b", "a  b"),
        ("a", "a "),
    ],
)
def test_different_texts_have_different_digests(one, other):
    assert exact_digest(one) != exact_digest(other)
