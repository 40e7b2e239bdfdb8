"""Where a model's answer begins: after its reasoning, in every dialect that marks it. Pure.

Reasoning counts as such only at the very start of the output. Templates that open it in the prompt
leave a closing mark alone in the output; an answer that merely talks about the marks stays whole.
"""

import re
from dataclasses import dataclass

# Words that models are trained to think between: <think>…</think>, or <|think|>…<|/think|>.
WORDS = (
    "think",  # DeepSeek-R1, Qwen3, QwQ, Nemotron, GLM, MiniMax, Phi-4
    "thinking",
    "thoughts?",  # EXAONE, Marco-o1
    "reason(?:ing)?",
    "(?:thinking|thought|reasoning)_process",
    "(?:inner|internal)_(?:monologue|thoughts?)",
    "chain_of_thought",
    "scratchpad",
    "analysis",
    "reflection",
    "seed:think",  # Seed-OSS
    "longcat_think",
    r"think_\w{1,80}",
)
# (opening, closing) as regular expressions, in any case.
PAIRS = (
    *((rf"<\|?{word}\s?\|?>", rf"<\|?/{word}\s?\|?>") for word in WORDS),
    (r"\[THINK\]", r"\[/THINK\]"),  # Magistral
    (r"◁think▷", r"◁/think▷"),  # Kimi
    (r"<\|START_THINKING\|>", r"<\|END_THINKING\|>"),  # Cohere
    (r"<\|begin_of_thought\|>", r"<\|end_of_thought\|>"),  # OpenThinker
    (r"<\|inner_prefix\|>", r"<\|inner_suffix\|>"),  # Apertus
    (r"<\|channel>", r"<channel\|>"),  # Gemma
    (r"Here(?:'s| is) my thought process:", r"Here(?:'s| is) my response:"),  # Granite
)
# Channels of gpt-oss ("harmony"), and what is left of them where special tokens were taken out.
_CHANNELS = re.compile(r"\s*(?:<\|start\|>assistant)?<\|channel\|>")
_FINAL = re.compile(r"<\|channel\|>final[^<]*(?:<\|constrain\|>[^<]*)?<\|message\|>")
_TURN_END = re.compile(r"<\|(?:return|end|call)\|>\s*\Z")
_BARE_CHANNELS = re.compile(r"\s*analysis(?=[A-Z])")
_BARE_FINAL = re.compile(r"assistant\s*final(?=\S)")

_CODE = re.compile(r"^[ \t]*(?P<fence>`{3,}|~{3,})|`[^`\n]+`", re.MULTILINE)
# A sentence goes on after the mark: "the </think> tag", "(</think>)".
_GOES_ON = re.compile(r"[ \t]+[a-z]|[,;:.!?)\]\"'”’]")


def _either(opening: str, closing: str) -> re.Pattern[str]:
    return re.compile(rf"(?P<open>{opening})|(?P<close>{closing})", re.IGNORECASE)


@dataclass(frozen=True)
class _Dialect:
    opening: re.Pattern[str]
    marks: re.Pattern[str]


_DIALECTS = tuple(
    _Dialect(re.compile(opening, re.IGNORECASE), _either(opening, closing))
    for opening, closing in PAIRS
)
_OPENINGS, _CLOSINGS = ("|".join(side) for side in zip(*PAIRS, strict=True))
_ANY_MARK = _either(_OPENINGS, _CLOSINGS)
_ENDS_OPEN = re.compile(rf"(?:{_OPENINGS})\s*\Z", re.IGNORECASE)


def answer_span(text: str, *, opened: str = "", may_be_open: bool = True) -> tuple[int, int]:
    """Return (start, end) of the answer in a model's whole output.

    The whole text where no reasoning is marked; an empty span at the end where reasoning never
    ends. `opened` is the mark with which the prompt opened it (`opening_mark`). `may_be_open`: the
    prompt may have, so that a closing mark alone ends reasoning (not where a server has split the
    reasoning off itself).
    """
    if opened:
        start, end = answer_span(opened + text)
        return max(start - len(opened), 0), end - len(opened)
    if _CHANNELS.match(text):
        return _after_channels(text)
    if _BARE_CHANNELS.match(text):
        return _after(text, _BARE_FINAL.search(text)), len(text)
    start = 0
    while (block_end := _leading_block_end(text, start)) is not None:
        start = block_end
    if may_be_open:
        start = _lone_closing_end(text, start) or start
    return (_skip_blank(text, start) if start else 0), len(text)


def opening_mark(prompt: str) -> str:
    """Return the mark with which a rendered prompt has opened the reasoning; "" where it has not."""
    found = _ENDS_OPEN.search(prompt, max(len(prompt) - 200, 0))
    return found[0] if found else ""


def marked(reasoning: str) -> str:
    """Return reasoning that came apart from its answer as it would stand before it."""
    return f"<think>\n{reasoning.strip()}\n</think>\n\n"


def _after_channels(text: str) -> tuple[int, int]:
    finals = list(_FINAL.finditer(text))
    start = _after(text, finals[-1] if finals else None)
    ending = _TURN_END.search(text, start)
    return start, ending.start() if ending else len(text)


def _after(text: str, mark: re.Match[str] | None) -> int:
    return _skip_blank(text, mark.end()) if mark else len(text)


def _leading_block_end(text: str, start: int) -> int | None:
    """Return where reasoning that begins at `start` ends, None where none begins there."""
    begin = _skip_blank(text, start)
    for dialect in _DIALECTS:
        if opened := dialect.opening.match(text, begin):
            return _block_end(text, opened.end(), dialect.marks)
    return None


def _block_end(text: str, start: int, marks: re.Pattern[str]) -> int:
    """Return the end of the mark that closes the block, the text's end where none does.

    Blocks may be nested; where the marks do not add up, since the reasoning talks about them, the
    last closing one counts.
    """
    depth, last = 1, len(text)
    for mark in marks.finditer(text, start):
        depth += -1 if mark["close"] else 1
        last = mark.end() if mark["close"] else last
        if not depth:
            break
    return last


def _lone_closing_end(text: str, start: int) -> int | None:
    """Return the end of a closing mark whose opening must have been in the prompt, if any."""
    depth = 0
    for mark in _ANY_MARK.finditer(_without_code(text), start):
        if mark["open"]:
            depth += 1
        elif depth:
            depth -= 1
        elif not _is_prose(text, mark.start(), mark.end()):
            return mark.end()
    return None


def _is_prose(text: str, start: int, end: int) -> bool:
    """Whether a sentence goes on around a mark."""
    before = text[max(start - 80, 0) : start]
    if before[-1:] in tuple("\"'“‘(["):
        return True
    is_inside = bool(before.strip(" \t")) and before.rstrip(" \t")[-1] not in "\n.!?。"
    return is_inside and bool(_GOES_ON.match(text, end))


def _without_code(text: str) -> str:
    """Return the text with closed fences and inline code blanked out, every place as it was."""
    parts: list[str] = []
    at, fence = 0, None
    for found in _CODE.finditer(text):
        mark = found["fence"]
        if fence is None and mark:
            fence = found
        elif fence is not None and mark and mark.startswith(fence["fence"]):
            at = _blank(parts, text, at, fence.start(), found.end())
            fence = None
        elif fence is None:
            at = _blank(parts, text, at, found.start(), found.end())
    return "".join([*parts, text[at:]])


def _blank(parts: list[str], text: str, at: int, start: int, end: int) -> int:
    parts += [text[at:start], " " * (end - start)]
    return end


def _skip_blank(text: str, start: int) -> int:
    return next((at for at in range(start, len(text)) if not text[at].isspace()), len(text))
