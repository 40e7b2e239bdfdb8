"""One item's whole life on one page, and the labels behind a version."""

import pytest
from django.urls import reverse

from annotate.simulation.seeding.seeding import seed_campaign
from oversight.feedback.services.settling import lock_item, settle_item, withdraw_item
from oversight.models import ModelVersion, Preference, ReviewItem, SnapshotRow
from oversight.pages.policies.asking_words import routing_words
from oversight.pages.selectors.life import item_life
from tests.factories import make_campaign, make_item, make_member
from tests.oversight.pages.test_browser import answer

pytestmark = pytest.mark.django_db


def page(client, item):
    return client.get(reverse("item", args=[item.campaign.slug, item.pk]))


@pytest.fixture
def seeded(admin):
    """A made-up campaign that the signed-in admin administers."""
    campaign = seed_campaign(slug="many", items=120, seed=1)
    user = make_member(campaign, "owner")
    admin.force_login(user)
    return campaign


def test_each_kind_of_item_has_its_page(admin, seeded):
    for kind in set(seeded.items.values_list("kind", flat=True)):
        item = seeded.items.filter(kind=kind).first()
        response = page(admin, item)
        assert response.status_code == 200, kind
        html = response.content.decode()
        assert item.query.text in html
        assert item.response_a.text.split("\n")[0] in html


def test_it_goes_from_the_attack_to_the_version_that_learned_of_it(admin, seeded):
    row = SnapshotRow.objects.filter(
        preference__item__isnull=False, snapshot__campaign=seeded
    ).first()
    item = row.preference.item
    html = page(admin, item).content.decode()
    run = row.snapshot.runs.get()
    assert "Attacker, seed-attacker@0" in html
    assert "Critique by" in html
    assert "By the rules it was certain" in html or "It was drawn at random" in html
    assert f"training run {run.pk}" in html
    labels = reverse("version-labels", args=["many", run.result_version_id])
    assert labels in html
    behind = admin.get(labels)
    positions = [each.position for each in behind.context["rows"]]
    assert positions == list(range(len(positions)))
    assert reverse("item", args=["many", item.pk]) in behind.content.decode()


def test_labels_behind_a_version_are_paged(admin, seeded, monkeypatch):
    monkeypatch.setattr("oversight.pages.selectors.labels_behind.PER_PAGE", 2)
    monkeypatch.setattr("oversight.pages.views.item.PER_PAGE", 2)
    version = ModelVersion.objects.filter(training_run__isnull=False, campaign=seeded).first()
    address = reverse("version-labels", args=["many", version.pk])
    first = admin.get(address)
    second = admin.get(address, {"after": first.context["next"]})
    assert [row.position for row in second.context["rows"]] == [2, 3]
    assert admin.get(address, {"after": "x"}).context["rows"][0].position == 0
    untrained = ModelVersion.objects.filter(training_run__isnull=True, campaign=seeded).first()
    html = admin.get(reverse("version-labels", args=["many", untrained.pk])).content.decode()
    assert "was not trained here" in html


def test_what_was_corrected_or_withdrawn_says_so(admin, campaign):
    item = make_item(campaign, annotators=2)
    first = answer(item, "b", rationale="I slipped.")
    answer(item, "a", first.user, supersedes=first)
    answer(item, "a")
    settle_item(item=lock_item(item.pk))
    states = [each.state for each in item_life(ReviewItem.objects.get(pk=item.pk)).answers]
    assert states[0].startswith("corrected, ")
    assert states[1:] == ["stands", "stands"]
    withdraw_item(item=lock_item(item.pk))
    html = page(admin, item).content.decode()
    assert "does not count: Something is wrong with the item itself" in html
    assert "Nothing is preferred any more: The item was withdrawn." in html
    assert Preference.objects.filter(item=item).count() == 2


def test_an_answer_is_told_by_the_items_own_letters_and_how_it_was_seen(admin, campaign):
    item = make_item(campaign, state="closed")
    said = answer(item, "b", strength=3, order_shown="ba", arm="shown", was_critique_shown=False)
    html = page(admin, item).content.decode()
    assert "B, clearly" in html
    assert "saw A and B the other way round" in html
    assert "None was shown" in html
    assert "Critique shown" not in html
    assert "nobody is asked any more" in html
    listed = admin.get(reverse("campaign-answers", args=[campaign.slug])).text
    assert said.user.username in listed
    assert "B, clearly" in listed
    assert "None was shown" in listed


def test_what_decides_another_item_leads_to_it(admin, campaign):
    asked = make_item(campaign, annotators=2, state="closed")
    deciding = make_item(
        campaign, query=asked.query, kind="adjudication", adjudicates=asked, state="closed"
    )
    html = page(admin, deciding).content.decode()
    assert "What is decided here is the preference of" in html
    assert "nothing is decided yet" not in html


def test_it_leads_to_the_page_of_its_query(admin, campaign):
    item = make_item(campaign)
    assert reverse("query", args=[campaign.slug, item.query_id]) in page(admin, item).text


def test_another_campaigns_item_is_not_found(admin, campaign):
    item = make_item(make_campaign())
    assert admin.get(reverse("item", args=["maths", item.pk])).status_code == 404


def test_hostile_texts_stay_texts(admin, campaign):
    item = make_item(campaign)
    answer(item, "a", rationale="<script>alert(1)</script>")
    html = page(admin, item).content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_the_page_costs_the_same_however_much_was_said(
    admin, seeded, django_assert_max_num_queries
):
    item = seeded.items.filter(annotators=3, state="closed").first()
    with django_assert_max_num_queries(28):
        page(admin, item)


class Decision:
    def __init__(self, propensity, *, is_audit=False):
        self.reasons, self.propensity, self.is_audit = ["critic unsure"], propensity, is_audit


@pytest.mark.parametrize(
    ("decision", "propensity", "words"),
    [
        pytest.param(None, None, "", id="nobody-decided"),
        pytest.param(None, 0.25, "drawn with a probability of 25%", id="drawn"),
        pytest.param(Decision(0.1, is_audit=True), None, "stands for about 10 pairs", id="audit"),
        pytest.param(Decision(1), None, "certain that a person would be asked", id="certain"),
        pytest.param(Decision(0.3), None, "with a probability of 30%", id="chance"),
    ],
)
def test_routing_is_said_in_sentences(decision, propensity, words):
    assert words in " ".join(routing_words(decision, propensity))
