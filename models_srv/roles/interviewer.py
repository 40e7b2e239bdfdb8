"""The interviewer goes on with a conversation: it asks deeper into what the learner has answered.

After Bai et al., *Benchmarking Foundation Models with Language-Model-as-an-Examiner*, 2023, section 3.2.
"""

from collections.abc import Sequence

from models_srv.conversations import Turn, as_text
from models_srv.roles.prompting import conversation
from models_srv.types import Conversation

LONGEST_SHOWN = 12_000  # characters of the conversation, its last ones
ASKED = """You examine an assistant, to find out how deep what it knows goes. You are shown a \
conversation with it. Write what the user says next: one question or request that follows from the \
assistant's last answer and asks for more than the answer says, so that an assistant that does not \
really know is likely to fail. Do not ask for the same again. It is fair: what it asks for can be \
answered rightly, and it says all that is needed.

Answer with the user's next message alone."""


def build_follow_up_request(
    *, turns: Sequence[Turn], node: str = "", instructions: str = ""
) -> Conversation:
    """Ask for what the user says next in a conversation whose last turn is the assistant's; `node` is
    the kind of question that it is about."""
    system = "\n\n".join(part for part in (instructions.strip(), ASKED) if part)
    shown = as_text(turns)
    cut = shown if len(shown) <= LONGEST_SHOWN else f"…{shown[-LONGEST_SHOWN:]}"
    return conversation(system, f"Kind: {node or 'any'}\n\nThe conversation:\n\n{cut}")
