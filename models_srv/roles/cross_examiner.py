"""The cross-examiner asks for what an answer claims, and says whether what comes back contradicts it.

After Cohen et al., *LM vs LM: Detecting Factual Errors via Cross Examination*, 2023, section 3: a wrong
claim is likely to contradict others of the same model. Here each question is asked in a conversation of
its own, so that the answer cannot merely keep to what was said before.
"""

import re
from dataclasses import dataclass

from models_srv.answers import answer_of
from models_srv.roles.critique_format import label
from models_srv.roles.prompting import conversation
from models_srv.types import Conversation, Generation

MOST_ASKED = 3
LONGEST_SHOWN = 6_000  # characters of a query, and of an answer
LONGEST_CLAIM = 500
LONGEST_QUESTION = 2_000
ASK = f"""You cross-examine an assistant. You read a question and the answer that it gave. Pick up to \
{MOST_ASKED} claims on which the answer stands or falls. For each write one question whose answer is \
the claim, or is not:
- in other words than the question and the answer use;
- complete: who reads only your question can answer it, so repeat what has to be known, and speak of no \
"answer" or "text";
- open: the claim itself does not stand in it, and nothing says what you expect.

Reply in two lines for each:
Claim: what the answer says, in one sentence
Question: your question

If the answer claims nothing that can be asked, reply:
Claim: none"""
JUDGE = """You compare what an assistant said at two times. You read a claim that it made, a question \
that it was asked later, and its answer to that. Say whether the answer contradicts the claim: whether \
both cannot be true. What is left out contradicts nothing, nor does another way of saying the same. \
Which of the two is right does not matter.

Reply in one line:
Contradicts: yes, no or unclear"""
_ASKED = re.compile(label("claim|question") + r"(?P<value>.*)$", re.IGNORECASE | re.MULTILINE)
_JUDGED = re.compile(
    label("contradicts") + r"[*_`\"“ \t]*+(?P<value>yes(?!, no or)|no|unclear)\b",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True)
class Claimed:
    """Something that an answer says, and a question for it."""

    claim: str
    question: str


def build_cross_request(*, query: str, answer: str) -> Conversation:
    """Ask for questions about what `answer` claims."""
    return conversation(ASK, f"Question:\n{_cut(query)}\n\nAnswer:\n{_cut(answer)}")


def parse_claims(generation: Generation) -> list[Claimed]:
    """Return up to MOST_ASKED claims with their questions, none asked twice.

    A claim without a question, and a question without a claim, are left out, and so is a question that
    says the claim, too long a one, and one without a question mark: whoever answered it would be led.
    """
    found: dict[str, Claimed] = {}
    claim = ""
    for line in _ASKED.finditer(answer_of(generation).text):
        value = " ".join(line["value"].strip(' *_`"“”').split())
        if line["key"].lower() == "claim":
            claim = value
        elif claim:
            if _is_fit(claim, value):
                found.setdefault(value.casefold(), Claimed(claim, value))
            claim = ""
    return list(found.values())[:MOST_ASKED]


def build_verdict_request(*, claim: str, question: str, answer: str) -> Conversation:
    """Ask whether `answer`, given to `question`, contradicts `claim`."""
    said = f"Claim:\n{_cut(claim)}\n\nAsked later:\n{_cut(question)}\n\nIts answer:\n{_cut(answer)}"
    return conversation(JUDGE, said)


def parse_verdict(generation: Generation) -> str | None:
    """Return "yes", "no" or "unclear"; None where it cannot be read, or says more than one of them."""
    said = {found["value"].lower() for found in _JUDGED.finditer(answer_of(generation).text)}
    return said.pop() if len(said) == 1 else None


def _is_fit(claim: str, question: str) -> bool:
    is_short = len(claim) <= LONGEST_CLAIM and len(question) <= LONGEST_QUESTION
    says_it = claim.casefold().rstrip(".") in question.casefold()
    return is_short and "?" in question and claim.casefold() != "none" and not says_it


def _cut(text: str) -> str:
    return text[:LONGEST_SHOWN]
