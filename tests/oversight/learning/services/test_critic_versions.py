"""Whether a critic errs as its learner does is of what that learner wrote, and of nothing else."""

import pytest

from oversight.learning.services.critic_versions import critic_versions
from oversight.models import Critique, Purpose
from tests.factories import make_campaign, make_query, make_response, make_version

pytestmark = pytest.mark.django_db

KINDS = 10


def add_read(campaign, critic, writer, purpose, p_flawed=0.5):
    """For each kind a query with two right and two wrong answers, which the critic has read."""
    for kind in range(KINDS):
        beads = 31 + kind
        text = f"Tom keeps {beads} beads in a drawer. Tom wins 4 bags of 7. How many beads now?"
        fields = {"split": "held_out", "cluster": str(kind)}
        query = campaign.queries.filter(text=text).first() or make_query(campaign, text, **fields)
        right = f"4 * 7 = 28\n{beads} + 28 = {beads + 28}\n#### {beads + 28}"
        for answer in (right, f"{right} ", "#### 1", "#### 2"):
            row = make_response(query, answer, version=writer, purpose=purpose)
            Critique.objects.create(response=row, version=critic, p_flawed=p_flawed)


@pytest.fixture
def campaign():
    return make_campaign(checker="arithmetic")


def test_what_its_learner_and_the_versions_before_it_wrote_counts(campaign):
    critic = make_version(campaign, "critic")
    first = make_version(campaign, active=False)
    add_read(campaign, critic, first, Purpose.EVALUATION)
    make_version(campaign, parent=first)
    [found] = critic_versions(campaign)
    assert found.alike.capa is not None
    assert found.alike.capa.n == 4 * KINDS


@pytest.mark.parametrize(
    ("is_learner", "purpose"),
    [
        pytest.param(False, Purpose.EVALUATION, id="another-model"),
        pytest.param(True, Purpose.FEEDBACK, id="not-to-be-measured-by"),
    ],
)
def test_what_others_wrote_and_what_was_imported_does_not(campaign, is_learner, purpose):
    critic, learner = make_version(campaign, "critic"), make_version(campaign)
    writer = learner if is_learner else make_version(campaign, active=False)
    add_read(campaign, critic, writer, purpose)
    [found] = critic_versions(campaign)
    assert found.natural is not None
    assert (found.alike.capa, found.alike.gap) == (None, None)
