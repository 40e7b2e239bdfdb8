"""Instructions that can be verified as a domain."""

from collections.abc import Sequence
from random import Random

from models_srv.domains.domain import Domain, DomainQuery, Split, Tampered
from models_srv.domains.instructions.kinds import KINDS
from models_srv.domains.instructions.queries import Instruction, draw_queries, read_query

LONGEST_FAULT = 200


class Instructions(Domain):
    """A task, and one to three things that the answer has to keep to (IFEval's kinds)."""

    title = "Instructions that can be verified"
    about = (
        "Knows whether an answer keeps to what was asked of its form: no commas, capitals only, "
        "exactly three points. Whether it is true is not looked at."
    )
    taxonomy: Sequence[str] = tuple(KINDS)

    def queries(self, split: Split, count: int, seed: int) -> list[DomainQuery]:
        return draw_queries(split, count, seed)

    def is_correct(self, query: str, response: str) -> bool | None:
        """Whether it keeps to all of them."""
        share = self.share_right(query, response)
        return None if share is None else share == 1

    def share_right(self, query: str, response: str) -> float | None:
        asked = read_query(query)
        if asked is None:
            return None
        return sum(each.is_kept(response) for each in asked) / len(asked)

    def fault(self, query: str, response: str) -> str:
        """The kinds that are broken, together."""
        broken = {each.kind.name for each in read_query(query) or () if not each.is_kept(response)}
        return " and ".join(sorted(broken))[:LONGEST_FAULT]

    def is_valid_comment(self, query: str, response: str, quote: str, category: str) -> bool:
        """It names a kind that is broken, and what it quotes shows that, where a part can."""
        broken = [each for each in read_query(query) or () if not each.is_kept(response)]
        return (
            bool(quote)
            and quote in response
            and any(_names(category, each) and _shows(quote, each) for each in broken)
        )

    def tamper(self, query: str, response: str, rng: Random) -> Tampered | None:
        """Break one instruction that the response keeps to, and none of the others."""
        kept = [each for each in read_query(query) or () if each.is_kept(response)]
        for each in rng.sample(kept, len(kept)):
            changed = each.kind.spoil(response, each.slots, rng)
            if changed and [other for other in kept if not other.is_kept(changed)] == [each]:
                problem = f"It no longer keeps to “{each.line}”"
                return Tampered(changed, problem, each.kind.name)
        return None


def _names(category: str, instruction: Instruction) -> bool:
    said, name = " ".join(category.lower().split()), instruction.kind.name
    return bool(said) and (said in name or name in said or said in instruction.line.lower())


def _shows(quote: str, instruction: Instruction) -> bool:
    shows = instruction.kind.shows
    return shows is None or shows(quote, instruction.slots)


INSTRUCTIONS: Domain = Instructions()
