"""generate, critique, attack: a row comes in, and goes out with what the model made of it."""

from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from itertools import islice

from models_srv.backends import load_backend
from models_srv.cli.lines import Line, LineError, Row, count_lines, read_lines, writer
from models_srv.cli.models import sampling_of, spec_of, title_of
from models_srv.conversations import checked_turns
from models_srv.roles.attacker import build_attack_request, parse_attack
from models_srv.roles.critic import build_critique_request, parse_critique
from models_srv.roles.learner import build_answer_request, parse_answer
from models_srv.types import Backend, Conversation, Generation, Sampling


@dataclass(frozen=True)
class Role:
    """How a line is asked, and what is read in its answer."""

    ask: Callable[[Line], Conversation]
    read: Callable[[Line, Generation], Row]


def learner(options: Namespace) -> Role:
    def ask(line: Line) -> Conversation:
        if "messages" not in line.row:
            return build_answer_request(query=line.text("query"), instructions=options.instructions)
        try:
            turns = checked_turns(line.row["messages"])
        except ValueError as error:
            raise LineError(f"{line.place}: {error}.") from error
        return build_answer_request(query="", instructions=options.instructions, turns=turns)

    return Role(ask, lambda line, generation: {"response": parse_answer(generation)})


def critic(options: Namespace) -> Role:
    def ask(line: Line) -> Conversation:
        return build_critique_request(
            query=line.text("query"),
            response=line.text("response"),
            guidelines=options.guidelines,
            principles=options.principle,
            with_format=not options.no_format,
        )

    return Role(
        ask, lambda line, generation: asdict(parse_critique(generation, line.text("response")))
    )


def attacker(options: Namespace) -> Role:
    def ask(line: Line) -> Conversation:
        return build_attack_request(
            node=line.text("kind", ""),
            seed_query=line.text("near"),
            instructions=options.instructions,
        )

    return Role(ask, lambda line, generation: {"query": parse_attack(generation)})


def run(options: Namespace) -> int:
    """Ask about every line; return 1 where some of them have an error, else 0."""
    from tqdm import tqdm

    role, failed = options.role(options), 0
    lines, total = read_lines(options.input), count_lines(options.input)
    backend = load_backend(spec_of(options))
    asked = Asked(backend, role, sampling_of(options), options.samples, title_of(options))
    quiet = True if options.quiet else None  # None: a bar on a terminal alone
    with (
        writer(options.output) as out,
        tqdm(total=total, unit=" rows", disable=quiet, dynamic_ncols=True) as bar,
    ):
        for count, rows in asked.rows(lines, options.batch):
            out.write(rows)
            failed += sum(bool(row.get("error")) for row in rows)
            bar.update(count)
    return 1 if failed else 0


@dataclass(frozen=True)
class Asked:
    """A model in a role, as it is asked: `samples` times about each line."""

    backend: Backend
    role: Role
    sampling: Sampling
    samples: int
    title: str

    def rows(self, lines: Iterable[Line], size: int) -> Iterator[tuple[int, list[Row]]]:
        """Yield, batch by batch, how many lines were asked about, and the rows that came of them."""
        lines, before = iter(lines), 0
        while batch := list(islice(lines, size)):
            # Another for each batch: with one for all, rows in like places would draw alike.
            sampling = replace(self.sampling, seed=self.sampling.seed + before)
            yield len(batch), self._answered(batch, sampling)
            before += len(batch)

    def _answered(self, batch: list[Line], sampling: Sampling) -> list[Row]:
        asked = [(line, n) for line in batch for n in range(self.samples)]
        conversations = [self.role.ask(line) for line in batch for _ in range(self.samples)]
        generations = self.backend.generate(conversations, sampling)
        return [
            self._row(line, sample, generation, sampling)
            for (line, sample), generation in zip(asked, generations, strict=True)
        ]

    def _row(self, line: Line, sample: int, said: Generation, sampling: Sampling) -> Row:
        if said.error:
            read: Row = {"error": said.error}
        else:
            read = {**self.role.read(line, said), "reasoning": said.reasoning}
        return {
            **line.row,
            **read,
            **({"sample": sample} if self.samples > 1 else {}),
            "model": self.title,
            "logprob": said.logprob,
            "finish_reason": said.finish_reason,
            "prompt_hash": said.prompt_hash,
            "sampling": asdict(sampling),
            "adjustments": list(said.adjustments),
        }
