"""The answer in what a model wrote, whoever made the Generation. Pure."""

from dataclasses import replace

from models_srv.reasoning import answer_span
from models_srv.token_join import ByteToken, answer_tokens
from models_srv.types import Generation

ONLY_REASONED = "The model only reasoned and came to no answer: it may need more tokens."


def answer_of(generation: Generation) -> Generation:
    """Return the generation with reasoning that stands in its text taken apart from the answer.

    The backends here have done so already; one of your own may not. Log-probabilities stay only
    where they join to the answer.
    """
    start, end = answer_span(generation.text, may_be_open=not generation.reasoning)
    if (start, end) == (0, len(generation.text)):
        return generation
    text = generation.text[start:end]
    given = [
        ByteToken(token, token.text.encode("utf-8", "surrogatepass")) for token in generation.tokens
    ]
    tokens = answer_tokens(given, text)
    return or_no_answer(
        replace(
            generation,
            text=text,
            tokens=tokens,
            logprob=sum(token.logprob for token in tokens) if tokens else None,
            reasoning=generation.reasoning + generation.text[:start],
        )
    )


def or_no_answer(generation: Generation) -> Generation:
    """Return the generation, as an error where there is reasoning and no answer after it."""
    if generation.text.strip() or not generation.reasoning:
        return generation
    return replace(generation, text="", finish_reason="error", error=ONLY_REASONED)
