"""What the campaign's page says of the critique's effect on people."""

import pytest
from django.urls import reverse

from oversight.models import Arm, BlindAnswer, ItemKind, Judgement
from oversight.trust.selectors.critique_effect import critique_effects
from tests.annotate.records import make_critique
from tests.factories import make_item, make_member

pytestmark = pytest.mark.django_db


def answer(campaign, arm, choice, *, kind=ItemKind.GOLD, source="person", blind="", **fields):
    user = make_member(campaign)
    item = make_item(campaign, kind=kind, expected=fields.pop("expected", "a"))
    if blind:
        BlindAnswer.objects.create(item=item, user=user, choice=blind, order_shown="ab")
    return Judgement.objects.create(
        query=item.query,
        response_a=item.response_a,
        response_b=item.response_b,
        item=item,
        user=user,
        source=source,
        arm=arm,
        arm_propensity=0.5,
        choice=choice,
        **fields,
    )


def test_uplift_and_bias_are_on_the_page(admin, campaign):
    for choice in "aaaaab":
        answer(campaign, Arm.SHOWN, choice)
        answer(campaign, Arm.HIDDEN, "b", kind=ItemKind.TAMPERED)
        answer(campaign, Arm.BLIND_FIRST, "b", blind="a")
    effect = critique_effects(campaign)["person"]
    assert effect.uplift.value == pytest.approx(5 / 6)
    assert (effect.to_wrong, effect.automation_bias.value) == (6, 1)
    html = admin.get(reverse("campaign", args=["maths"]), {"effects": "true"}).content.decode()
    assert "Does the critique help people?" in html
    assert "It helps" in html
    assert "6 changed from right to wrong" in html


def test_places_alone_are_an_arm_of_their_own(admin, campaign):
    for choice in "aaaaaabb":
        answer(campaign, Arm.EVIDENCE, choice)
        answer(campaign, Arm.HIDDEN, "b")
        row = answer(campaign, Arm.SHOWN, choice)
        # The critic finds fault with the answer that is right.
        for response, p in ((row.response_a, 0.9), (row.response_b, 0.2)):
            make_critique(response, p_flawed=p)
    shown, places = critique_effects(campaign)["person"].arms
    assert (shown.arm, places.arm) == ("shown", "evidence")
    assert (places.right.value, places.uplift.value) == (0.75, 0.75)
    assert (shown.led_astray, places.led_astray) == (None, None)
    html = admin.get(reverse("campaign", args=["maths"]), {"effects": "true"}).content.decode()
    assert "Only the places that it quotes" in html


def test_where_the_critic_was_wrong_is_known_by_item(campaign):
    rows = [answer(campaign, arm, "b") for arm in (Arm.SHOWN, Arm.HIDDEN) for _ in range(5)]
    for row in rows:
        make_critique(row.response_a, p_flawed=0.9)
        make_critique(row.response_b, p_flawed=0.2)
    [shown] = critique_effects(campaign)["person"].arms
    assert (shown.led_astray.value, shown.led_astray.n) == (0, 10)


def test_simulated_answers_are_told_apart(campaign):
    answer(campaign, Arm.SHOWN, "a", source="simulated")
    answer(campaign, Arm.HIDDEN, "a", source="simulated")
    assert list(critique_effects(campaign)) == ["simulated"]


def test_items_without_a_known_answer_and_usual_arms_say_nothing(admin, campaign):
    answer(campaign, Arm.SHOWN, "a")
    answer(campaign, Arm.HIDDEN, "a", kind=ItemKind.PAIRWISE)
    answer(campaign, Arm.HIDDEN, "a", expected="")
    assert critique_effects(campaign) == {}
    html = admin.get(reverse("campaign", args=["maths"]), {"effects": "true"}).content.decode()
    assert "Does the critique help" not in html


def test_a_correction_does_not_count_as_the_answer(campaign):
    first = answer(campaign, Arm.HIDDEN, "b")
    Judgement.objects.create(
        query=first.query,
        response_a=first.response_a,
        response_b=first.response_b,
        item=first.item,
        user=first.user,
        source="person",
        arm=Arm.HIDDEN,
        arm_propensity=0.5,
        choice="a",
        supersedes=first,
    )
    for _ in range(4):
        answer(campaign, Arm.HIDDEN, "b")
    assert critique_effects(campaign)["person"].hidden.value == 0


def test_the_campaigns_page_fetches_it_after_it_is_shown(admin, campaign):
    address = reverse("campaign", args=["maths"])
    page = admin.get(address).content.decode()
    assert 'hx-get="?effects=true"' in page
    part = admin.get(address, {"effects": "true"}, headers={"HX-Request": "true"})
    assert "hx-get" not in part.content.decode()
    assert "<html" not in part.content.decode()
