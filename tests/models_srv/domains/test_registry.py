"""Each domain that ships does what the product asks of one."""

from random import Random

import pytest

from models_srv.domains.arithmetic.reading import read_problem
from models_srv.domains.arithmetic.solutions import right_solution
from models_srv.domains.registry import OURS, domain_of, domains, title_of, why_missing
from tests.models_srv.domains.instructions.answers import right_answer
from tests.models_srv.own_domains import installed

DRAWN = 60
# A right answer to a query, by domain: written by what knows the domain, not by a model.
RIGHT = {
    "arithmetic": lambda query: right_solution(read_problem(query.text)),
    "instructions": lambda query: right_answer(query.text),
    "shouting": lambda query: query.text.split()[-1].upper(),
}


@pytest.fixture(params=[*sorted(OURS), "shouting"])
def name(request, tmp_path):
    if request.param in OURS:
        yield request.param
        return
    with installed(tmp_path):
        yield request.param


@pytest.fixture
def domain(name):
    return domains()[name]


def test_it_says_what_it_is(domain, name):
    assert domain.title == title_of(name) != name
    assert domain.about.endswith(".")
    assert domain_of(name) is domain


def test_what_is_no_domain_is_none():
    assert domain_of("") is None
    assert domain_of("magic") is None
    assert title_of("magic") == "magic"
    assert why_missing("magic") == "is not installed here"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("shouting", ""),
        ("broken", "is installed but could not be loaded (OSError: no word list here)"),
        ("gone", "is installed but could not be loaded (AttributeError: module"),
        ("stranger", "is installed but could not be loaded (TypeError: it is no models_srv."),
    ],
)
def test_one_that_is_installed_is_found_or_says_why_not(tmp_path, name, why):
    with installed(tmp_path):
        assert why_missing(name).startswith(why)
        assert bool(why_missing(name)) == bool(why) == (domain_of(name) is None)


def test_names_that_are_ours_or_none_do_not_count(tmp_path):
    with installed(tmp_path):
        assert set(domains()) == {*OURS, "shouting"}
        assert domains()["arithmetic"] is OURS["arithmetic"]
    assert set(domains()) == set(OURS)


def test_queries_differ_repeat_and_share_no_cluster_between_splits(domain):
    trained, held_out = (domain.queries(split, DRAWN, 1) for split in ("train", "held_out"))
    assert len({query.text for query in trained}) == DRAWN
    assert trained == domain.queries("train", DRAWN, 1)
    assert trained != domain.queries("train", DRAWN, 2)
    assert {query.node for query in trained} <= set(domain.taxonomy)
    assert {query.cluster for query in trained}.isdisjoint(query.cluster for query in held_out)


def test_right_answers_are_right_and_tampered_ones_wrong(domain, name):
    tampered = 0
    for query in domain.queries("train", DRAWN, 3):
        right = RIGHT[name](query)
        assert domain.is_correct(query.text, right) is True
        assert domain.share_right(query.text, right) == 1
        changed = domain.tamper(query.text, right, Random(1))
        if changed and domain.is_correct(query.text, changed.text) is False:
            assert changed.text != right
            assert changed.problem
            tampered += 1
    assert tampered > DRAWN / 2


def test_what_is_no_query_of_the_domain_has_no_truth(domain):
    assert domain.is_correct("Who wrote Middlemarch?", "George Eliot") is None
    assert domain.share_right("Who wrote Middlemarch?", "George Eliot") is None
    assert not domain.is_valid_comment("Who wrote Middlemarch?", "George Eliot", "George", "wrong")
