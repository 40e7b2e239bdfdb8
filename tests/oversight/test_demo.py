"""The demo is made once, and never told apart from a campaign of one's own."""

import json
import stat

import pytest

from oversight.demo import SLUG, create_demo_campaign, seed_demo
from oversight.models import ActiveVersion, Campaign, Query, Role, Round, User
from oversight.versions.services.loading import backend_of, spec_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR = tmp_path
    return tmp_path


def test_it_is_seeded_once(var):
    first, second = seed_demo(), seed_demo()
    assert first == second == json.loads((var / "credentials.json").read_text())
    assert stat.S_IMODE((var / "credentials.json").stat().st_mode) == 0o600
    assert Campaign.objects.get().slug == SLUG
    assert Round.objects.count() == 1
    for who in first:
        assert User.objects.get(username=who["username"]).check_password(who["password"])
    assert len({who["password"] for who in first}) == 2


def test_every_role_has_a_starter_model_that_answers():
    campaign = create_demo_campaign(slug="demo", held_out=2, train=4)
    versions = ActiveVersion.objects.filter(campaign=campaign).select_related("version")
    assert {active.role for active in versions} == set(Role.values)
    for active in versions:
        assert len(active.version.sha256) == 64
        assert spec_of(active.version).backend == "transformers"
        assert backend_of(active.version)


def test_train_and_held_out_queries_share_no_cluster():
    campaign = create_demo_campaign(slug="demo")
    train = set(Query.objects.train().filter(campaign=campaign).values_list("cluster", flat=True))
    held_out = Query.objects.held_out().filter(campaign=campaign)
    assert held_out.count() > 150
    assert not train & set(held_out.values_list("cluster", flat=True))


def test_two_campaigns_run_side_by_side():
    from oversight.loop.services.rounds import start_round

    for slug in ("one", "two"):
        start_round(campaign=create_demo_campaign(slug=slug, held_out=2, train=4))
    assert Round.objects.open().count() == 2


def test_people_are_let_into_what_was_imported_before_they_were_there():
    campaign = Campaign.objects.create(slug="early", name="Early")
    seed_demo()
    roles = {member.user.username: member.role for member in campaign.members.all()}
    assert roles == {"admin": "owner", "annotator": "annotator"}
