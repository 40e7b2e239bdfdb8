"""Templates run both ways, and the two splits share none."""

import random

import pytest

from models_srv.domains.arithmetic.problems import TAXONOMY, draw_problem, draw_queries
from models_srv.domains.arithmetic.reading import read_problem
from models_srv.domains.arithmetic.templates import HELD_OUT, NAMES, OPENERS, PACKS, TRAINED, UNITS
from models_srv.domains.arithmetic.wordings import Template, all_templates, pattern, read_sentence


def fill(template: Template, rng: random.Random) -> dict[str, str]:
    name, other, third = rng.sample(NAMES, 3)
    words = {"name": name, "other": other, "third": third, "units": rng.choice(UNITS)}
    words |= {"pack": rng.choice(PACKS), "adv": rng.choice(OPENERS)}
    words |= {"n": str(rng.randint(1, 99)), "m": str(rng.randint(1, 12))}
    return {slot: word for slot, word in words.items() if template.has(slot)}


@pytest.mark.parametrize("template", all_templates(), ids=lambda template: template.id)
def test_it_reads_back_what_a_template_wrote(template: Template) -> None:
    rng = random.Random(template.id)
    for _ in range(20):
        slots = fill(template, rng)
        sentence = read_sentence(template.text.format_map(slots))
        assert sentence is not None
        assert (sentence.template.id, sentence.slots) == (template.id, slots)


@pytest.mark.parametrize("template", all_templates(), ids=lambda template: template.id)
def test_only_one_template_fits_a_sentence(template: Template) -> None:
    text = template.text.format_map(fill(template, random.Random(1)))
    assert [t.id for t in all_templates() if pattern(t).fullmatch(text)] == [template.id]


def test_every_kind_has_wordings_in_both_splits_and_shares_none() -> None:
    assert TRAINED.keys() == HELD_OUT.keys()
    for kind in TRAINED:
        assert len(TRAINED[kind]) >= 6
        assert len(HELD_OUT[kind]) >= 3
        assert not set(TRAINED[kind]) & set(HELD_OUT[kind])


def test_held_out_wordings_bring_no_new_words() -> None:
    def words(texts: dict[str, tuple[str, ...]]) -> set[str]:
        every = " ".join(text for kind in texts.values() for text in kind)
        return set(every.lower().replace(".", " ").replace("?", " ").replace(",", " ").split())

    assert not words(HELD_OUT) - words(TRAINED)


@pytest.mark.parametrize("node", TAXONOMY)
@pytest.mark.parametrize("split", ["train", "held_out"])
def test_a_drawn_problem_reads_back_with_its_node(node: str, split: str) -> None:
    rng = random.Random(node)
    for _ in range(50):
        problem = draw_problem(node, split, rng)  # type: ignore[arg-type]
        again = read_problem(problem.text)
        assert again is not None
        assert (again.cluster, again.node) == (problem.cluster, node)


def test_demo_queries_repeat_are_different_and_share_no_cluster() -> None:
    trained, held_out = draw_queries("train", 200, 1), draw_queries("held_out", 200, 1)
    assert trained == draw_queries("train", 200, 1)
    assert len({query.text for query in trained + held_out}) == 400
    assert not {q.cluster for q in trained} & {q.cluster for q in held_out}
    assert {query.node for query in trained} == set(TAXONOMY)
