"""IFEval's own instructions by the checks of this domain: its ids and arguments, one verdict each."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from models_srv.domains.instructions.checks import case, ends, layout, lengths, punctuation, words

Check = Callable[[str, Mapping[str, Any]], bool]
CHOICES = ("My answer is yes.", "My answer is no.", "My answer is maybe.")
# It needs a model of languages, which no small library brings; nobody guesses.
LEFT_OUT = "language:response_language"


def verdicts(
    answer: str, ids: Sequence[str], arguments: Sequence[Mapping[str, Any]]
) -> list[bool | None]:
    """Return for each instruction whether the answer keeps to it (strictly); None for `LEFT_OUT`.

    Raises KeyError for an id that IFEval does not have, or arguments that are not those of its id.
    """
    return [
        None if name == LEFT_OUT else bool(answer.strip()) and CHECKS[name](answer, given)
        for name, given in zip(ids, arguments, strict=True)
    ]


def _compares(count: int, relation: str, wanted: int) -> bool:
    return count < wanted if relation == "less than" else count >= wanted


def _nth_paragraph(answer: str, given: Mapping[str, Any]) -> bool:
    parts, at = lengths.blank_line_paragraphs(answer), given["nth_paragraph"]
    count = sum(bool(part.strip()) for part in parts)
    if count != given["num_paragraphs"] or at > count:
        return False
    return bool(lengths.first_word(parts[at - 1]) == given["first_word"])


CHECKS: dict[str, Check] = {
    "change_case:capital_word_frequency": lambda answer, given: _compares(
        case.capital_words(answer), given["capital_relation"], given["capital_frequency"]
    ),
    "change_case:english_capital": lambda answer, _: case.is_upper(answer),
    "change_case:english_lowercase": lambda answer, _: case.is_lower(answer),
    "combination:repeat_prompt": lambda answer, given: ends.begins_with(
        answer, given["prompt_to_repeat"]
    ),
    "combination:two_responses": lambda answer, _: layout.is_two_answers(answer),
    "detectable_content:number_placeholders": lambda answer, given: (
        layout.placeholders(answer) >= given["num_placeholders"]
    ),
    "detectable_content:postscript": lambda answer, given: ends.has_postscript(
        answer, given["postscript_marker"]
    ),
    "detectable_format:constrained_response": lambda answer, _: ends.has_one_of(answer, CHOICES),
    "detectable_format:json_format": lambda answer, _: layout.is_json(answer),
    "detectable_format:multiple_sections": lambda answer, given: (
        layout.sections(answer, given["section_spliter"]) >= given["num_sections"]
    ),
    "detectable_format:number_bullet_lists": lambda answer, given: (
        layout.bullets(answer) == given["num_bullets"]
    ),
    "detectable_format:number_highlighted_sections": lambda answer, given: (
        layout.highlights(answer) >= given["num_highlights"]
    ),
    "detectable_format:title": lambda answer, _: layout.has_title(answer),
    "keywords:existence": lambda answer, given: words.has_all(answer, given["keywords"]),
    "keywords:forbidden_words": lambda answer, given: words.has_none(
        answer, given["forbidden_words"]
    ),
    "keywords:frequency": lambda answer, given: _compares(
        words.occurrences(answer, given["keyword"]), given["relation"], given["frequency"]
    ),
    "keywords:letter_frequency": lambda answer, given: _compares(
        punctuation.letters(answer, given["letter"]), given["let_relation"], given["let_frequency"]
    ),
    "length_constraints:nth_paragraph_first_word": _nth_paragraph,
    "length_constraints:number_paragraphs": lambda answer, given: (
        lengths.divided_paragraphs(answer) == given["num_paragraphs"]
    ),
    "length_constraints:number_sentences": lambda answer, given: _compares(
        lengths.sentences(answer), given["relation"], given["num_sentences"]
    ),
    "length_constraints:number_words": lambda answer, given: _compares(
        lengths.words(answer), given["relation"], given["num_words"]
    ),
    "punctuation:no_comma": lambda answer, _: punctuation.has_no_comma(answer),
    "startend:end_checker": lambda answer, given: ends.ends_with(answer, given["end_phrase"]),
    "startend:quotation": lambda answer, _: ends.is_quoted(answer),
}
