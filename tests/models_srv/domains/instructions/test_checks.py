"""What keeps to an instruction and what does not, and in how long that is found out."""

import pytest

from models_srv.domains.instructions.checks import case, ends, layout, lengths, punctuation, words
from models_srv.domains.instructions.ifeval import LEFT_OUT, verdicts
from models_srv.domains.instructions.kinds import KINDS


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two! Three?", 3),
        ("Dr. Who lives at No. 5. He is in.", 2),
        ("It is 3.14 or so. yes", 1),
        ("“Stop!” She ran.", 2),
        ("No stop at the end", 1),
        ("Wait... What?", 2),
        ("", 0),
    ],
)
def test_sentences(text, count):
    assert lengths.sentences(text) == count


@pytest.mark.parametrize(
    ("check", "yes", "no"),
    [
        pytest.param(case.is_lower, "small [x]", "Small", id="lower"),
        pytest.param(case.is_upper, "BIG 1", "BIg", id="upper"),
        pytest.param(punctuation.has_no_comma, "a; b", "a, b", id="comma"),
        pytest.param(ends.is_quoted, ' "a" ', '"a', id="quoted"),
        pytest.param(layout.has_title, "x\n<<A title>>", "<<>>", id="title"),
        pytest.param(layout.is_json, '```json\n{"a": [1]}\n```', "{'a': 1}", id="json"),
        pytest.param(layout.is_two_answers, "a\n******\nb", "a******a", id="two-answers"),
        pytest.param(lambda t: layout.bullets(t) == 2, "* a\n - b\n**c**", "* a\nb", id="bullets"),
        pytest.param(lambda t: layout.highlights(t) == 2, "*a* b *c*", "*a* **", id="highlights"),
        pytest.param(lambda t: layout.placeholders(t) == 1, "[a]", "[a\n]", id="placeholders"),
        pytest.param(lambda t: layout.sections(t, "Part") == 2, "Part 1 a Part 2", "Part", id="parts"),
        pytest.param(lambda t: lengths.divided_paragraphs(t) == 2, "a\n***\nb", "a", id="divided"),
        pytest.param(
            lambda t: lengths.divided_paragraphs(t) is None, "a *** *** b", "***a***", id="empty-part"
        ),
        pytest.param(lambda t: lengths.first_word(t) == "yes", '"Yes", he said', "Yess", id="first"),
        pytest.param(lambda t: words.has_none(t, ("cat",)), "cats", "a Cat", id="unwanted"),
        pytest.param(lambda t: words.has_all(t, ("cat",)), "Cats", "c a t", id="wanted"),
        pytest.param(lambda t: ends.ends_with(t, "The end."), '"the END."', "end", id="ending"),
        pytest.param(lambda t: ends.begins_with(t, "Look"), " look!", "Well: look", id="beginning"),
        pytest.param(lambda t: ends.has_postscript(t, "P.S."), "a\nP. S. b", "PS b", id="ps"),
        pytest.param(lambda t: ends.has_postscript(t, "P.P.S"), "p.p. s", "p.s.", id="pps"),
    ],
)  # fmt: skip
def test_what_keeps_to_it_and_what_does_not(check, yes, no):
    assert check(yes)
    assert not check(no)


def test_an_answer_with_nothing_in_it_keeps_to_nothing_and_languages_are_left_out():
    assert verdicts(" \n", ["punctuation:no_comma", LEFT_OUT], [{}, {}]) == [False, None]
    with pytest.raises(KeyError):
        verdicts("a", ["magic:trick"], [{}])


# What grows with the square of these lengths takes minutes.
@pytest.mark.timeout(60)
@pytest.mark.parametrize("text", ["[", "<<", "\n", ".", "*", "* ", "A. ", '?"', "a-"])
def test_no_text_takes_long(text):
    slots = {"n": "30", "word": "the", "other": "air"}
    for kind in KINDS.values():
        assert kind.holds(text * 200_000, slots) in (True, False)
