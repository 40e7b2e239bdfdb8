"""Critiques as Shepherd was trained on: a question, an answer, somebody's feedback on it.

Wang et al., *Shepherd: A Critic for Language Model Generation*, 2023. Feedback that says that there is
no error is a critique too; what it says is not guessed at.
"""

from oversight.data.importers import checks, said, talk
from oversight.data.importers.rows import GivenCritique, LabelledRow


def parse(line: int, value: object) -> LabelledRow:
    row = checks.record(value)
    context = checks.text(row, "context", default="")
    text = "\n\n".join(part for part in (context, checks.filled(row, "question")) if part.strip())
    query = talk.query_of(line, [{"role": "user", "content": text}], said.node_of(row, "dataset"))
    answer = talk.answer_of(said.name_of(row, "model"), talk.turns_in(row, "answer", "assistant"))
    critic = said.name_of(row, "critic", default="imported")
    critique = GivenCritique(0, critic, checks.filled(row, "feedback"))
    return LabelledRow(query, (answer,), critiques=(critique,))
