"""Where each version came from, drawn: lines run through nobody, and the words are true."""

import pytest

from oversight.models import Evaluation, Promotion
from oversight.versions.policies.lineage import Ancestor, draw_lineage
from oversight.versions.selectors.history import versions_by_role
from oversight.versions.selectors.lineage import lineage_of
from tests.factories import make_campaign, make_version


def ancestors(*parents, at_work=()):
    """Versions 0, 1, … by the parent of each, the newest first."""
    return [
        Ancestor(pk=pk, name=f"v{pk}", parent=parent, mark="", was_at_work=pk in at_work)
        for pk, parent in reversed(list(enumerate(parents)))
    ]


def lanes(picture):
    return {node.version.pk: node.x for node in picture.nodes}


def test_what_was_put_to_work_goes_on_straight_and_what_was_not_stands_beside():
    found = lanes(draw_lineage(ancestors(None, 0, 0, 2, at_work={0, 2})))
    assert found[0] == found[2]
    assert found[0] < found[1]
    assert found[2] < found[3]


def test_no_line_runs_through_another_version():
    # 2 comes from 0 past 1, which began anew; 3 comes from 1.
    found = lanes(draw_lineage(ancestors(None, None, 0, 1, at_work={0, 1, 2, 3})))
    assert found[2] != found[1]


def test_a_parent_that_is_not_shown_has_no_line():
    picture = draw_lineage(ancestors(None, 0)[:1])
    assert picture.edges == ()
    assert len(picture.nodes) == 1


def test_a_hundred_stay_within_the_picture():
    chain = [None, *range(99)]
    picture = draw_lineage(ancestors(*chain, at_work=set(range(0, 100, 3))))
    assert all(node.x < node.text < picture.mark for node in picture.nodes)
    assert max(node.y for node in picture.nodes) < picture.height
    assert len({node.y for node in picture.nodes}) == 100


@pytest.mark.django_db
def test_it_says_what_became_of_each():
    campaign = make_campaign()
    first = make_version(campaign, name="base")
    refused = make_version(campaign, name="refused", parent=first, active=False)
    taken_back = make_version(campaign, name="back", parent=first, active=False)
    Evaluation.objects.create(
        campaign=campaign, candidate=refused, baseline=first, is_promoted=False
    )
    for version, previous in ((taken_back, first), (first, taken_back)):
        Promotion.objects.create(
            campaign=campaign, role="learner", version=version, previous=previous, reason="x"
        )
    versions = versions_by_role(campaign)["Learner"]
    picture = lineage_of(versions)
    assert {node.version.name.split("@")[0]: node.version.mark for node in picture.nodes} == {
        "base": "at work",
        "refused": "refused by the gate",
        "back": "rolled back",
    }
    assert lineage_of(versions[-1:]) is None
