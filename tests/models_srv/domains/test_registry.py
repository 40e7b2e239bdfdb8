"""Each domain that ships does what the product asks of one."""

from random import Random

import pytest

from models_srv.domains.arithmetic.reading import read_problem
from models_srv.domains.arithmetic.solutions import right_solution
from models_srv.domains.registry import DOMAINS, domain_of
from oversight.models import Checker

DRAWN = 60
# A right answer to a query, by domain: written by what knows the domain, not by a model.
RIGHT = {"arithmetic": lambda query: right_solution(read_problem(query.text))}


@pytest.fixture(params=sorted(DOMAINS))
def name(request):
    return request.param


@pytest.fixture
def domain(name):
    return DOMAINS[name]


def test_every_checker_of_a_campaign_is_a_domain():
    assert set(DOMAINS) == set(Checker.values) - {Checker.NONE}
    assert domain_of("") is None
    assert domain_of("no such domain") is None


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
        changed = domain.tamper(right, Random(1))
        if changed and domain.is_correct(query.text, changed.text) is False:
            assert changed.text != right
            assert changed.problem
            tampered += 1
    assert tampered > DRAWN / 2


def test_what_is_no_query_of_the_domain_has_no_truth(domain):
    assert domain.is_correct("Who wrote Middlemarch?", "George Eliot") is None
    assert not domain.is_valid_comment("Who wrote Middlemarch?", "George Eliot", "George", "wrong")
