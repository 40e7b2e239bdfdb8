"""A query as an object: a task in the first line, and an instruction in each line beneath.

It is drawn from the kinds and the topics, and read back from its text alone, whoever wrote it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from models_srv.domains.domain import DomainQuery, Split
from models_srv.domains.instructions.kinds import KINDS, Kind, Slots
from models_srv.domains.instructions.topics import TASKS, TOPICS

MORE = (0, 0, 0, 1, 1, 2)  # instructions besides the first one, drawn: a small model keeps to few
MOST_READ = 20


@dataclass(frozen=True)
class Instruction:
    line: str
    kind: Kind
    slots: Slots

    def is_kept(self, answer: str) -> bool:
        """An answer with nothing in it keeps to nothing."""
        return bool(answer.strip()) and self.kind.holds(answer, self.slots)


def read_query(text: str) -> list[Instruction] | None:
    """Return the instructions of a query; None where it has none, or a line that is none of ours."""
    task, *lines = [line.strip() for line in text.strip().splitlines() if line.strip()] or [""]
    if not task or not lines or len(lines) > MOST_READ:
        return None
    found = [read_line(line) for line in lines]
    known = [each for each in found if each]
    return known if len(known) == len(found) else None


def read_line(line: str) -> Instruction | None:
    for kind in KINDS.values():
        if (slots := kind.read(line)) is not None:
            return Instruction(line, kind, slots)
    return None


def draw_queries(split: Split, count: int, seed: int) -> list[DomainQuery]:
    """Return `count` different queries, the kinds of their first instruction in turn.

    The topic is the cluster.
    """
    rng, queries, names = Random(f"{split}/{seed}"), dict[str, DomainQuery](), tuple(KINDS)
    while len(queries) < count:
        first = KINDS[names[len(queries) % len(names)]]
        topic = rng.choice(TOPICS[split])
        kinds = [first, *_others(first, rng.choice(MORE), rng)]
        task = rng.choice(TASKS).format(topic=topic)
        text = "\n".join([task, *(kind.draw(rng) for kind in kinds)])
        queries[text] = DomainQuery(text, first.name, topic)
    return list(queries.values())


def _others(first: Kind, count: int, rng: Random) -> Sequence[Kind]:
    """Return kinds of other groups, one of a group."""
    found, groups = list[Kind](), {first.group}
    for kind in rng.sample(list(KINDS.values()), len(KINDS)):
        if len(found) < count and kind.group not in groups:
            found.append(kind)
            groups.add(kind.group)
    return found
