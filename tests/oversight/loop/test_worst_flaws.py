"""Where a campaign asks for the worst flaw of each response, every comparison asks for it alike."""

import pytest

from oversight.loop.stages import route
from oversight.models import ReviewItem
from tests.factories import (
    make_campaign,
    make_query,
    make_response,
    make_version,
    set_settings,
)
from tests.oversight.judging import make_round

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("asks", [True, False])
def test_a_rounds_items_ask_for_it_whether_or_not_the_answer_is_known(asks):
    campaign = make_campaign()
    set_settings(campaign, asks_flaws=asks, audit_share=1.0, gold_items=1)
    round_ = make_round(campaign, make_version(campaign, "critic"))
    for slot in range(2):
        query = make_query(campaign, round=round_, slot=slot)
        for text, is_right in (("yes", True), ("no", False), ("none", False)):
            make_response(query, text, version=round_.learner, is_marked_correct=is_right)
    route.write(round_, 0, route.think(round_, 0))
    items = ReviewItem.objects.all()
    assert {item.kind for item in items} == {"pairwise", "gold"}
    assert {item.asks_flaws for item in items} == {asks}
