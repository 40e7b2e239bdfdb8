"""Why a round's pairs were asked about, on its page."""

import pytest

from oversight.asking.selectors.decisions import Decided, Decisions
from oversight.loop.selectors.funnel import funnel
from tests.factories import make_version
from tests.oversight.judging import make_round
from tests.oversight.page_fixtures import campaign

__all__ = ["campaign"]  # a fixture

pytestmark = pytest.mark.django_db
DRAWN = Decisions([Decided(outcome="human", is_audit=True, is_random=True, reason="audit", n=3)])


@pytest.mark.parametrize(
    ("has_critic", "why"),
    [(True, "drawn at random, to audit the critic"), (False, "drawn at random")],
)
def test_only_where_there_is_a_critic_pairs_are_drawn_to_audit_it(campaign, has_critic, why):
    critic = make_version(campaign, "critic") if has_critic else None
    assert funnel(make_round(campaign, critic), DRAWN).reasons == [(why, 3)]
