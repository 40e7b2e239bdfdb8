"""The critic comments on one answer: a verdict, a summary, and comments tied to quotes."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from models_srv.answers import answer_of
from models_srv.roles import critique_json, token_spans
from models_srv.roles.critique_format import FORMAT, Block, read_fields, split_blocks
from models_srv.roles.prompting import conversation
from models_srv.roles.quotes import match_quote
from models_srv.types import (
    Conversation,
    CritiqueComment,
    Generation,
    ParsedCritique,
    Severity,
    TokenLogprob,
    Verdict,
)

Word = TypeVar("Word", bound=str)

_VERDICTS: Mapping[str, Verdict] = {"flawed": "flawed", "sound": "sound"}
_SEVERITIES: Mapping[str, Severity] = {
    "critical": "critical",
    "major": "major",
    "minor": "minor",
    "nitpick": "nitpick",
}
_QUOTATION_MARKS = (('"', '"'), ("'", "'"), ("`", "`"), ("“", "”"), ("‘", "’"), ("«", "»"))


def build_critique_request(
    *,
    query: str,
    response: str,
    guidelines: str = "",
    principles: Sequence[str] = (),
    with_format: bool = True,
    as_json: bool = False,
) -> Conversation:
    """Ask for a critique of `response`. Comments may cite a principle by its number, from 1.

    `with_format=False` leaves the output format out, for critics that were trained on it; `as_json`
    asks for it as JSON. What is the same for every response stands first, so that a server that keeps
    what it has read of a prompt reads it once.
    """
    numbered = "\n".join(f"{number}. {rule}" for number, rule in enumerate(principles, start=1))
    parts = [guidelines.strip(), f"Principles:\n{numbered}" if numbered else ""]
    form = critique_json.FORM if as_json else FORMAT
    parts.append(form if with_format else "")
    system = "\n\n".join(part for part in parts if part)
    return conversation(system, f"Question:\n{query}\n\nAnswer:\n{response}")


def parse_critique(generation: Generation, response: str) -> ParsedCritique:
    """Read a critic's output, by lines or JSON, after its reasoning.

    Quotes are looked up in `response`.
    Without a clear verdict line `verdict` and `p_flawed` are None: nothing is guessed. A comment
    whose severity is not one of the four is left out (the raw text keeps it).
    """
    raw_text, generation = generation.raw_text, answer_of(generation)
    fields = critique_json.read_json(generation.text) or read_fields(generation.text)
    first = {field.key: field.value for field in reversed(fields)}
    verdict = _one_of(_VERDICTS, first.get("verdict", "").partition("\n")[0])
    confidences = _quote_confidences(generation.tokens)
    blocks = split_blocks(fields)
    if len(confidences) != sum("quote" in block for block in blocks):
        confidences = []
    remaining = iter(confidences)
    comments = [
        _comment(block, response, next(remaining, None) if "quote" in block else None)
        for block in blocks
    ]
    return ParsedCritique(
        verdict=verdict,
        p_flawed=p_flawed(generation.tokens) if verdict else None,
        summary=" ".join(first.get("summary", "").split()),
        comments=tuple(comment for comment in comments if comment),
        raw_text=raw_text,
    )


def p_flawed(tokens: Sequence[TokenLogprob]) -> float | None:
    """Return P(flawed) / (P(flawed) + P(sound)) at the token after "verdict:", None without it.

    A token counts for the word that its text begins (" fl" for flawed), whatever its case.
    """
    token = token_spans.after_verdict(tokens)
    if token is None:
        return None
    alternatives = {**token.top, token.text: token.logprob}
    mass = {
        word: sum(math.exp(lp) for text, lp in alternatives.items() if _begins(word, text))
        for word in _VERDICTS
    }
    total = mass["flawed"] + mass["sound"]
    return mass["flawed"] / total if total else None


def _begins(word: str, text: str) -> bool:
    text = text.strip().lstrip('"').lower()
    return bool(text) and word.startswith(text)


def _comment(block: Block, response: str, confidence: float | None) -> CritiqueComment | None:
    severity = _one_of(_SEVERITIES, block.get("severity", ""))
    if severity is None:
        return None
    raw_quote = block.get("quote", "")
    quote = raw_quote if raw_quote and raw_quote in response else _unquoted(raw_quote)
    quote_match, start, end = match_quote(response, quote)
    return CritiqueComment(
        quote=quote,
        quote_match=quote_match,
        start=start,
        end=end,
        severity=severity,
        category=block.get("category", ""),
        explanation=block.get("why", ""),
        suggested_fix=block.get("fix", ""),
        principle=block.get("principle", ""),
        confidence=confidence,
    )


def _one_of(words: Mapping[str, Word], value: str) -> Word | None:
    """Return the one word that `value` is, with nothing but marks around it."""
    found = re.fullmatch(r"[\W_]*([a-z]+)[\W_]*", value.lower())
    return words.get(found[1]) if found else None


def _unquoted(quote: str) -> str:
    for opening, closing in _QUOTATION_MARKS:
        if len(quote) > 1 and quote.startswith(opening) and quote.endswith(closing):
            return quote[1:-1]
    return quote


def _quote_confidences(tokens: Sequence[TokenLogprob]) -> list[float | None]:
    """Return exp(mean log-probability) of each quote line's tokens, in order."""
    lines = token_spans.quote_lines(tokens)
    return [math.exp(sum(t.logprob for t in line) / len(line)) if line else None for line in lines]
